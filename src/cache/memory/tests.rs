//! Which values are kept, and which are evicted first.

use std::{sync::LazyLock, time::Duration};

use super::{entry::HOT, *};
use crate::thread_slot::ThreadSlot;

const SECOND: Duration = Duration::from_secs(1);

/// The length of a key of one byte.
const KEY: usize = 16 + 8 + 1;

fn memory(entries: usize) -> (Memory<u32>, Counters) {
    (Memory::new(entries * (OVERHEAD + KEY)), Counters::default())
}

/// The moment this long after the first use.
fn at(time: Duration) -> Instant {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    *START + time
}

fn lifetime(now: Duration) -> Lifetime {
    Lifetime {
        now: at(now),
        fresh: 10 * SECOND,
        stale: Duration::ZERO,
        is_guarded: false,
    }
}

fn put(memory: &Memory<u32>, counters: &Counters, key: u8, value: u32) {
    let lifetime = lifetime(Duration::ZERO);
    memory.insert(Key::of([key]), value, 0, lifetime, || false, counters);
}

fn get(memory: &Memory<u32>, key: u8, now: Duration) -> Option<u32> {
    let pinned = memory.pin();
    let entry = pinned.get(&Key::of([key]).parts(), at(now))?;
    Some(entry.value)
}

#[test]
fn a_value_is_kept_until_it_expires() {
    let (memory, counters) = memory(2);
    put(&memory, &counters, 1, 7);
    assert_eq!(get(&memory, 1, 9 * SECOND), Some(7));
    assert_eq!(get(&memory, 1, 10 * SECOND), None);
    assert_eq!(get(&memory, 2, Duration::ZERO), None);
    put(&memory, &counters, 1, 8);
    assert_eq!(get(&memory, 1, Duration::ZERO), Some(8));
    assert_eq!(memory.len(), 1);
}

#[test]
fn a_value_as_large_as_the_limit_is_kept() {
    let (memory, counters) = memory(1);
    put(&memory, &counters, 1, 7);
    assert_eq!(get(&memory, 1, Duration::ZERO), Some(7));
    assert_eq!(counters.snapshot().bytes, memory.max_bytes);
}

#[test]
fn a_used_value_gets_a_second_chance() {
    let (memory, counters) = memory(3);
    for key in 1..=3 {
        put(&memory, &counters, key, 0);
    }
    assert!(get(&memory, 1, Duration::ZERO).is_some());
    put(&memory, &counters, 4, 0);
    assert!(get(&memory, 1, Duration::ZERO).is_some());
    assert!(get(&memory, 2, Duration::ZERO).is_none());
    assert_eq!(counters.snapshot().evictions, 1);
    assert_eq!(memory.len(), 3);
}

#[test]
fn a_flood_of_values_never_exceeds_the_limit() {
    let (memory, counters) = memory(100);
    for number in 0..10_000_u32 {
        let key = Key::of(number.to_le_bytes());
        let lifetime = lifetime(Duration::ZERO);
        memory.insert(Key::clone(&key), 0, 0, lifetime, || false, &counters);
        memory.pin().get(&key.parts(), at(Duration::ZERO));
    }
    assert!(memory.len() <= 100, "{}", memory.len());
    // A second chance is not a third.
    let first = Key::of(0_u32.to_le_bytes());
    let pinned = memory.pin();
    assert!(pinned.get(&first.parts(), at(Duration::ZERO)).is_none());
    assert!(memory.queue().order.len() <= 2 * 100 + 17);
    assert!(counters.snapshot().bytes <= memory.max_bytes);
}

#[test]
fn replacing_a_value_again_and_again_does_not_grow_the_queue() {
    let (memory, counters) = memory(100);
    for _ in 0..10_000 {
        put(&memory, &counters, 1, 0);
    }
    assert_eq!(memory.len(), 1);
    assert!(memory.queue().order.len() < 32);
}

#[test]
fn what_was_forgotten_leaves_the_queue_too() {
    let (memory, counters) = memory(100);
    for key in 1..=50 {
        put(&memory, &counters, key, 0);
    }
    for key in 1..=50 {
        memory.forget(&Key::of([key]), &counters);
    }
    assert_eq!(counters.snapshot().bytes, 0);
    for _ in 0..100 {
        put(&memory, &counters, 1, 0);
    }
    assert!(memory.queue().order.len() < 32);
}

