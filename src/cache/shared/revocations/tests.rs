//! Tests of the pure parts: what a process learns from a log, and what it may use then.

use super::{
    log::{LogEntry, LogPosition},
    message::{Message, Revoked},
    table::{Epoch, Learned, Page, Table, Vouched},
};
use crate::cache::shared::secret::Secret;

const ONE: [u8; 16] = [1; 16];
const OTHER: [u8; 16] = [2; 16];

const LOG: &str = "lambda-authorizer:3:log:a";

fn secret() -> Secret {
    Secret::new(&[7; 32]).unwrap()
}

fn open(message: &[u8]) -> Option<Message> {
    Message::open(&secret(), LOG, message)
}

fn entry(position: u128, incarnation: u64, revoked: Revoked) -> LogEntry {
    let message = Message {
        incarnation,
        revoked,
    };
    LogEntry {
        position: LogPosition(position),
        message: message.seal(&secret(), LOG, 0),
    }
}

fn groups(groups: &[[u8; 16]]) -> Revoked {
    Revoked::Groups(groups.to_vec())
}

fn of(position: u128, group: [u8; 16]) -> Vouched {
    Vouched {
        epoch: Epoch {
            incarnation: 9,
            position: LogPosition(position),
        },
        groups: Box::new([group]),
    }
}

fn begun() -> LogEntry {
    entry(10, 9, Revoked::Nothing)
}

/// A process that has read these entries, after the one that begins the log.
fn reader(entries: &[LogEntry]) -> Table {
    let mut table = Table::default();
    let all = [&[begun()], entries].concat();
    assert_eq!(table.learn(Page::Whole(all), open), Learned::default());
    table
}

const INTACT: Learned = Learned {
    unreadable: 0,
    is_lost: false,
};

#[test]
fn only_results_of_calls_that_began_before_the_revocation_are_revoked() {
    let table = reader(&[entry(20, 9, groups(&[ONE]))]);
    assert!(table.is_revoked(&of(10, ONE)));
    assert!(table.is_revoked(&of(19, ONE)));
    assert!(!table.is_revoked(&of(20, ONE)));
    assert!(!table.is_revoked(&of(10, OTHER)));
    assert_eq!(table.epoch(), of(20, ONE).epoch);
}

#[test]
fn a_process_that_joins_does_not_use_results_from_before_the_log() {
    let table = reader(&[]);
    assert!(table.is_revoked(&of(9, ONE)));
    assert!(!table.is_revoked(&of(10, ONE)));
    let unread = Table::default();
    assert!(unread.is_revoked(&of(10, ONE)));
    assert_eq!(unread.epoch(), Epoch::default());
}

#[test]
fn everything_is_revoked_by_one_message() {
    let table = reader(&[entry(20, 9, Revoked::Everything)]);
    assert!(table.is_revoked(&of(19, ONE)));
    assert!(!table.is_revoked(&of(20, ONE)));
}

#[test]
fn a_message_that_is_not_intact_revokes_everything_before_it() {
    let mut table = reader(&[]);
    let mut forged = entry(20, 9, Revoked::Nothing);
    forged.message[2] ^= 1;
    let learned = table.learn(Page::Whole(vec![begun(), forged.clone()]), open);
    assert_eq!(learned.unreadable, 1);
    assert!(table.is_revoked(&of(19, ONE)));
    assert!(!table.is_revoked(&of(20, ONE)));
    let last = entry(30, 9, Revoked::Nothing);
    assert_eq!(table.learn(Page::Whole(vec![forged, last]), open), INTACT);
    assert!(!table.is_revoked(&of(20, ONE)));
}

#[test]
fn what_was_skipped_revokes_everything() {
    let mut table = reader(&[]);
    let last = entry(20, 9, Revoked::Nothing);
    assert_eq!(table.learn(Page::Skipped(Some(last.clone())), open), INTACT);
    assert!(table.is_revoked(&of(19, ONE)));
    assert!(!table.is_revoked(&of(20, ONE)));
    assert_eq!(table.learn(Page::Whole(vec![last]), open), INTACT);
}

/// The log is gone, is another one, or lacks its last entries.
#[test]
fn a_lost_log_revokes_everything_and_its_incarnation_is_not_trusted_again() {
    let seen = [entry(20, 9, groups(&[OTHER]))];
    for now in [
        vec![],
        vec![entry(20, 9, groups(&[ONE]))],
        vec![entry(30, 9, Revoked::Nothing)],
    ] {
        let mut table = reader(&seen);
        assert!(table.learn(Page::Whole(now), open).is_lost);
        for position in [10, 20, 30] {
            assert!(table.is_revoked(&of(position, ONE)));
        }
        assert_eq!(table.reads_from(), LogPosition::default());
        assert_eq!(table.learn(Page::Whole(vec![begun()]), open), INTACT);
        assert_eq!(table.incarnation(), 0);
        assert!(table.is_revoked(&of(10, ONE)));
        let begins_again = entry(15, 8, Revoked::Nothing);
        let page = Page::Whole(vec![begun(), begins_again]);
        assert_eq!(table.learn(page, open), INTACT);
        assert_eq!(table.incarnation(), 8);
        assert!(table.is_revoked(&of(20, ONE)));
        let epoch = table.epoch();
        let groups = Box::new([ONE]);
        assert!(!table.is_revoked(&Vouched { epoch, groups }));
    }
    assert!(reader(&seen).learn(Page::Skipped(None), open).is_lost);
}

#[test]
fn a_full_table_forgets_the_oldest_revocation_and_all_results_before_it() {
    let mut table = reader(&[]);
    for number in 0..100_001_u128 {
        let message = Message {
            incarnation: 9,
            revoked: groups(&[number.to_be_bytes()]),
        };
        table.apply(&message, LogPosition(20 + number));
    }
    assert!(table.is_revoked(&of(19, OTHER)));
    assert!(!table.is_revoked(&of(20, OTHER)));
    assert!(!table.is_revoked(&of(20, 0_u128.to_be_bytes())));
    assert!(table.is_revoked(&of(20, 1_u128.to_be_bytes())));
}

#[test]
fn a_message_is_read_only_with_its_secret_in_its_log_and_whole() {
    for revoked in [
        Revoked::Nothing,
        Revoked::Everything,
        groups(&[]),
        groups(&[ONE, OTHER]),
    ] {
        let message = Message {
            incarnation: 9,
            revoked,
        };
        let sealed = message.seal(&secret(), LOG, 1);
        assert_eq!(open(&sealed), Some(message.clone()));
        assert_ne!(sealed, message.seal(&secret(), LOG, 2));
        assert_eq!(Message::open(&secret(), "another", &sealed), None);
        let other_secret = Secret::new(&[8; 32]).unwrap();
        assert_eq!(Message::open(&other_secret, LOG, &sealed), None);
        for length in 0..sealed.len() {
            assert_eq!(open(&sealed[..length]), None);
            let mut altered = sealed.clone();
            altered[length] ^= 1;
            assert_eq!(open(&altered), None);
        }
    }
    let many = groups(&[ONE; 256]);
    let message = Message {
        incarnation: 9,
        revoked: many,
    };
    let read = open(&message.seal(&secret(), LOG, 1)).unwrap();
    assert_eq!(read.revoked, Revoked::Everything);
}
