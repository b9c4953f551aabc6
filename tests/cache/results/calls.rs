//! Requests that share a call, and calls that wait for a limit.

use super::*;

/// All requests wait for one call, and each gets its answer.
#[tokio::test]
async fn ten_thousand_requests_make_one_call() {
    for (mood, status) in [(Mood::Allows, 200), (Mood::Fails, 500), (Mood::Panics, 500)] {
        let door = Door::new(Mood::Thinks);
        let mut requests: Vec<_> = (0..10_000).map(|_| spawn(&door, "a")).collect();
        requests
            .iter_mut()
            .for_each(|request| assert_pending!(request.poll()));
        door.mood.send_replace(mood);
        for request in requests {
            assert_eq!(request.await.status, status);
        }
        assert_eq!(door.calls(), 1);
        let statistics = door.layer.results().statistics();
        assert_eq!((statistics.misses, statistics.joined), (10_000, 9_999));
    }
}

#[tokio::test]
async fn a_request_that_still_waits_allocates_nothing() {
    let door = Door::new(Mood::Thinks);
    let mut waiting = [spawn(&door, "a"), spawn(&door, "a")];
    for sent in &mut waiting {
        assert_pending!(sent.poll());
        let again = allocation_counter::measure(|| assert_pending!(sent.poll()));
        assert_eq!(again.count_total, 0);
    }
}

#[tokio::test]
async fn a_call_outlives_the_request_that_began_it_but_not_the_last_one() {
    let door = Door::new(Mood::Thinks);
    let [mut first, mut second] = [spawn(&door, "a"), spawn(&door, "a")];
    assert_pending!(first.poll());
    assert_pending!(second.poll());
    drop(first);
    door.mood.send_replace(Mood::Allows);
    assert_eq!(second.await.status, 200);
    assert_eq!(door.calls(), 1);

    door.mood.send_replace(Mood::Thinks);
    let mut given_up = spawn(&door, "b");
    assert_pending!(given_up.poll());
    drop(given_up);
    door.mood.send_replace(Mood::Allows);
    assert_eq!(door.status("b", "/").await, 200);
    assert_eq!(
        door.calls(),
        3,
        "what everybody left was given up, and is asked anew"
    );
}

#[tokio::test]
async fn calls_wait_for_the_concurrency_limit() {
    let mut door = Door::new(Mood::Thinks);
    door.layer = door.layer.authorizer_concurrency_limit(2).unwrap();
    let mut requests: Vec<_> = ["a", "b", "c"].map(|token| spawn(&door, token)).into();
    requests
        .iter_mut()
        .for_each(|request| assert_pending!(request.poll()));
    assert_eq!(door.calls(), 2);
    door.mood.send_replace(Mood::Allows);
    for request in requests {
        assert_eq!(request.await.status, 200);
    }
    assert_eq!(door.calls(), 3);
}
