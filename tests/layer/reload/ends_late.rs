//! Requests that end long after their settings were replaced.

use std::time::{Duration, SystemTime};

use tower_lambda_authorizer::ManualClock;

use super::*;

const HOUR: Duration = Duration::from_secs(3600);

fn set_ttl(handle: &ReloadHandle<Guard>, seconds: u64) {
    let change = |layer: Guard| layer.result_ttl(Duration::from_secs(seconds));
    handle.modify(change).unwrap();
}

/// What a request does before its settings are replaced.
#[derive(Debug, Clone, Copy)]
enum UnderWay {
    /// It has called the authorizer.
    Calls,
    /// Nobody has polled it.
    Waits,
}

/// A request of an hour's settings ends more than an hour after they were replaced. Then they return, and so does its
/// result, unless it was revoked.
async fn is_used_again_after(
    under_way: UnderWay,
    layer: impl Fn(Guard) -> Guard,
    revoke: impl AsyncFnOnce(&ReloadHandle<Guard>),
) -> bool {
    let turns = Arc::new(Semaphore::new(0));
    let clock = ManualClock::new(SystemTime::UNIX_EPOCH);
    let (first, calls) = version(1, Some(Arc::clone(&turns)));
    let first = layer(first.clock(clock.clock())).result_ttl(HOUR).unwrap();
    let (layer, handle) = first.reloadable();
    let service = layer.layer(service_fn(who));
    let request = Request::get("/").header("authorization", "ann").body(());
    let mut ready = service.clone();
    let called = ready.ready().await.unwrap().call(request.unwrap());
    let mut late = task::spawn(called);
    if matches!(under_way, UnderWay::Calls) {
        assert_pending!(late.poll());
    }
    for seconds in [60, 50] {
        set_ttl(&handle, seconds);
        clock.advance(HOUR * 2);
    }
    turns.add_permits(1);
    assert_eq!(late.await.unwrap().status(), 200);
    clock.advance(HOUR / 4);
    // The settings are looked through again when others replace them.
    set_ttl(&handle, 40);
    clock.advance(HOUR / 4);
    set_ttl(&handle, 30);
    revoke(&handle).await;
    set_ttl(&handle, 3600);
    calls.store(0, Ordering::SeqCst);
    turns.add_permits(1);
    assert_eq!(send(service, "ann").await, Ok("1".into()));
    calls.load(Ordering::SeqCst) == 0
}

#[tokio::test]
async fn a_revocation_reaches_the_result_of_a_request_that_ends_after_an_hour() {
    for under_way in [UnderWay::Calls, UnderWay::Waits] {
        let with_a_limit = |layer: Guard| layer;
        let limits = [with_a_limit, Guard::no_authorizer_timeout];
        for limit in limits {
            let again = is_used_again_after(under_way, limit, async |_| ()).await;
            assert!(again, "{under_way:?}");
            let again = is_used_again_after(under_way, limit, async |handle| {
                handle.invalidate(["ann"]).await.unwrap();
            });
            assert!(!again.await, "{under_way:?}");
            let again = is_used_again_after(under_way, limit, async |handle| {
                handle.clear().await.unwrap();
            });
            assert!(!again.await, "{under_way:?}");
        }
    }
}

/// The layer is replaced by one with the same results while a request of the first one calls.
#[tokio::test]
async fn a_request_of_any_layer_with_the_same_results_counts() {
    let turns = Arc::new(Semaphore::new(0));
    let clock = ManualClock::new(SystemTime::UNIX_EPOCH);
    let (first, calls) = version(1, Some(Arc::clone(&turns)));
    let first = first.clock(clock.clock()).result_ttl(HOUR).unwrap();
    let (layer, handle) = first.reloadable();
    let service = layer.layer(service_fn(who));
    let mut late = task::spawn(send(service.clone(), "ann"));
    assert_pending!(late.poll());
    let named = |layer: Guard| Ok::<_, Infallible>(layer.authorizer_name("another"));
    handle.modify(named).unwrap();
    for seconds in [60, 50, 40] {
        set_ttl(&handle, seconds);
        clock.advance(HOUR * 2);
    }
    turns.add_permits(1);
    assert_eq!(late.await, Ok("1".into()));
    handle.clear().await.unwrap();
    set_ttl(&handle, 3600);
    turns.add_permits(1);
    send(service, "ann").await.unwrap();
    assert_eq!(calls.load(Ordering::SeqCst), 2);
}

/// `Unauthorized` may be kept for longer than any other answer.
#[tokio::test]
async fn a_revocation_reaches_an_unauthorized_that_is_kept_for_days() {
    let clock = ManualClock::new(SystemTime::UNIX_EPOCH);
    let is_known = Arc::<AtomicBool>::default();
    let knows = Arc::clone(&is_known);
    let authorizer = authorizer_fn(move |_| {
        let is_known = knows.load(Ordering::SeqCst);
        async move {
            if is_known {
                Ok(AuthorizerResponse::allow("*").with_principal_id("ann"))
            } else {
                Err(AuthorizerError::unauthorized())
            }
        }
    });
    let cache = ResultCache::new().unauthorized_ttl(HOUR * 48);
    let layer = LambdaAuthorizerLayer::token(BoxAuthorizer::new(authorizer));
    let (layer, handle) = layer.cache(cache).clock(clock.clock()).reloadable();
    let service = layer.layer(service_fn(who));
    assert_eq!(send(service.clone(), "ann").await, Err(401));
    for seconds in [60, 50, 40] {
        set_ttl(&handle, seconds);
        clock.advance(HOUR * 10);
    }
    is_known.store(true, Ordering::SeqCst);
    handle.invalidate(["ann"]).await.unwrap();
    set_ttl(&handle, 300);
    assert_eq!(send(service, "ann").await, Ok("ann".into()));
}
