//! A response's own lifetime shortens the time to live, and never prolongs it.

use std::{
    future::Future,
    time::{Duration, SystemTime},
};

use futures_util::FutureExt;
use tokio_test::{assert_pending, assert_ready_eq, task};
use tower_lambda_authorizer::{
    AuthorizerResponse, LambdaAuthorizerLayer,
    caching::{AuthorizerResults, ResultCache},
    explanations::CacheExplanation,
    testing::{Harness, MockAnswer, MockAuthorizer},
};

const SECOND: Duration = Duration::from_secs(1);
const TTL: Duration = Duration::from_secs(300);

struct World {
    harness: Harness,
    authorizer: MockAuthorizer,
    results: AuthorizerResults,
}

impl World {
    fn new(cache: ResultCache) -> Self {
        let authorizer = MockAuthorizer::new();
        let layer = LambdaAuthorizerLayer::token(authorizer.clone())
            .result_ttl(TTL)
            .unwrap()
            .cache(cache)
            .no_authorizer_timeout();
        Self {
            results: layer.results(),
            harness: Harness::new(layer),
            authorizer,
        }
    }

    fn now(&self) -> SystemTime {
        self.harness.clock().now()
    }

    fn send(&self) -> impl Future<Output = u16> + Send + use<> {
        let response = self.harness.get("/").header("authorization", "a").send();
        async move { response.await.status().as_u16() }
    }

    /// The status of a request that is answered at once, and how often the authorizer was called so far.
    fn sent(&self) -> (Option<u16>, usize) {
        (self.send().now_or_never(), self.authorizer.invocations())
    }
}

fn allow() -> AuthorizerResponse {
    AuthorizerResponse::allow("*").with_principal_id("user-1")
}

#[test]
fn the_shorter_of_both_counts() {
    type Change = fn(AuthorizerResponse, SystemTime) -> AuthorizerResponse;
    let cases: [(Change, u32); 7] = [
        (|response, _| response, 300),
        (|response, now| response.with_expiry(now + 60 * SECOND), 60),
        (
            |response, now| response.with_expiry(now + 301 * SECOND),
            300,
        ),
        (|response, _| response.with_max_age(60 * SECOND), 60),
        (|response, _| response.with_max_age(Duration::MAX), 300),
        (
            |response, now| {
                response
                    .with_max_age(90 * SECOND)
                    .with_expiry(now + 60 * SECOND)
            },
            60,
        ),
        (
            |response, now| {
                response
                    .with_max_age(60 * SECOND)
                    .with_expiry(now + 90 * SECOND)
            },
            60,
        ),
    ];
    for (case, (change, seconds)) in cases.into_iter().enumerate() {
        let world = World::new(ResultCache::new());
        world.authorizer.set(change(allow(), world.now()));
        assert_eq!(world.sent(), (Some(200), 1));
        world.harness.advance((seconds - 1) * SECOND);
        assert_eq!(world.sent(), (Some(200), 1), "case {case}");
        world.harness.advance(SECOND);
        assert_eq!(world.sent(), (Some(200), 2), "case {case}");
    }
}

/// The age counts from the moment of the answer, not from that of the request.
#[test]
fn an_age_begins_when_the_authorizer_answers() {
    let world = World::new(ResultCache::new());
    let answer = MockAnswer::from(allow().with_max_age(60 * SECOND));
    world.authorizer.set(answer.after(Duration::from_millis(1)));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut first = task::spawn(world.send());
        assert_pending!(first.poll());
        world.harness.advance(100 * SECOND);
        assert_eq!(first.await, 200);
    });
    world.harness.advance(59 * SECOND);
    assert_eq!(world.sent(), (Some(200), 1));
}

/// The monotonic clock, by which results expire, stands still while a machine is suspended.
#[test]
fn a_suspended_machine_does_not_prolong_a_lifetime() {
    type Change = fn(AuthorizerResponse, SystemTime) -> AuthorizerResponse;
    let changes: [(Change, u32); 4] = [
        (|response, now| response.with_expiry(now + 60 * SECOND), 60),
        (|response, _| response.with_max_age(60 * SECOND), 60),
        (|response, now| response.with_expiry(now + 2 * TTL), 600),
        (
            |response, now| {
                response
                    .with_expiry(now + 90 * SECOND)
                    .with_max_age(60 * SECOND)
            },
            60,
        ),
    ];
    let windows = ResultCache::new()
        .serve_stale_while_refreshing(TTL)
        .serve_stale_on_failure(TTL);
    for (change, seconds) in changes {
        for cache in [ResultCache::new(), windows.clone()] {
            let world = World::new(cache);
            world.authorizer.set(change(allow(), world.now()));
            assert_eq!(world.sent(), (Some(200), 1));
            world.harness.clock().suspend((seconds - 1) * SECOND);
            assert_eq!(world.sent(), (Some(200), 1));
            world.harness.clock().suspend(SECOND);
            world.authorizer.set(MockAnswer::fail("out of order"));
            assert_eq!(world.sent(), (Some(500), 2), "{seconds}");
            world.authorizer.set(AuthorizerResponse::deny("*"));
            assert_eq!(world.sent(), (Some(403), 3), "{seconds}");
        }
    }
    // The time to live itself does not go on.
    let world = World::new(ResultCache::new());
    world.authorizer.set(allow());
    assert_eq!(world.sent(), (Some(200), 1));
    world.harness.clock().suspend(2 * TTL);
    assert_eq!(world.sent(), (Some(200), 1));
    world.harness.advance(TTL);
    assert_eq!(world.sent(), (Some(200), 2));
}

