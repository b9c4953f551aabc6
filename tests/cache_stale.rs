//! How long a stale result is good, and for what.
#![allow(clippy::unwrap_used)]

use std::{
    convert::Infallible,
    future::{Future, pending},
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::{Duration, SystemTime},
};

use futures_util::FutureExt;
use http::{Request, Response};
use tokio_test::{assert_pending, task};
use tower::{Layer, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    Authorizer, AuthorizerError, AuthorizerResponse, LambdaAuthorizerLayer, ManualClock,
    ResultCache, authorizer_fn,
};

const SECOND: Duration = Duration::from_secs(1);
const TTL: Duration = Duration::from_secs(300);

const ALLOWS: u8 = 0;
const THINKS: u8 = 1;
const FAILS: u8 = 2;

/// With a result that has been stale for so long, and an authorizer that does not answer any more as it did.
fn stale_for(
    cache: ResultCache,
    age: Duration,
    mood: u8,
) -> LambdaAuthorizerLayer<impl Authorizer> {
    let clock = ManualClock::new(SystemTime::UNIX_EPOCH);
    let moods = Arc::new(AtomicU8::new(ALLOWS));
    let shown = Arc::clone(&moods);
    let authorizer = authorizer_fn(move |_| {
        let mood = shown.load(Ordering::SeqCst);
        async move {
            match mood {
                ALLOWS => Ok(AuthorizerResponse::allow("*")),
                THINKS => pending().await,
                _ => Err(AuthorizerError::new("out of order")),
            }
        }
    });
    let layer = LambdaAuthorizerLayer::token(authorizer)
        .result_ttl(TTL)
        .unwrap()
        .clock(clock.clock())
        .cache(cache)
        .no_authorizer_timeout();
    assert_eq!(send(&layer).now_or_never(), Some(200));
    clock.advance(TTL + age);
    moods.store(mood, Ordering::SeqCst);
    layer
}

fn send<A: Authorizer>(
    layer: &LambdaAuthorizerLayer<A>,
) -> impl Future<Output = u16> + Send + use<A> {
    let inside = |_: Request<()>| async { Ok::<_, Infallible>(Response::new(String::new())) };
    let service = layer.layer(service_fn(inside));
    let request = Request::get("/").header("authorization", "a");
    let response = service.oneshot(request.body(()).unwrap());
    async move { response.await.unwrap().status().as_u16() }
}

fn longer_on_failure() -> ResultCache {
    ResultCache::new()
        .serve_stale_while_refreshing(10 * SECOND)
        .serve_stale_on_failure(60 * SECOND)
}

fn longer_while_refreshing() -> ResultCache {
    ResultCache::new()
        .serve_stale_while_refreshing(60 * SECOND)
        .serve_stale_on_failure(10 * SECOND)
}

/// The result is kept for as long as the longer window is; that lengthens neither.
#[test]
fn while_refreshing_the_window_for_refreshing_counts() {
    for (cache, age, served) in [
        (longer_on_failure(), 9, Some(200)),
        (longer_on_failure(), 10, None),
        (longer_while_refreshing(), 59, Some(200)),
        (longer_while_refreshing(), 60, None),
    ] {
        let layer = stale_for(cache, age * SECOND, THINKS);
        let mut refresh = task::spawn(send(&layer));
        assert_pending!(refresh.poll());
        assert_eq!(send(&layer).now_or_never(), served, "after {age} s");
    }
}

#[test]
fn on_failure_the_window_for_failures_counts() {
    for (cache, age, status) in [
        (longer_on_failure(), 59, 200),
        (longer_on_failure(), 60, 500),
        (longer_while_refreshing(), 9, 200),
        (longer_while_refreshing(), 10, 500),
    ] {
        let layer = stale_for(cache, age * SECOND, FAILS);
        let found = send(&layer).now_or_never();
        assert_eq!(found, Some(status), "after {age} s");
    }
}