/// An entry is not evicted only because the queue is long.
#[test]
fn a_full_memory_tidies_its_queue_and_evicts_nothing() {
    let (memory, counters) = memory(3);
    for key in [1, 2].into_iter().chain([3; 1_000]) {
        put(&memory, &counters, key, 0);
    }
    for key in 1..=3 {
        assert!(get(&memory, key, Duration::ZERO).is_some(), "{key}");
    }
    assert_eq!(counters.snapshot().evictions, 0);
}

#[test]
fn what_is_too_old_gets_no_second_chance() {
    let (memory, counters) = memory(2);
    let put_at = |key: u8, now| {
        memory.insert(Key::of([key]), 0, 0, lifetime(now), || false, &counters);
    };
    put_at(1, Duration::ZERO);
    put_at(2, SECOND);
    assert!(get(&memory, 1, 9 * SECOND).is_some());
    put_at(3, 10 * SECOND);
    assert!(get(&memory, 2, 10 * SECOND).is_some());
    assert!(get(&memory, 3, 10 * SECOND).is_some());
}

/// For a call that was forgotten, and for a value that is larger than the limit.
#[test]
fn a_value_that_is_not_kept_still_removes_the_earlier_one() {
    for (value_bytes, is_forgotten) in [(0, true), (10_000, false)] {
        let (memory, counters) = memory(2);
        for _ in 0..2 {
            put(&memory, &counters, 2, 0);
            let lifetime = lifetime(Duration::ZERO);
            let forgotten = || is_forgotten;
            memory.insert(Key::of([1]), 0, value_bytes, lifetime, forgotten, &counters);
            assert_eq!(get(&memory, 1, Duration::ZERO), None);
            assert_eq!(memory.len(), 1, "other keys stay");
            assert_eq!(counters.snapshot().bytes, OVERHEAD + KEY);
            put(&memory, &counters, 1, 0);
        }
    }
}

#[test]
fn clearing_removes_the_results_of_one_authorizer() {
    let memory = Memory::new(10_000);
    let counters = Counters::default();
    let (one, other) = (
        Scope::new(&["a", "prod", "x"], &()),
        Scope::new(&["a", "dev", "x"], &()),
    );
    for scope in [&one, &other] {
        let key = scope.key(["t"]);
        memory.insert(key, 0, 0, lifetime(Duration::ZERO), || false, &counters);
    }
    memory.clear(&one, |_| true, &counters);
    let left = OVERHEAD + other.key(["t"]).len();
    assert_eq!(counters.snapshot().bytes, left);
    let pinned = memory.pin();
    let is_kept = |scope: &Scope| {
        let key = scope.key(["t"]);
        pinned.get(&key.parts(), at(Duration::ZERO)).is_some()
    };
    assert!(!is_kept(&one));
    assert!(is_kept(&other));
}

/// Runs this on a thread with another slot. Fails on a machine with one processor, which has only one slot.
fn elsewhere<R: Send>(work: impl Fn() -> R + Sync) -> Option<R> {
    let here = ThreadSlot::own();
    let there = || (ThreadSlot::own() != here).then(&work);
    let mut tries = 0..100 * ThreadSlot::count();
    tries.find_map(|_| std::thread::scope(|scope| scope.spawn(there).join().unwrap()))
}

#[test]
fn an_entry_becomes_hot_once_and_only_by_hits_of_other_threads() {
    let (memory, counters) = memory(2);
    put(&memory, &counters, 1, 7);
    let becomes_hot = || {
        let pinned = memory.pin();
        let entry = pinned.get(&Key::of([1]).parts(), at(SECOND));
        entry.unwrap().becomes_hot(ThreadSlot::own())
    };
    let hot = |hits: u16| (0..hits).filter(|_| becomes_hot()).count();
    assert_eq!(hot(2 * HOT), 0);
    let Some(hot) = elsewhere(|| [hot(HOT - 1), hot(1), hot(HOT)]) else {
        assert_eq!(ThreadSlot::count(), 1);
        return;
    };
    assert_eq!(hot, [0, 1, 0]);
}

