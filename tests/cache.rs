//! The cache, tested through the layer: which results are kept, how a cached policy applies to other requests, and that
//! concurrent requests share one call.
#![allow(clippy::unwrap_used)]

use std::{
    convert::Infallible,
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use futures_util::FutureExt;
use http::{Request, Response};
use tokio::sync::watch;
use tokio_test::{assert_pending, task};
use tower::{Layer, Service, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    Authorizer, AuthorizerError, AuthorizerRequest, AuthorizerResponse, ConfigError, Denial,
    IdentitySources, LambdaAuthorizer, LambdaAuthorizerLayer, ManualClock, ResponseBody,
    ResultCache, authorizer_fn,
};

#[path = "cache/between.rs"]
mod between;
#[path = "cache/own_results.rs"]
mod own_results;

const SECOND: Duration = Duration::from_secs(1);

/// An authorizer that counts its calls, and answers when the test permits it.
#[derive(Clone)]
struct Doorman {
    calls: Arc<AtomicUsize>,
    mood: watch::Receiver<Mood>,
}

#[derive(Clone, Copy, PartialEq)]
enum Mood {
    Thinks,
    Allows,
    AllowsThisOnly,
    Denies,
    SaysUnauthorized,
    Fails,
    Panics,
}

impl Authorizer for Doorman {
    async fn authorize(
        &self,
        request: AuthorizerRequest,
    ) -> Result<AuthorizerResponse, AuthorizerError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let mut mood = self.mood.clone();
        let mood = *mood.wait_for(|mood| *mood != Mood::Thinks).await.unwrap();
        match mood {
            Mood::Allows => Ok(AuthorizerResponse::allow("*").with_principal_id("user-1")),
            Mood::AllowsThisOnly => Ok(AuthorizerResponse::allow(request.method_arn())),
            Mood::Denies => Ok(AuthorizerResponse::deny("*")),
            Mood::SaysUnauthorized => Err(AuthorizerError::unauthorized()),
            Mood::Panics => panic!("a test's authorizer panics"),
            Mood::Thinks | Mood::Fails => Err(AuthorizerError::new("out of order")),
        }
    }
}

/// A layer around a service, its authorizer and a clock.
struct Door {
    layer: LambdaAuthorizerLayer<Doorman>,
    doorman: Doorman,
    calls: Arc<AtomicUsize>,
    mood: watch::Sender<Mood>,
    clock: ManualClock,
}

impl Door {
    fn new(mood: Mood) -> Self {
        let (mood, receiver) = watch::channel(mood);
        let calls = Arc::<AtomicUsize>::default();
        let clock = ManualClock::new(SystemTime::UNIX_EPOCH);
        let doorman = Doorman {
            calls: Arc::clone(&calls),
            mood: receiver,
        };
        Self {
            layer: LambdaAuthorizerLayer::token(doorman.clone()).clock(clock.clock()),
            doorman,
            calls,
            mood,
            clock,
        }
    }

