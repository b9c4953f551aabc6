//! Somebody has deleted entries. Each message tells what its writer had read.

use super::*;

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
    let mut table = Table::default();
    assert_eq!(learn(&mut table, &log.entries), stale(1));
    assert!(table.is_revoked(&log.of(1999, ONE)));
    assert!(!table.is_revoked(&log.of(2000, ONE)));
}