#[test]
fn a_response_that_has_expired_answers_and_is_not_cached() {
    type Change = fn(AuthorizerResponse, SystemTime) -> AuthorizerResponse;
    let expired: [Change; 4] = [
        |response, now| response.with_expiry(now),
        |response, now| response.with_expiry(now - SECOND),
        |response, _| response.with_expiry(SystemTime::UNIX_EPOCH - SECOND),
        |response, _| response.with_max_age(Duration::ZERO),
    ];
    let windows = ResultCache::new()
        .serve_stale_while_refreshing(TTL)
        .serve_stale_on_failure(TTL);
    for change in expired {
        for cache in [ResultCache::new(), windows.clone()] {
            let world = World::new(cache);
            world.authorizer.set(change(allow(), world.now()));
            assert_eq!(world.sent(), (Some(200), 1));
            assert_eq!(world.sent(), (Some(200), 2));
            assert_eq!(world.results.statistics().bytes, 0);
            world
                .authorizer
                .set(change(AuthorizerResponse::deny("*"), world.now()));
            assert_eq!(world.sent(), (Some(403), 3));
            world.authorizer.set(MockAnswer::fail("out of order"));
            assert_eq!(world.sent(), (Some(500), 4));
        }
    }
}

/// Otherwise the earlier result could be served as a stale one.
#[test]
fn a_response_that_is_not_cached_removes_the_earlier_one() {
    let world = World::new(ResultCache::new().serve_stale_on_failure(TTL));
    world.authorizer.set(allow());
    assert_eq!(world.sent(), (Some(200), 1));
    world.harness.advance(TTL);
    let refused = AuthorizerResponse::deny("*").with_max_age(Duration::ZERO);
    world.authorizer.set(refused);
    assert_eq!(world.sent(), (Some(403), 2));
    world.authorizer.set(MockAnswer::fail("out of order"));
    assert_eq!(world.sent(), (Some(500), 3));
}

#[test]
fn no_window_serves_a_result_after_its_end() {
    let windows = || {
        ResultCache::new()
            .serve_stale_while_refreshing(TTL)
            .serve_stale_on_failure(TTL)
    };
    for (own, after, on_failure) in [
        (350, 349, Some(200)),
        (350, 350, Some(500)),
        (100, 99, Some(200)),
        (100, 100, Some(500)),
        (1000, 599, Some(200)),
        (1000, 600, Some(500)),
    ] {
        let world = World::new(windows());
        world.authorizer.set(allow().with_max_age(own * SECOND));
        assert_eq!(world.sent().0, Some(200));
        world.harness.advance(after * SECOND);
        world.authorizer.set(MockAnswer::fail("out of order"));
        assert_eq!(world.sent().0, on_failure, "{own} {after}");

        let world = World::new(windows());
        world.authorizer.set(allow().with_max_age(own * SECOND));
        assert_eq!(world.sent().0, Some(200));
        world.harness.advance(after * SECOND);
        world.authorizer.set(MockAnswer::hang());
        let mut refresh = task::spawn(world.send());
        let is_fresh = refresh.poll().is_ready();
        let served = is_fresh || world.sent().0 == Some(200);
        assert_eq!(served, on_failure == Some(200), "{own} {after}");
    }
}

/// Requests that wait for the call get its answer, even if it has expired: the authorizer said so about their identity.
#[test]
fn requests_that_wait_get_the_answer() {
    let world = World::new(ResultCache::new());
    let answer = MockAnswer::from(allow().with_max_age(Duration::ZERO));
    world.authorizer.set(answer.after(SECOND));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut first = task::spawn(world.send());
        let mut second = task::spawn(world.send());
        assert_pending!(first.poll());
        assert_pending!(second.poll());
        tokio::time::advance(2 * SECOND).await;
        assert_ready_eq!(first.poll(), 200);
        assert_ready_eq!(second.poll(), 200);
    });
    assert_eq!(world.authorizer.invocations(), 1);
}

#[test]
fn the_explanation_knows_the_age() {
    let world = World::new(ResultCache::new());
    let refusal = AuthorizerResponse::deny("*").with_max_age(60 * SECOND);
    world.authorizer.set(refusal);
    assert_eq!(world.sent().0, Some(403));
    world.harness.advance(59 * SECOND);
    let response = world.harness.get("/").header("authorization", "a").send();
    let response = response.now_or_never().unwrap();
    let explanation = response.denial().unwrap().explanation();
    let CacheExplanation::Hit { age, .. } = explanation.cache() else {
        panic!("{explanation}");
    };
    assert_eq!(*age, 59 * SECOND);
}

/// `Debug` shows the lifetime, `==` compares it, and JSON has none.
#[test]
fn the_lifetime_is_part_of_the_response_but_not_of_its_json() {
    let response = allow()
        .with_max_age(SECOND)
        .with_expiry(SystemTime::UNIX_EPOCH);
    assert_ne!(response, allow());
    assert_ne!(response, allow().with_max_age(SECOND));
    let shown = format!("{response:?}");
    assert!(
        shown.contains("max_age: Some(1s)") && shown.contains("expiry: Some("),
        "{shown}"
    );
    let json = serde_json::to_string(&response).unwrap();
    assert_eq!(json, serde_json::to_string(&allow()).unwrap());
    let sent = json.replacen(
        '{',
        r#"{"maxAge":0,"max_age":0,"expiry":0,"expiresAt":0,"#,
        1,
    );
    let read = AuthorizerResponse::from_json(sent.as_bytes()).unwrap();
    assert_eq!(read, allow());
}
