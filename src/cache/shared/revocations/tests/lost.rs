//! The log is gone, or another one is in its place.

use super::*;

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

/// Its writer has not read the newer log, or it is a copy, also of the message that began the log.
#[test]
fn a_message_of_an_earlier_log_revokes_everything_before_it() {
    let mut log = Log::begun();
    let earlier = log.entries[0].clone();
    let late = log.writer.next_message(groups(&[OTHER])).unwrap();
    log.begin(20);
    let incarnation = log.writer.incarnation();
    log.append(30, &late);
    for (position, copied) in [(40, &earlier), (50, &log.entries[1].clone())] {
        log.append(position, &open(&copied.message).unwrap());
        let mut table = Table::default();
        let count = log.entries.len() - 2;
        assert_eq!(learn(&mut table, &log.entries), stale(count));
        assert_eq!(table.incarnation(), incarnation);
        assert!(table.is_revoked(&log.of(position - 1, ONE)));
        assert!(!table.is_revoked(&log.of(position, ONE)));
    }
}

/// Two reads may be in progress at the same time.
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
