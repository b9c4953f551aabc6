//! Tests of the pure parts: what a process learns from a log, and what it may use then.

use super::{
    chain::Read,
    incarnation::Incarnation,
    log::{LogEntry, LogPosition},
    message::{Message, Revoked},
    table::{Epoch, Learned, Page, Table, Vouched},
    telling::News,
};
use crate::cache::shared::secret::Secret;

const ONE: [u8; 16] = [1; 16];
const OTHER: [u8; 16] = [2; 16];

const LOG: &str = "lambda-authorizer:3:log:a";

const INTACT: Learned = Learned {
    unreadable: 0,
    is_lost: false,
};

const LOST: Learned = Learned {
    unreadable: 0,
    is_lost: true,
};

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
        assert_eq!(learn(&mut self.writer, &news), INTACT);
    }

    /// A process that has read the whole log.
    fn reader(&self) -> Table {
        let mut table = Table::default();
        assert_eq!(learn(&mut table, &self.entries), INTACT);
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

#[test]
fn only_results_of_calls_that_began_before_the_revocation_are_revoked() {
    let mut log = Log::begun();
    log.revoke(20, groups(&[ONE]));
    let table = log.reader();
    assert!(table.is_revoked(&log.of(10, ONE)));
    assert!(table.is_revoked(&log.of(19, ONE)));
    assert!(!table.is_revoked(&log.of(20, ONE)));
    assert!(!table.is_revoked(&log.of(10, OTHER)));
    assert_eq!(table.epoch(), log.of(20, ONE).epoch);
}

/// Another process has read more, or the log was put back.
#[test]
fn a_result_of_a_call_that_had_read_more_of_the_log_is_not_used() {
    let log = Log::begun();
    assert!(!log.reader().is_revoked(&log.of(10, ONE)));
    for position in [11, u128::MAX] {
        assert!(log.reader().is_revoked(&log.of(position, ONE)));
    }
}

#[test]
fn a_process_that_joins_does_not_use_results_from_before_the_log() {
    let log = Log::begun();
    let table = log.reader();
    assert!(table.is_revoked(&log.of(9, ONE)));
    assert!(!table.is_revoked(&log.of(10, ONE)));
    let unread = Table::default();
    assert!(unread.is_revoked(&log.of(10, ONE)));
    assert_eq!(unread.epoch(), Epoch::default());
}

#[test]
fn everything_is_revoked_by_one_message() {
    let mut log = Log::begun();
    log.revoke(20, Revoked::Everything);
    let table = log.reader();
    assert!(table.is_revoked(&log.of(19, ONE)));
    assert!(!table.is_revoked(&log.of(20, ONE)));
}

#[test]
fn a_message_that_is_not_intact_revokes_everything_before_it() {
    let mut log = Log::begun();
    let mut table = log.reader();
    let mut forged = log.entries[0].clone();
    forged.position = LogPosition(20);
    forged.message[2] ^= 1;
    let learned = learn(&mut table, &[log.entries[0].clone(), forged.clone()]);
    assert_eq!(learned.unreadable, 1);
    assert!(table.is_revoked(&log.of(19, ONE)));
    assert!(!table.is_revoked(&log.of(20, ONE)));
    log.revoke(30, groups(&[OTHER]));
    assert_eq!(learn(&mut table, &[forged, log.entries[1].clone()]), INTACT);
    assert!(!table.is_revoked(&log.of(20, ONE)));
}

#[test]
fn what_was_skipped_revokes_everything() {
    let mut log = Log::begun();
    let mut table = log.reader();
    for position in [15, 20] {
        log.revoke(position, groups(&[OTHER]));
    }
    let last = log.entries[2].clone();
    assert_eq!(skip_to(&mut table, Some(last.clone())), INTACT);
    assert!(table.is_revoked(&log.of(19, ONE)));
    assert!(!table.is_revoked(&log.of(20, ONE)));
    log.revoke(30, groups(&[OTHER]));
    assert_eq!(learn(&mut table, &[last, log.entries[3].clone()]), INTACT);
    assert!(!table.is_revoked(&log.of(20, ONE)));
    assert_eq!(skip_to(&mut table, None), LOST);
}

/// The log is gone, is another one, or lacks its last entries.
#[test]
fn a_lost_log_revokes_everything_and_is_not_trusted_again() {
    let mut log = Log::begun();
    let earlier = log.entries.clone();
    log.revoke(20, groups(&[OTHER]));
    let mut moved = log.entries[1].clone();
    moved.position = LogPosition(30);
    for now in [vec![], vec![moved], earlier.clone()] {
        let mut table = log.reader();
        assert_eq!(learn(&mut table, &now), LOST);
        for position in [10, 20, 30] {
            assert!(table.is_revoked(&log.of(position, ONE)));
        }
        assert_eq!(table.reads_from(), LogPosition::default());
        // However often it is put back and lost.
        for count in 2..5 {
            assert_eq!(learn(&mut table, &earlier), INTACT);
            assert_eq!(table.incarnation(), Incarnation::default());
            assert!(table.is_revoked(&log.of(10, ONE)));
            let mut next = Log {
                writer: table,
                entries: earlier.clone(),
            };
            next.begin(15 + count);
            assert_eq!(next.writer.incarnation(), Incarnation(count << 64 | 9));
            assert!(next.writer.is_revoked(&log.of(20, ONE)));
            let epoch = next.writer.epoch();
            let groups = Box::new([ONE]);
            assert!(!next.writer.is_revoked(&Vouched { epoch, groups }));
            table = next.writer;
            assert_eq!(learn(&mut table, &[]), LOST);
        }
    }
}

#[test]
fn a_message_that_is_not_behind_what_its_writer_had_read_is_in_another_log() {
    let mut log = Log::begun();
    log.revoke(20, groups(&[OTHER]));
    for (position, is_lost) in [(19, true), (20, true), (21, false)] {
        let mut table = log.reader();
        let message = table.next_message(groups(&[OTHER])).unwrap();
        table.apply_own(&message, LogPosition(position));
        assert!(table.is_revoked(&log.of(20, OTHER)), "{position}");
        assert_eq!(table.is_revoked(&log.of(20, ONE)), is_lost);
    }
}

/// A copy of an old message, or one of a process that has not read the newer log.
#[test]
fn a_message_of_an_earlier_log_revokes_everything_before_it() {
    let mut log = Log::begun();
    let earlier = log.entries[0].clone();
    let late = log.writer.next_message(groups(&[OTHER])).unwrap();
    log.begin(20);
    let incarnation = log.writer.incarnation();
    log.append(30, &late);
    log.append(40, &open(&earlier.message).unwrap());
    let table = log.reader();
    assert_eq!(table.incarnation(), incarnation);
    assert!(table.is_revoked(&log.of(39, ONE)));
    assert!(!table.is_revoked(&log.of(40, ONE)));
}

/// Somebody has deleted an entry, or has moved one.
#[test]
fn a_process_that_lacks_an_entry_notices_it_at_the_next_one() {
    let mut log = Log::begun();
    for position in [20, 30, 40, 50] {
        log.revoke(position, groups(&[OTHER]));
    }
    for missing in 1..4 {
        let mut entries = log.entries.clone();
        entries.remove(missing);
        assert_eq!(learn(&mut Table::default(), &entries), LOST, "{missing}");
        let mut moved = log.entries.clone();
        moved[missing].position.0 += 1;
        assert_eq!(learn(&mut Table::default(), &moved), LOST, "{missing}");
        let mut table = Table::default();
        assert_eq!(learn(&mut table, &log.entries[..missing]), INTACT);
        assert_eq!(learn(&mut table, &entries[missing - 1..]), LOST);
    }
    // Old entries are trimmed, and the last one is read by all who may notice.
    for rest in [&log.entries[1..], &log.entries[2..], &log.entries[..4]] {
        let mut table = Table::default();
        assert_eq!(learn(&mut table, rest), INTACT);
        let last = rest.last().unwrap().position.0;
        assert!(!table.is_revoked(&log.of(last, ONE)));
    }
}

#[test]
fn writers_need_not_have_read_the_entries_of_each_other() {
    let mut log = Log::begun();
    let mut both = Vec::new();
    for _ in 0..2 {
        both.push(log.writer.next_message(groups(&[OTHER])).unwrap());
    }
    for (message, position) in both.iter().zip([20, 30]) {
        log.append(position, message);
    }
    log.revoke(40, groups(&[ONE]));
    assert!(!log.reader().is_revoked(&log.of(10, [3; 16])));
}

/// Nobody can tell whether it has read the same.
#[test]
fn a_writer_that_is_far_behind_revokes_everything() {
    let mut log = Log::begun();
    let late = log.writer.next_message(groups(&[OTHER])).unwrap();
    for number in 0..1024 {
        log.revoke(20 + number, groups(&[OTHER]));
    }
    log.append(2000, &late);
    let table = log.reader();
    assert!(table.is_revoked(&log.of(1999, ONE)));
    assert!(!table.is_revoked(&log.of(2000, ONE)));
}

/// Two reads may be under way at the same time.
#[test]
fn an_older_page_changes_nothing() {
    let mut log = Log::begun();
    let mut table = log.reader();
    let from = table.seen().cloned();
    log.revoke(20, groups(&[ONE]));
    assert_eq!(learn(&mut table, &log.entries), INTACT);
    let epoch = table.epoch();
    for (page, learned) in [(&log.entries[..1], INTACT), (&[], LOST)] {
        let page = Page::Whole(page.to_vec());
        assert_eq!(table.learn(from.as_ref(), page, open), learned);
        assert_eq!(table.epoch(), epoch);
    }
}

#[test]
fn a_full_table_forgets_the_oldest_revocation_and_all_results_before_it() {
    let mut log = Log::begun();
    let numbers: Vec<_> = (0..100_001_u128).map(u128::to_be_bytes).collect();
    for (chunk, position) in numbers.chunks(255).zip(20..) {
        log.revoke(position, groups(chunk));
    }
    let table = log.reader();
    assert!(table.is_revoked(&log.of(19, OTHER)));
    assert!(!table.is_revoked(&log.of(20, OTHER)));
    assert!(!table.is_revoked(&log.of(20, 0_u128.to_be_bytes())));
    assert!(table.is_revoked(&log.of(20, 255_u128.to_be_bytes())));
}

/// Two reads at the same time may both find that the log was lost.
#[test]
fn a_lost_log_is_told_once() {
    let mut table = Log::begun().reader();
    let from = table.seen().cloned();
    let told = [(); 2].map(|()| {
        let before = table.epoch();
        let learned = table.learn(from.as_ref(), Page::Whole(Vec::new()), open);
        assert_eq!(learned, LOST);
        let news = News {
            before,
            after: table.epoch(),
            learned: &learned,
            has_skipped: false,
            revoked: Vec::new(),
        };
        news.events().count()
    });
    assert_eq!(told, [1, 0]);
}

#[test]
fn a_message_is_read_only_with_its_secret_in_its_log_and_whole() {
    let message = |revoked| Message {
        incarnation: Incarnation(u128::MAX - 5),
        read: Read {
            position: LogPosition(u128::MAX - 7),
            link: [9; 16],
        },
        revoked,
    };
    for revoked in [
        Revoked::Earlier,
        Revoked::Everything,
        groups(&[]),
        groups(&[ONE, OTHER]),
        Revoked::Principal(ONE),
        Revoked::Tag(OTHER),
    ] {
        let message = message(revoked);
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
    let read = open(&message(many).seal(&secret(), LOG, 1)).unwrap();
    assert_eq!(read.revoked, Revoked::Everything);
}
