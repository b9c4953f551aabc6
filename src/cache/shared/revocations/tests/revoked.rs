//! Which results a process may use after what it has read.

use super::*;

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
    assert_eq!(skip_to(&mut table, Some(last.clone())), stale(1));
    assert!(table.is_revoked(&log.of(19, ONE)));
    assert!(!table.is_revoked(&log.of(20, ONE)));
    log.revoke(30, groups(&[OTHER]));
    assert_eq!(learn(&mut table, &[last, log.entries[3].clone()]), INTACT);
    assert!(!table.is_revoked(&log.of(20, ONE)));
    assert_eq!(skip_to(&mut table, None), LOST);
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