#[test]
fn what_a_kept_value_grows_by_counts_until_it_is_removed() {
    let (memory, counters) = memory(3);
    let grow = |key: u8, by| {
        let (key, now) = (Key::of([key]), at(SECOND));
        let pinned = memory.pin();
        let entry = pinned.get(&key.parts(), now).unwrap();
        let grown = || memory.grow(&key, entry, by, now, &counters);
        let first = grown();
        memory.forget(&key, &counters);
        (first, counters.snapshot().bytes, grown())
    };
    put(&memory, &counters, 1, 7);
    put(&memory, &counters, 2, 7);
    let one = OVERHEAD + KEY;
    assert_eq!(grow(1, 10), (true, one, false));
    assert_eq!(counters.snapshot().bytes, one);
    put(&memory, &counters, 1, 7);
    // There is no room for both any more.
    let pinned = memory.pin();
    let (key, now) = (Key::of([2]), at(SECOND));
    let entry = pinned.get(&key.parts(), now).unwrap();
    assert!(memory.grow(&key, entry, one + 1, now, &counters));
    assert_eq!(memory.len(), 1);
    assert!(counters.snapshot().bytes <= memory.max_bytes);
    assert!(!memory.grow(&key, entry, one, now, &counters));
    assert_eq!(memory.len(), 1, "an entry does not grow beyond the limit");
}

#[test]
fn an_entry_that_was_replaced_does_not_grow() {
    let (memory, counters) = memory(3);
    put(&memory, &counters, 1, 7);
    let bytes = counters.snapshot().bytes;
    let pinned = memory.pin();
    let (key, now) = (Key::of([1]), at(SECOND));
    let entry = pinned.get(&key.parts(), now).unwrap();
    put(&memory, &counters, 1, 8);
    assert!(!memory.grow(&key, entry, 10, now, &counters));
    assert_eq!(counters.snapshot().bytes, bytes);
}

/// Includes the growth of the map and the queue, and replaced entries.
#[test]
fn an_entry_costs_no_more_than_is_counted() {
    const { assert!(OVERHEAD <= 250) };
    /// The allocator's own bytes for each allocation.
    const EACH: i64 = 16;
    const KEY: usize = 16 + 8 + 8;
    let mut most = 0;
    for kept in [1_000, 1_500, 2_000, 3_000, 5_000, 9_000, 30_000] {
        for inserted in [kept, 10 * kept] {
            let mut memory = None;
            let measured = allocation_counter::measure(|| {
                let counters = Counters::default();
                let filled = Memory::new(kept * (OVERHEAD + KEY));
                for number in 0..inserted {
                    let key = Key::of(number.to_le_bytes());
                    let lifetime = lifetime(Duration::ZERO);
                    filled.insert(Key::clone(&key), (), 0, lifetime, || false, &counters);
                    if number % 3 == 0 {
                        filled.pin().get(&key, at(Duration::ZERO));
                    }
                }
                memory = Some(filled);
            });
            let real = measured.bytes_current + EACH * measured.count_current;
            let entries = memory.unwrap().len();
            assert_eq!(entries, kept);
            let each = usize::try_from(real).unwrap() / entries - KEY;
            most = most.max(each);
            println!("{kept} of {inserted}: {each} bytes each");
        }
    }
    assert!(most <= OVERHEAD, "{most}");
    assert!(most > OVERHEAD * 4 / 5, "{most}");
}

/// The map alone would free them in batches.
#[test]
fn large_values_are_freed_immediately() {
    const LARGE: usize = 100_000;
    let counters = Counters::default();
    let memory = Memory::new(4 * LARGE);
    let flooded = allocation_counter::measure(|| {
        for number in 0..100_u8 {
            let lifetime = lifetime(Duration::ZERO);
            let value = vec![number; LARGE];
            memory.insert(
                Key::of([number]),
                value,
                LARGE,
                lifetime,
                || false,
                &counters,
            );
        }
    });
    assert_eq!(memory.len(), 3);
    assert!(flooded.bytes_max < 5 * LARGE as u64, "{flooded:?}");
    let cleared = allocation_counter::measure(|| memory.forget(&Key::of([99]), &counters));
    assert!(cleared.bytes_current <= -(LARGE as i64), "{cleared:?}");
}

/// The map alone would free dozens of them in a batch.
#[test]
fn removed_values_use_little_memory_until_they_are_freed() {
    const LIMIT: usize = 1024 * 1024;
    const VALUE: usize = 10_000;
    let counters = Counters::default();
    let memory = Memory::new(LIMIT);
    let flooded = allocation_counter::measure(|| {
        for number in 0..1_000_u16 {
            let lifetime = lifetime(Duration::ZERO);
            let (key, value) = (Key::of(number.to_ne_bytes()), vec![0_u8; VALUE]);
            memory.insert(key, value, VALUE, lifetime, || false, &counters);
        }
    });
    // The value that is inserted, the one that made the batch too large, and the tables of the map.
    let most = LIMIT + LIMIT / 64 + 3 * VALUE;
    assert!(flooded.bytes_max < most as u64, "{flooded:?}");
}
