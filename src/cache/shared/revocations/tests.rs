//! Tests of the pure parts: what a process learns from a log, and what it may use then.

mod lost;
mod message;
mod missing_entries;
mod revoked;

use super::{
    chain::Read,
    incarnation::Incarnation,
    log::{LogEntry, LogPosition},
    log_events::News,
    message::{Message, Revoked},
    page::{Learned, Page},
    table::{Epoch, Table, Vouched},
};
use crate::cache::shared::secret::Secret;

const ONE: [u8; 16] = [1; 16];
const OTHER: [u8; 16] = [2; 16];

const LOG: &str = "lambda-authorizer:3:log:a";

const INTACT: Learned = Learned {
    unreadable: 0,
    stale: 0,
    is_lost: false,
};

const LOST: Learned = Learned {
    unreadable: 0,
    stale: 0,
    is_lost: true,
};

/// The writers of this many messages had not read the log.
fn stale(stale: usize) -> Learned {
    Learned { stale, ..INTACT }
}

fn secret() -> Secret {
    Secret::new(&[7; 32]).unwrap()
}

fn open(message: &[u8]) -> Option<Message> {
    Message::open(&secret(), LOG, message)
}

fn groups(groups: &[[u8; 16]]) -> Revoked {
    Revoked::Identity(groups.to_vec())
}

fn learn(table: &mut Table, entries: &[LogEntry]) -> Learned {
    let from = table.seen().cloned();
    table.learn(from.as_ref(), Page::Whole(entries.to_vec()), open)
}

fn skip_to(table: &mut Table, last: Option<LogEntry>) -> Learned {
    let from = table.seen().cloned();
    table.learn(from.as_ref(), Page::Skipped(last), open)
}

/// A log, and a process that appends to it and reads it.
#[derive(Default)]
struct Log {
    entries: Vec<LogEntry>,
    writer: Table,
}

impl Log {
    /// A log that begins at 10.
    fn begun() -> Self {
        let mut log = Self::default();
        log.begin(10);
        log
    }

    fn begin(&mut self, position: u128) {
        let message = self.writer.first_message(9);
        self.append(position, &message);
    }

    fn revoke(&mut self, position: u128, revoked: Revoked) {
        let message = self.writer.next_message(revoked).unwrap();
        self.append(position, &message);
    }

    fn append(&mut self, position: u128, message: &Message) {
        self.entries.push(LogEntry {
            position: LogPosition(position),
            message: message.seal(&secret(), LOG, 0),
        });
        let known = self.writer.reads_from();
        let news = self.entries.iter().filter(|entry| entry.position >= known);
        let news: Vec<_> = news.cloned().collect();
        let learned = learn(&mut self.writer, &news);
        assert_eq!((learned.unreadable, learned.is_lost), (0, false));
    }

    /// A process that has read the whole log.
    fn reader(&self) -> Table {
        let mut table = Table::default();
        let learned = learn(&mut table, &self.entries);
        assert_eq!((learned.unreadable, learned.is_lost), (0, false));
        table
    }

    fn of(&self, position: u128, group: [u8; 16]) -> Vouched {
        Vouched {
            epoch: Epoch {
                incarnation: self.writer.incarnation(),
                position: LogPosition(position),
            },
            groups: Box::new([group]),
        }
    }
}
