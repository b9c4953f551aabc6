//! A call whose answer is no longer fresh, but which is still on the list.

use super::*;

const THREADS: usize = 3;

/// Each thread leaves the expired call alone and begins or joins another one, which nobody forgets.
fn expired_call() {
    let flights = Flights::new();
    let now = Instant::now();
    let pending = |_| std::future::pending();
    let (expired, _) = flights.board(Key::of("a"), || None::<()>, pending).unwrap();
    let _ = expired.joinable_until.set(now);
    run_together((0..THREADS).map(|_| {
        let flights = Arc::clone(&flights);
        spawned(move || {
            let joined = flights.join(&Key::of("a"), now);
            let flight = joined.unwrap_or_else(|| {
                let call = |_| std::future::ready(());
                let boarded = flights.board(Key::of("a"), || None::<()>, call);
                boarded.unwrap().0
            });
            thread::yield_now();
            assert!(!flight.is_forgotten.load(Ordering::Acquire));
        })
    }));
    assert!(expired.is_forgotten.load(Ordering::Acquire));
}

#[test]
fn an_expired_call_is_forgotten_alone() {
    run(RandomScheduler::new_from_seed(5, ITERATIONS), expired_call);
    run(PctScheduler::new_from_seed(6, 3, ITERATIONS), expired_call);
}
