//! How long a stale result is served, and in which cases.

use std::{
    future::{Future, pending},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::FutureExt;
use tokio::sync::oneshot;
use tokio_test::{assert_pending, assert_ready_eq, task};
use tower_lambda_authorizer::{
    AuthorizerError, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
    caching::ResultCache,
    testing::{Harness, MockAnswer, MockAuthorizer},
};

const SECOND: Duration = Duration::from_secs(1);
const TTL: Duration = Duration::from_secs(300);

/// A layer with a result that has been stale for this long, and an authorizer that answers differently now.
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

/// The result is kept for the longer of the two windows, which must not extend the shorter one.
#[test]
fn while_refreshing_only_the_window_for_refreshing_counts() {
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
fn on_failure_only_the_window_for_failures_counts() {
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

type Answer = fn() -> Result<AuthorizerResponse, AuthorizerError>;

/// The authorizer's newer answers, and their statuses. They are too long for a small cache.
fn newer_refusals() -> [(Answer, u16); 2] {
    fn why() -> String {
        "x".repeat(20_000)
    }
    [
        (
            || Ok(AuthorizerResponse::deny("*").with_context("why", why())),
            403,
        ),
        (|| Err(AuthorizerError::unauthorized().because(why())), 401),
    ]
}

/// The newer refusal does not fit into the cache, so it is not kept. The older allowance must not be served any more.
#[test]
fn a_refusal_that_is_not_kept_removes_the_earlier_allowance() {
    for while_refreshing in [false, true] {
        for (refusal, status) in newer_refusals() {
            let cache = ResultCache::with_max_bytes(10_000)
                .serve_stale_on_failure(60 * SECOND)
                .serve_stale_while_refreshing(60 * SECOND)
                .unauthorized_ttl(60 * SECOND);
            let calls = AtomicUsize::new(0);
            let authorizer = authorizer_fn(move |_| {
                let call = calls.fetch_add(1, Ordering::SeqCst);
                async move {
                    match call {
                        0 => Ok(AuthorizerResponse::allow("*")),
                        1 => refusal(),
                        _ if while_refreshing => pending().await,
                        _ => Err(AuthorizerError::new("out of order")),
                    }
                }
            });
            let layer = LambdaAuthorizerLayer::token(authorizer)
                .cache(cache)
                .no_authorizer_timeout();
            let harness = Harness::new(layer);
            assert_eq!(send(&harness).now_or_never(), Some(200));
            harness.advance(TTL + SECOND);
            assert_eq!(send(&harness).now_or_never(), Some(status));
            let expected = if while_refreshing { None } else { Some(500) };
            let mut refresh = task::spawn(send(&harness));
            let _ = refresh.poll();
            assert_eq!(send(&harness).now_or_never(), expected, "{status}");
        }
    }
}

/// The key was forgotten during the call, so its answer is not kept. Neither is the answer of a call that began later and
/// ended earlier.
#[test]
fn a_refusal_that_was_forgotten_meanwhile_removes_the_earlier_allowance() {
    let cache = ResultCache::new().serve_stale_on_failure(60 * SECOND);
    let (deny, denied) = oneshot::channel::<()>();
    let (deny, denied) = (deny, Mutex::new(Some(denied)));
    let authorizer = authorizer_fn(move |_| {
        let denied = denied.lock().unwrap().take();
        async move {
            if let Some(denied) = denied {
                denied.await?;
                return Ok(AuthorizerResponse::deny("*"));
            }
            Ok(AuthorizerResponse::allow("*"))
        }
    });
    let layer = LambdaAuthorizerLayer::token(authorizer)
        .cache(cache)
        .no_authorizer_timeout();
    let results = layer.results();
    let harness = Harness::new(layer);
    let mut early = task::spawn(send(&harness));
    assert_pending!(early.poll());
    let forgotten = results.invalidate(["a"]).now_or_never();
    assert!(forgotten.is_some_and(|forgotten| forgotten.is_ok()));
    assert_eq!(send(&harness).now_or_never(), Some(200));
    assert_eq!(harness.invocations(), 2);
    deny.send(()).unwrap();
    assert_ready_eq!(early.poll(), 403);
    assert_eq!(send(&harness).now_or_never(), Some(200));
    assert_eq!(harness.invocations(), 3, "it was asked anew");
}

/// The smallest and the largest value of each setting.
#[test]
fn every_duration_can_be_configured() {
    let nanosecond = Duration::from_nanos(1);
    let durations = [
        Duration::ZERO,
        nanosecond,
        SECOND,
        Duration::from_secs(u64::MAX / 2),
        Duration::MAX,
    ];
    let layer = LambdaAuthorizerLayer::token(MockAuthorizer::new());
    assert!(layer.result_ttl(Duration::MAX).is_err());
    for unauthorized in durations {
        for window in durations {
            for ttl in [Duration::ZERO, nanosecond, 3600 * SECOND] {
                let cache = ResultCache::new()
                    .unauthorized_ttl(unauthorized)
                    .serve_stale_while_refreshing(window)
                    .serve_stale_on_failure(window);
                let authorizer = MockAuthorizer::answering(MockAnswer::unauthorized());
                let layer = LambdaAuthorizerLayer::token(authorizer.clone())
                    .result_ttl(ttl)
                    .unwrap()
                    .cache(cache)
                    .no_authorizer_timeout();
                let harness = Harness::new(layer);
                for status in [401, 401] {
                    assert_eq!(send(&harness).now_or_never(), Some(status));
                }
                let is_kept = !ttl.is_zero() && !unauthorized.is_zero();
                let asked = if is_kept { 1 } else { 2 };
                assert_eq!(harness.invocations(), asked, "{unauthorized:?} {ttl:?}");
                for advance in durations {
                    harness.advance(advance);
                    for answer in [
                        MockAnswer::allow(),
                        MockAnswer::fail("no"),
                        MockAnswer::deny(),
                    ] {
                        authorizer.set(answer);
                        assert!(send(&harness).now_or_never().is_some());
                    }
                }
            }
        }
    }
}

#[test]
fn a_result_that_never_expires_has_an_age() {
    let cache = ResultCache::new().unauthorized_ttl(Duration::MAX);
    let harness = stale_for(cache, Duration::ZERO, MockAnswer::unauthorized());
    assert_eq!(send(&harness).now_or_never(), Some(401));
    harness.advance(1_000_000 * SECOND);
    let response = harness.get("/").header("authorization", "a").send();
    let response = response.now_or_never().unwrap();
    let explanation = response.denial().unwrap().explanation().to_string();
    assert!(explanation.contains("1000000"), "{explanation}");
}
