//! The cache, tested through the layer: which results are kept, how a cached policy applies to other requests, and that
//! concurrent requests share one call.

mod calls;
mod groups;
mod invalidation;
mod misses;
mod stale;

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
    AnonymousRequests, Authorizer, AuthorizerError, AuthorizerRequest, AuthorizerResponse,
    ConfigError, Denial, IdentitySources, LambdaAuthorizer, LambdaAuthorizerLayer, ManualClock,
    ResponseBody, authorizer_fn, caching::ResultCache, testing::MockAuthorizer,
};

mod between;
mod own_lifetime;
mod own_results;
mod set_back;

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
    let shown = format!("{statistics:?}");
    assert!(shown.starts_with("CacheStatistics { hits: 2, misses: 3, "));
    assert!(!shown.contains("source"), "{shown}");
}

#[tokio::test]
async fn a_policy_for_one_path_refuses_the_next_and_says_why() {
    let door = Door::new(Mood::AllowsThisOnly);
    assert_eq!(door.status("a", "/pets").await, 200);
    let second = door.send("a", "/dogs").await;
    assert_eq!((second.status, door.calls()), (403, 1));
    assert!(second.why.contains("GET/pets"), "{}", second.why);
    assert!(second.why.contains("the cached policy"), "{}", second.why);
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
