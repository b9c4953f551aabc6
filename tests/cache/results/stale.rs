//! Stale results, and cached refusals.

use super::*;

#[tokio::test]
async fn a_stale_result_is_served_while_one_request_refreshes_it() {
    let cache = ResultCache::new().serve_stale_while_refreshing(60 * SECOND);
    let door = Door::new(Mood::Allows).with_cache(cache);
    door.status("a", "/").await;
    door.clock.advance(301 * SECOND);
    door.mood.send_replace(Mood::Thinks);
    let mut refresh = spawn(&door, "a");
    assert_pending!(refresh.poll());
    assert_eq!(door.status("a", "/").await, 200);
    assert_eq!(door.layer.results().statistics().stale_hits, 1);
    door.mood.send_replace(Mood::Denies);
    assert_eq!(refresh.await.status, 403);
    assert_eq!(door.status("a", "/").await, 403);
    assert_eq!(door.calls(), 2);
}

#[tokio::test]
async fn a_stale_result_is_served_during_a_failure_until_the_window_ends() {
    let cache = ResultCache::new().serve_stale_on_failure(60 * SECOND);
    let door = Door::new(Mood::Allows).with_cache(cache);
    door.status("a", "/").await;
    door.mood.send_replace(Mood::Fails);
    // A result is stale from the end of its time on.
    door.clock.advance(300 * SECOND);
    assert_eq!(door.status("a", "/").await, 200);
    assert_eq!(door.calls(), 2);
    door.clock.advance(60 * SECOND);
    assert_eq!(door.status("a", "/").await, 500);
    assert_eq!(door.calls(), 3);
    assert_eq!(door.layer.results().statistics().stale_hits, 1);
}

/// `Unauthorized` is an answer, so a stale policy must not be served after it.
#[tokio::test]
async fn unauthorized_ends_a_stale_result() {
    let cache = ResultCache::new().serve_stale_on_failure(60 * SECOND);
    let door = Door::new(Mood::Allows).with_cache(cache);
    door.status("a", "/").await;
    door.clock.advance(301 * SECOND);
    for (mood, status) in [(Mood::SaysUnauthorized, 401), (Mood::Fails, 500)] {
        door.mood.send_replace(mood);
        assert_eq!(door.status("a", "/").await, status);
    }
}

#[tokio::test]
async fn unauthorized_is_kept_if_configured() {
    let cache = ResultCache::new().unauthorized_ttl(10 * SECOND);
    let door = Door::new(Mood::SaysUnauthorized).with_cache(cache);
    for (seconds, calls) in [(0, 1), (9, 1), (1, 2)] {
        door.clock.advance(seconds * SECOND);
        assert_eq!(door.status("a", "/").await, 401);
        assert_eq!(door.calls(), calls);
    }
}
