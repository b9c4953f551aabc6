//! A call whose answer is no longer fresh, but which is still on the list.

use super::*;

const THREADS: usize = 3;

/// Each thread leaves the expired call alone and begins or joins another one, which nobody forgets.
fn expired_call() {
    let single_flight = SingleFlight::new();
    let pending = |_| Box::pin(std::future::pending());
    let begin = || single_flight.join_or_begin(joining(&Key::of("a")), || None::<()>, pending);
    let (waiter, _) = begin().unwrap();
    let expired = waiter.call();
    expired.note_answer(Instant::now());
    run_together((0..THREADS).map(|_| {
        let single_flight = Arc::clone(&single_flight);
        spawned(move || {
            let call = |_| Box::pin(std::future::ready(()));
            let joined = single_flight.join_or_begin(joining(&Key::of("a")), || None::<()>, call);
            let (waiter, _) = joined.unwrap();
            thread::yield_now();
            assert!(!waiter.call().is_forgotten());
        })
    }));
    assert!(expired.is_forgotten());
}

#[test]
fn an_expired_call_is_forgotten_alone() {
    run(
        RandomScheduler::new_from_seed(5, iterations()),
        expired_call,
    );
    run(
        PctScheduler::new_from_seed(6, 3, iterations()),
        expired_call,
    );
}
