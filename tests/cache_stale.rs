//! How long a stale result is good, and for what.
#![allow(clippy::unwrap_used)]

use std::{future::Future, time::Duration};

use futures_util::FutureExt;
use tokio_test::{assert_pending, task};
use tower_lambda_authorizer::{
    LambdaAuthorizerLayer, ResultCache,
    testing::{Harness, MockAnswer, MockAuthorizer},
};

const SECOND: Duration = Duration::from_secs(1);
const TTL: Duration = Duration::from_secs(300);

/// With a result that has been stale for so long, and an authorizer that does not answer any more as it did.
fn stale_for(cache: ResultCache, age: Duration, now: MockAnswer) -> Harness {
    let authorizer = MockAuthorizer::allowing();
    let layer = LambdaAuthorizerLayer::token(authorizer.clone())
        .result_ttl(TTL)
        .unwrap()
        .cache(cache)
        .no_authorizer_timeout();
    let harness = Harness::new(layer);
    assert_eq!(send(&harness).now_or_never(), Some(200));
    harness.advance(TTL + age);
    authorizer.set(now);
    harness
}

fn send(harness: &Harness) -> impl Future<Output = u16> + Send + use<> {
    let response = harness.get("/").header("authorization", "a").send();
    async move { response.await.status().as_u16() }
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
        let harness = stale_for(cache, age * SECOND, MockAnswer::hang());
        let mut refresh = task::spawn(send(&harness));
        assert_pending!(refresh.poll());
        assert_eq!(send(&harness).now_or_never(), served, "after {age} s");
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
        let harness = stale_for(cache, age * SECOND, MockAnswer::fail("out of order"));
        let found = send(&harness).now_or_never();
        assert_eq!(found, Some(status), "after {age} s");
    }
}
