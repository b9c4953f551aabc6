//! A process's connection to the server. Requests and answers take any time, and writes may arrive after the process has
//! given up.

use std::{
    collections::HashMap,
    future::poll_fn,
    mem,
    pin::pin,
    sync::{Arc, Mutex},
    task::{Poll, Waker},
    time::Duration,
};

use futures_util::future::select;
use shuttle::{
    current::{TaskId, me},
    future::{spawn, yield_now},
    rand::{Rng, thread_rng},
};
use tokio::sync::oneshot;

use super::{
    super::{Appended, LogEntry, LogPosition, RevocationLog},
    oracle::{Moment, Oracle},
    server::Server,
    time,
};
use crate::cache::shared::{SharedTier, SharedTierError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mood {
    Well,
    Fails,
    /// Nothing arrives until it is well again.
    Hangs,
    /// What the log returns does not arrive until it is well again.
    LogIsSlow,
    /// The log cannot be read.
    LogFails,
}

/// A read of the log.
#[derive(Clone, Copy)]
struct Read {
    asked: Moment,
    time: Duration,
    /// Whether it can vouch for results.
    is_read: bool,
}

pub(super) struct Link {
    process: usize,
    server: Arc<Server>,
    oracle: Arc<Oracle>,
    /// And who waits for a change.
    mood: Mutex<(Mood, Vec<Waker>)>,
    /// The last read of each task.
    reads: Mutex<HashMap<TaskId, Read>>,
    /// When the process last asked, and where it is, while it waits for an entry.
    waits: Mutex<Option<(Duration, LogPosition)>>,
}

impl Link {
    pub(super) fn new(process: usize, server: &Arc<Server>, oracle: &Arc<Oracle>) -> Arc<Self> {
        Arc::new(Self {
            process,
            server: Arc::clone(server),
            oracle: Arc::clone(oracle),
            mood: Mutex::new((Mood::Well, Vec::new())),
            reads: Mutex::default(),
            waits: Mutex::default(),
        })
    }

    pub(super) fn is(&self, mood: Mood) {
        let (_, waiting) = mem::replace(&mut *self.mood.lock().unwrap(), (mood, Vec::new()));
        waiting.into_iter().for_each(Waker::wake);
    }

    /// A connection that hangs is lost.
    pub(super) fn hangs_no_longer(&self) {
        let mood = self.mood.lock().unwrap().0;
        if matches!(mood, Mood::Hangs | Mood::LogIsSlow) {
            self.is(Mood::Fails);
        }
    }

    /// The process has just read the whole log, and waits.
    pub(super) fn is_up_to_date(&self) -> bool {
        let last = self.server.last().map(|last| last.position);
        let waits = *self.waits.lock().unwrap();
        waits.is_some_and(|(asked, at)| asked == time::elapsed() && Some(at) == last)
    }

    async fn travel(&self) -> Result<(), SharedTierError> {
        self.pass(&[Mood::Hangs]).await
    }

    async fn arrive(&self) -> Result<(), SharedTierError> {
        self.pass(&[Mood::Hangs, Mood::LogIsSlow]).await
    }

    async fn pass(&self, stopped_by: &[Mood]) -> Result<(), SharedTierError> {
        delay().await;
        poll_fn(|context| {
            let (mood, waiting) = &mut *self.mood.lock().unwrap();
            if *mood == Mood::Fails {
                return Poll::Ready(Err(SharedTierError::new("the connection is lost")));
            }
            if !stopped_by.contains(mood) {
                return Poll::Ready(Ok(()));
            }
            waiting.push(context.waker().clone());
            Poll::Pending
        })
        .await
    }

    /// A write that was sent arrives, whether its process waits for it or not.
    async fn write<T: Send + 'static>(
        &self,
        write: impl FnOnce(&Server) -> T + Send + 'static,
    ) -> Result<T, SharedTierError> {
        self.travel().await?;
        let server = Arc::clone(&self.server);
        server.write_begins();
        let (arrives, arrived) = oneshot::channel();
        drop(spawn(async move {
            delay().await;
            let _ = arrives.send(write(&server));
            server.write_ends();
        }));
        let written = arrived.await.map_err(SharedTierError::new)?;
        self.travel().await?;
        Ok(written)
    }
}

async fn delay() {
    for _ in 0..thread_rng().gen_range(0..3_u8) {
        yield_now().await;
    }
}

impl SharedTier for Link {
    async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, SharedTierError> {
        self.travel().await?;
        let value = self.server.get(name);
        self.travel().await?;
        Ok(value)
    }

    async fn put(&self, name: &str, value: Vec<u8>, _: Duration) -> Result<(), SharedTierError> {
        let name = name.to_owned();
        self.write(|server| server.put(name, value)).await
    }

    async fn remove(&self, name: &str) -> Result<(), SharedTierError> {
        let name = name.to_owned();
        self.write(move |server| server.remove(&name)).await?
    }

    async fn clear(&self, _: &str) -> Result<(), SharedTierError> {
        unreachable!("with revocations, nothing has to be cleared")
    }
}

impl RevocationLog for Link {
    async fn append(&self, _: &str, message: Vec<u8>) -> Result<Appended, SharedTierError> {
        let position = self.write(|server| server.append(message)).await?;
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
        let asked = self.oracle.moment();
        let time = time::elapsed();
        self.travel().await?;
        if self.mood.lock().unwrap().0 == Mood::LogFails {
            return Err(SharedTierError::new("the log cannot be read"));
        }
        let entries = self.server.read(from, limit);
        self.arrive().await?;
        let is_read = !entries.iter().all(Server::is_forged);
        let read = Read {
            asked,
            time,
            is_read,
        };
        self.reads.lock().unwrap().insert(me(), read);
        Ok(entries)
    }

    async fn last(&self, _: &str) -> Result<Option<LogEntry>, SharedTierError> {
        self.travel().await?;
        let last = self.server.last();
        self.arrive().await?;
        Ok(last)
    }

    async fn wait(
        &self,
        _: &str,
        after: LogPosition,
        patience: Duration,
    ) -> Result<(), SharedTierError> {
        let read = self.reads.lock().unwrap().remove(&me());
        if let Some(read) = read {
            if read.is_read {
                self.oracle.has_read(self.process, read.asked);
            }
            *self.waits.lock().unwrap() = Some((read.time, after));
        }
        self.travel().await?;
        let later = poll_fn(|context| self.server.poll_later(after, context));
        select(pin!(later), pin!(time::sleep(patience))).await;
        *self.waits.lock().unwrap() = None;
        self.travel().await
    }
}
