//! The store and the log that all processes share.

use std::{
    collections::HashMap,
    mem,
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
};

use shuttle::rand::{Rng, thread_rng};

use super::{
    super::{LogEntry, LogPosition},
    oracle::{Moment, Oracle},
};
use crate::cache::shared::SharedTierError;

const FORGED: &[u8] = b"forged";

/// Its own lock is std's, since its callers determine the order of events.
pub(super) struct Server {
    oracle: Arc<Oracle>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    values: HashMap<String, Vec<u8>>,
    entries: Vec<(Moment, LogEntry)>,
    last: u128,
    waiting: Vec<Waker>,
    /// Writes on their way.
    under_way: usize,
    refuses_removals: bool,
    loses_next_entry: bool,
    /// Whether there may be entries that a process has not seen: it has skipped them, or they were removed.
    has_hidden_entries: bool,
}

impl State {
    fn any_entry(&self) -> Option<usize> {
        let entries = self.entries.len();
        (entries > 0).then(|| thread_rng().gen_range(0..entries))
    }
}

impl Server {
    pub(super) fn new(oracle: &Arc<Oracle>) -> Arc<Self> {
        Arc::new(Self {
            oracle: Arc::clone(oracle),
            state: Mutex::default(),
        })
    }

    pub(super) fn get(&self, name: &str) -> Option<Vec<u8>> {
        self.state.lock().unwrap().values.get(name).cloned()
    }

    pub(super) fn put(&self, name: String, value: Vec<u8>) {
        self.state.lock().unwrap().values.insert(name, value);
    }

    pub(super) fn remove(&self, name: &str) -> Result<(), SharedTierError> {
        let mut state = self.state.lock().unwrap();
        if state.refuses_removals {
            return Err(SharedTierError::new("it cannot be removed"));
        }
        state.values.remove(name);
        Ok(())
    }

    pub(super) fn refuses_removals(&self) {
        self.state.lock().unwrap().refuses_removals = true;
    }

    pub(super) fn append(&self, message: Vec<u8>) -> LogPosition {
        let moment = self.oracle.moment();
        let mut state = self.state.lock().unwrap();
        state.last += 1;
        let position = LogPosition(state.last);
        if !mem::take(&mut state.loses_next_entry) {
            state.entries.push((moment, LogEntry { position, message }));
        }
        let waiting = mem::take(&mut state.waiting);
        drop(state);
        waiting.into_iter().for_each(Waker::wake);
        position
    }

    pub(super) fn read(&self, from: LogPosition, limit: usize) -> Vec<LogEntry> {
        let mut state = self.state.lock().unwrap();
        let entries = state.entries.iter().map(|(_, entry)| entry);
        let entries = entries.filter(|entry| entry.position >= from);
        let read: Vec<_> = entries.take(limit).cloned().collect();
        // A process reads one entry to find its own message.
        state.has_hidden_entries |= limit > 1 && read.len() == limit;
        read
    }

    pub(super) fn has_hidden_entries(&self) -> bool {
        self.state.lock().unwrap().has_hidden_entries
    }

    pub(super) fn last(&self) -> Option<LogEntry> {
        let state = self.state.lock().unwrap();
        state.entries.last().map(|(_, entry)| entry.clone())
    }

    pub(super) fn poll_later(&self, after: LogPosition, context: &Context<'_>) -> Poll<()> {
        if self.last().is_some_and(|last| last.position > after) {
            return Poll::Ready(());
        }
        let mut state = self.state.lock().unwrap();
        state.waiting.push(context.waker().clone());
        Poll::Pending
    }

    pub(super) fn write_begins(&self) {
        self.state.lock().unwrap().under_way += 1;
    }

    pub(super) fn write_ends(&self) {
        self.state.lock().unwrap().under_way -= 1;
    }

    pub(super) fn has_writes_under_way(&self) -> bool {
        self.state.lock().unwrap().under_way > 0
    }

    /// The log begins again. Positions may begin again, too, and values may be lost.
    pub(super) fn loses_log(&self) {
        let mut state = self.state.lock().unwrap();
        state.entries.clear();
        if thread_rng().gen_bool(0.5) {
            state.last = 0;
        }
        if thread_rng().gen_bool(0.5) {
            state.values.clear();
        }
    }

    /// Returns when it was appended. Its position is not used again, since positions are times.
    pub(super) fn loses_last_entry(&self) -> Option<Moment> {
        let lost = self.state.lock().unwrap().entries.pop();
        lost.map(|(moment, _)| moment)
    }

    pub(super) fn loses_next_entry(&self) {
        self.state.lock().unwrap().loses_next_entry = true;
    }

    /// Somebody deletes an entry. Returns when it was appended.
    pub(super) fn loses_an_entry(&self) -> Option<Moment> {
        let mut state = self.state.lock().unwrap();
        state.has_hidden_entries = true;
        let number = state.any_entry()?;
        let (moment, _) = state.entries.remove(number);
        Some(moment)
    }

    /// Somebody puts another message in its place.
    pub(super) fn alters_an_entry(&self) {
        let mut state = self.state.lock().unwrap();
        state.has_hidden_entries = true;
        if let Some(number) = state.any_entry() {
            state.entries[number].1.message = FORGED.to_vec();
        }
    }

    pub(super) fn trims(&self) {
        let mut state = self.state.lock().unwrap();
        state.has_hidden_entries = true;
        let kept = state.entries.pop();
        state.entries = kept.into_iter().collect();
    }

    pub(super) fn forges(&self) {
        self.append(FORGED.to_vec());
    }

    pub(super) fn is_forged(entry: &LogEntry) -> bool {
        entry.message == FORGED
    }
}
