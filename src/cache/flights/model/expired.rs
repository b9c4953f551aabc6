//! A call whose answer is no longer fresh, but which is still on the list.

use super::*;

const THREADS: usize = 3;

/// Each thread leaves the expired call alone and begins or joins another one, which nobody forgets.
fn expired_call() {
    let flights = Flights::new();
    let now = Instant::now();
    let pending = |_| Box::pin(std::future::pending());
    let begin = || flights.board(&Key::of("a"), (now, None), || None::<()>, pending);
    let (aboard, _) = begin().unwrap();
    let expired = aboard.flight();
    expired.note_answer(now);
    run_together((0..THREADS).map(|_| {
        let flights = Arc::clone(&flights);
        spawned(move || {
            let call = |_| Box::pin(std::future::ready(()));
            let boarded = flights.board(&Key::of("a"), (now, None), || None::<()>, call);
            let (aboard, _) = boarded.unwrap();
            thread::yield_now();
            assert!(!aboard.flight().is_forgotten());
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