    fn with_cache(mut self, cache: ResultCache) -> Self {
        self.layer = self.layer.cache(cache);
        self
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    fn send(&self, token: &str, path: &str) -> impl Future<Output = Answer> + Send + use<> {
        let service = self.layer.layer(service_fn(inside));
        let request = Request::get(path).header("authorization", token);
        let response = service.oneshot(request.body(()).unwrap());
        async move { Answer::of(&response.await.unwrap()) }
    }

    async fn status(&self, token: &str, path: &str) -> u16 {
        self.send(token, path).await.status
    }
}

#[derive(Debug)]
struct Answer {
    status: u16,
    why: String,
}

impl Answer {
    fn of(response: &Response<ResponseBody<String>>) -> Self {
        let denial = response.extensions().get::<Denial>();
        Self {
            status: response.status().as_u16(),
            why: denial.map(ToString::to_string).unwrap_or_default(),
        }
    }
}

async fn inside(_: Request<()>) -> Result<Response<String>, Infallible> {
    Ok(Response::new("inside".to_owned()))
}

#[tokio::test]
async fn a_result_is_kept_for_its_identity_until_it_expires() {
    let door = Door::new(Mood::Allows);
    for (token, seconds, calls) in [
        ("a", 0, 1),
        ("a", 299, 1),
        ("b", 0, 2),
        ("a", 1, 3),
        ("b", 0, 3),
    ] {
        door.clock.advance(seconds * SECOND);
        assert_eq!(door.status(token, "/").await, 200);
        assert_eq!(door.calls(), calls, "{token} after {seconds} more seconds");
    }
    let statistics = door.layer.results().statistics();
    assert_eq!((statistics.hits, statistics.misses), (2, 3));
}

#[tokio::test]
async fn a_policy_for_one_path_refuses_the_next_and_says_why() {
    let door = Door::new(Mood::AllowsThisOnly);
    assert_eq!(door.status("a", "/pets").await, 200);
    let second = door.send("a", "/dogs").await;
    assert_eq!((second.status, door.calls()), (403, 1));
    assert!(second.why.contains("GET/pets"), "{}", second.why);
    assert!(second.why.contains("was kept from"), "{}", second.why);
    assert_eq!(door.status("a", "/pets").await, 200);
}

#[tokio::test]
async fn a_failure_is_not_kept() {
    let door = Door::new(Mood::SaysUnauthorized);
    for (mood, status) in [
        (Mood::SaysUnauthorized, 401),
        (Mood::Fails, 500),
        (Mood::Panics, 500),
    ] {
        door.mood.send_replace(mood);
        let before = door.calls();
        for _ in 0..2 {
            assert_eq!(door.status("a", "/").await, status);
        }
        assert_eq!(door.calls(), before + 2);
    }
    door.mood.send_replace(Mood::Denies);
    for _ in 0..2 {
        assert_eq!(door.status("a", "/").await, 403);
    }
    assert_eq!(door.calls(), 7, "a policy that denies is kept as any other");
}

#[tokio::test]
async fn after_an_invalidation_the_authorizer_is_called_again() {
    let door = Door::new(Mood::Allows);
    for token in ["a", "b"] {
        door.status(token, "/").await;
    }
    door.mood.send_replace(Mood::Denies);
    door.layer.results().invalidate(["a"]).await.unwrap();
    assert_eq!(door.status("a", "/").await, 403);
    assert_eq!(door.status("b", "/").await, 200);
    door.layer.results().clear().await.unwrap();
    assert_eq!(door.status("b", "/").await, 403);
    assert_eq!(door.calls(), 4);
}

#[tokio::test]
async fn the_result_of_a_call_from_before_a_clearing_is_not_kept() {
    let door = Door::new(Mood::Thinks);
    let mut early = task::spawn(door.send("a", "/"));
    assert_pending!(early.poll());
    door.layer.results().clear().await.unwrap();
    door.mood.send_replace(Mood::Allows);
    assert_eq!(early.await.status, 200);
    door.mood.send_replace(Mood::Denies);
    assert_eq!(door.status("a", "/").await, 403);
}

/// A request after the clearing must not pass because of a call from before it.
#[tokio::test]
async fn a_call_from_before_a_clearing_is_not_joined() {
    let door = Door::new(Mood::Thinks);
    let mut early = spawn(&door, "a");
    assert_pending!(early.poll());
    door.layer.results().invalidate(["a"]).await.unwrap();
    let mut late = spawn(&door, "a");
    assert_pending!(late.poll());
    assert_eq!(door.calls(), 2);
    door.mood.send_replace(Mood::Allows);
    assert_eq!(early.await.status, 200);
    assert_eq!(late.await.status, 200);
    assert_eq!(door.status("a", "/").await, 200);
    assert_eq!(door.calls(), 2, "the later call's result is kept");
}

/// A clone with a shorter time to live must not use results that the other layer keeps for longer.
#[tokio::test]
async fn a_clone_with_another_time_to_live_has_its_own_results() {
    let door = Door::new(Mood::Allows);
    door.status("a", "/").await;
    door.mood.send_replace(Mood::Denies);
    let hasty = Door {
        layer: door.layer.clone().result_ttl(SECOND).unwrap(),
        ..Door::new(Mood::Fails)
    };
    assert_eq!(hasty.status("a", "/").await, 403);
    assert_eq!(door.status("a", "/").await, 200);
}

#[tokio::test]
async fn layers_that_share_a_cache_do_not_share_results() {
    let cache = ResultCache::new();
    let doors = [Mood::Allows, Mood::Denies].map(|mood| Door::new(mood).with_cache(cache.clone()));
    for _ in 0..2 {
        assert_eq!(doors[0].status("a", "/").await, 200);
        assert_eq!(doors[1].status("a", "/").await, 403);
    }
    let copy = Door {
        layer: doors[0].layer.clone(),
        ..Door::new(Mood::Fails)
    };
    assert_eq!(
        copy.status("a", "/").await,
        200,
        "a clone is the same layer"
    );
    assert_eq!(doors[0].calls(), 1);
}

#[test]
fn only_results_with_a_key_are_kept() {
    let authorizer = authorizer_fn(|_| async { Ok(AuthorizerResponse::allow("*")) });
    let every = LambdaAuthorizerLayer::request(authorizer, IdentitySources::none()).unwrap();
    let refused = every.clone().result_ttl(SECOND);
    assert!(matches!(refused, Err(ConfigError::NoIdentitySource)));
    assert!(every.result_ttl(Duration::ZERO).is_ok());
    let kept = LambdaAuthorizerLayer::request(authorizer, "context.httpMethod").unwrap();
    let kept = kept.result_ttl(SECOND).unwrap();
    assert!(kept.identity_sources(IdentitySources::none()).is_err());
}

#[tokio::test]
async fn without_a_source_every_request_calls_the_authorizer() {
    let calls = Arc::<AtomicUsize>::default();
    let counted = Arc::clone(&calls);
    let authorizer = authorizer_fn(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        async { Ok(AuthorizerResponse::allow("*")) }
    });
    let layer = LambdaAuthorizerLayer::request(authorizer, IdentitySources::none()).unwrap();
    let mut service = layer.layer(service_fn(inside));
    for _ in 0..2 {
        let ready = service.ready().await.unwrap();
        ready.call(Request::new(())).await.unwrap();
    }
    assert_eq!(calls.load(Ordering::SeqCst), 2);
}

