//! A store in this process, which counts how often it is asked. Each call stands for a round trip.

use std::{cell::Cell, collections::HashMap, sync::Mutex, time::Duration};

use tower_lambda_authorizer::shared_cache::{
    Appended, LogEntry, LogPosition, RevocationLog, SharedTier, SharedTierError,
};

thread_local! {
    static ROUND_TRIPS: Cell<u64> = const { Cell::new(0) };
}

/// The round trips of some work, for the place of a function that counts allocations.
pub(crate) fn round_trips(work: &mut dyn FnMut()) -> u64 {
    let before = ROUND_TRIPS.get();
    work();
    ROUND_TRIPS.get() - before
}

/// What a store answers to look-ups and writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Behaviour {
    /// It keeps nothing, so that each miss calls the authorizer.
    Forgets,
    Keeps,
    Fails,
}

pub(crate) struct Store {
    behaviour: Behaviour,
    values: Mutex<HashMap<String, Vec<u8>>>,
    log: Mutex<Vec<LogEntry>>,
}

impl Store {
    pub(crate) fn new(behaviour: Behaviour) -> Self {
        Self {
            behaviour,
            values: Mutex::default(),
            log: Mutex::default(),
        }
    }

    fn asked(&self) -> Result<(), SharedTierError> {
        ROUND_TRIPS.set(ROUND_TRIPS.get() + 1);
        match self.behaviour {
            Behaviour::Fails => Err(SharedTierError::new("the store is down")),
            Behaviour::Forgets | Behaviour::Keeps => Ok(()),
        }
    }
}

impl SharedTier for Store {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, SharedTierError> {
        self.asked()?;
        Ok(self.values.lock().expect("no panic").get(key).cloned())
    }

    async fn put(&self, key: &str, value: Vec<u8>, _: Duration) -> Result<(), SharedTierError> {
        self.asked()?;
        if self.behaviour == Behaviour::Keeps {
            let mut values = self.values.lock().expect("no panic");
            values.insert(key.to_owned(), value);
        }
        Ok(())
    }

    async fn remove(&self, key: &str) -> Result<(), SharedTierError> {
        self.asked()?;
        self.values.lock().expect("no panic").remove(key);
        Ok(())
    }

    async fn clear(&self, _: &str) -> Result<(), SharedTierError> {
        self.asked()
    }
}

/// One log is enough.
impl RevocationLog for Store {
    async fn append(&self, _: &str, message: Vec<u8>) -> Result<Appended, SharedTierError> {
        let mut log = self.log.lock().expect("no panic");
        let position = LogPosition(log.len() as u128 + 1);
        log.push(LogEntry { position, message });
        Ok(Appended {
            position,
            listening: None,
        })
    }

    async fn read(
        &self,
        _: &str,
        from: LogPosition,
        limit: usize,
    ) -> Result<Vec<LogEntry>, SharedTierError> {
        let log = self.log.lock().expect("no panic");
        let later = log.iter().filter(|entry| entry.position >= from);
        Ok(later.take(limit).cloned().collect())
    }

    async fn last(&self, _: &str) -> Result<Option<LogEntry>, SharedTierError> {
        Ok(self.log.lock().expect("no panic").last().cloned())
    }

    async fn wait(&self, _: &str, _: LogPosition, _: Duration) -> Result<(), SharedTierError> {
        Ok(())
    }
}