type Sent = task::Spawn<Pin<Box<dyn Future<Output = Answer> + Send>>>;

fn spawn(door: &Door, token: &str) -> Sent {
    task::spawn(Box::pin(door.send(token, "/")) as Pin<Box<_>>)
}

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
    door.clock.advance(301 * SECOND);
    assert_eq!(door.status("a", "/").await, 200);
    door.clock.advance(59 * SECOND);
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
    let cache = ResultCache::new().keep_unauthorized(10 * SECOND);
    let door = Door::new(Mood::SaysUnauthorized).with_cache(cache);
    for (seconds, calls) in [(0, 1), (9, 1), (1, 2)] {
        door.clock.advance(seconds * SECOND);
        assert_eq!(door.status("a", "/").await, 401);
        assert_eq!(door.calls(), calls);
    }
}

#[tokio::test]
async fn calls_wait_for_the_concurrency_limit() {
    let mut door = Door::new(Mood::Thinks);
    door.layer = door.layer.concurrent_calls(2).unwrap();
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
    assert!(matches!(
        door.layer.clone().concurrent_calls(0),
        Err(ConfigError::ConcurrentCalls)
    ));
}

/// The service that was ready is called, not a clone of it, and the router is not asked for the resource.
#[tokio::test]
async fn a_hit_clones_no_service_and_allocates_once() {
    let door = Door::new(Mood::Allows);
    door.status("a", "/pets").await;
    let clones = Arc::<AtomicUsize>::default();
    let mut service: LambdaAuthorizer<_, _> = door.layer.layer(Counting(Arc::clone(&clones)));
    let request = |in_use: bool| {
        let mut request = Request::get("/pets")
            .header("authorization", "a")
            .body(())
            .unwrap();
        if in_use {
            let router_knows = axum::extract::OriginalUri(request.uri().clone());
            request.extensions_mut().insert(router_knows);
            request.extensions_mut().insert(7_u32);
        }
        request
    };
    for (in_use, most) in [(true, 1), (false, 3)] {
        let ready = service.ready().await.unwrap();
        let request = request(in_use);
        let mut response = None;
        let count = allocation_counter::measure(|| {
            response = ready.call(request).now_or_never();
        });
        assert!(response.is_some(), "decided at once");
        let total = count.count_total;
        assert!(total <= most, "{total} with extensions in use: {in_use}");
    }
    assert_eq!(clones.load(Ordering::SeqCst), 0);
    assert_eq!(door.calls(), 1);
}

struct Counting(Arc<AtomicUsize>);

impl Clone for Counting {
    fn clone(&self) -> Self {
        self.0.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(&self.0))
    }
}

impl Service<Request<()>> for Counting {
    type Response = Response<String>;
    type Error = Infallible;
    type Future = std::future::Ready<Result<Response<String>, Infallible>>;

    fn poll_ready(
        &mut self,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Result<(), Infallible>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        std::future::ready(Ok(Response::new(String::new())))
    }
}
