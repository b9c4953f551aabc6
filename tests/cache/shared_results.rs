//! The shared tier, tested through the layer: processes that share results, and stores that misbehave.
#![cfg(feature = "shared-cache")]

mod misbehaving;

use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use http::{Request, Response};
use tokio::{sync::Semaphore, time::Instant};
use tokio_test::{assert_pending, task};
use tower::{Layer, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    Api, AuthorizerContext, AuthorizerError, AuthorizerRequest, AuthorizerResponse, BoxAuthorizer,
    Denial, LambdaAuthorizerLayer, ManualClock, authorizer_fn,
    caching::{CacheStatistics, SharedTierError},
    shared_cache::{SharedCache, SharedTier},
};

mod breaker;
mod newest_answer;
mod observed;
mod observers;
mod overtaken;
mod own_lifetime;
mod revocations;
mod rotation;
mod stage_variables;

const SECOND: Duration = Duration::from_secs(1);
const SECRET: [u8; 32] = [7; 32];

/// A store in memory that can misbehave.
#[derive(Default)]
struct Store {
    values: Mutex<HashMap<String, Vec<u8>>>,
    calls: AtomicUsize,
    mood: Mutex<Mood>,
    /// Writes wait for these permits.
    turns: Option<Semaphore>,
    /// Removals wait for these permits.
    removals: Option<Semaphore>,
    /// Look-ups have read their value, and wait for these permits to return it.
    look_ups: Option<Semaphore>,
    log: revocations::Log,
}

#[derive(Debug, Clone, Copy, Default)]
enum Mood {
    #[default]
    Well,
    Fails,
    Hangs,
    Panics,
}

impl Store {
    async fn misbehave(&self) -> Result<(), SharedTierError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let mood = *self.mood.lock().unwrap();
        match mood {
            Mood::Well => Ok(()),
            Mood::Fails => Err(SharedTierError::new("out of order")),
            Mood::Hangs => std::future::pending().await,
            Mood::Panics => panic!("a test's store panics"),
        }
    }

    fn set(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    fn replace(&self, with: Vec<Vec<u8>>) {
        let mut values = self.values.lock().unwrap();
        for (value, with) in values.values_mut().zip(with) {
            *value = with;
        }
    }

    fn len(&self) -> usize {
        self.values.lock().unwrap().len()
    }

    fn calls(&self) -> usize {
        self.calls.swap(0, Ordering::SeqCst)
    }
}

impl SharedTier for Store {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, SharedTierError> {
        self.misbehave().await?;
        let value = self.values.lock().unwrap().get(key).cloned();
        turn(&self.look_ups).await;
        Ok(value)
    }

    async fn put(&self, key: &str, value: Vec<u8>, _: Duration) -> Result<(), SharedTierError> {
        self.misbehave().await?;
        turn(&self.turns).await;
        self.values.lock().unwrap().insert(key.to_owned(), value);
        Ok(())
    }

    async fn remove(&self, key: &str) -> Result<(), SharedTierError> {
        self.misbehave().await?;
        turn(&self.removals).await;
        self.values.lock().unwrap().remove(key);
        Ok(())
    }

    async fn clear(&self, prefix: &str) -> Result<(), SharedTierError> {
        self.misbehave().await?;
        self.values
            .lock()
            .unwrap()
            .retain(|key, _| !key.starts_with(prefix));
        Ok(())
    }
}

async fn turn(turns: &Option<Semaphore>) {
    if let Some(turns) = turns {
        turns.acquire().await.unwrap().forget();
    }
}

/// A process: a layer with its own memory.
struct Process {
    layer: LambdaAuthorizerLayer<BoxAuthorizer>,
    calls: Arc<AtomicUsize>,
}

/// The settings that determine which processes share results.
struct World {
    store: Arc<Store>,
    clock: ManualClock,
}

impl World {
    fn new() -> Self {
        Self::with(Store::default())
    }

    fn with(store: Store) -> Self {
        Self {
            store: Arc::new(store),
            clock: ManualClock::new(SystemTime::UNIX_EPOCH + 1_000_000 * SECOND),
        }
    }

    fn process(&self) -> Process {
        self.process_with(SECRET, |layer| layer)
    }

    fn process_with(
        &self,
        secret: [u8; 32],
        change: impl FnOnce(
            LambdaAuthorizerLayer<BoxAuthorizer>,
        ) -> LambdaAuthorizerLayer<BoxAuthorizer>,
    ) -> Process {
        let calls = Arc::<AtomicUsize>::default();
        let count = Arc::clone(&calls);
        let authorizer = authorizer_fn(move |request| {
            count.fetch_add(1, Ordering::SeqCst);
            async move {
                match request.token() {
                    Some("nobody") => Err(AuthorizerError::unauthorized()),
                    Some("denied") => Ok(AuthorizerResponse::deny("*")),
                    token => Ok(AuthorizerResponse::allow(request.method_arn())
                        .with_principal_id(token.unwrap_or_default())
                        .with_context("level", 3)),
                }
            }
        });
        let shared = SharedCache::new(Arc::clone(&self.store), secret).unwrap();
        let layer = LambdaAuthorizerLayer::token(BoxAuthorizer::new(authorizer))
            .clock(self.clock.clock())
            .shared_cache(shared, "pets");
        Process {
            layer: change(layer),
            calls,
        }
    }
}

impl Process {
    /// The status, and the caller or the reason of the refusal.
    async fn send(&self, token: &str, path: &str) -> (u16, String) {
        let service = self.layer.layer(service_fn(who));
        let request = Request::get(path).header("authorization", token);
        let response = service.oneshot(request.body(()).unwrap()).await.unwrap();
        let denial = response.extensions().get::<Denial>().map(Denial::to_string);
        let who = response.extensions().get::<String>().cloned();
        (
            response.status().as_u16(),
            denial.or(who).unwrap_or_default(),
        )
    }

    async fn passes(&self, token: &str) {
        let passed = (200, format!("{token} Some(\"3\")"));
        assert_eq!(self.send(token, "/").await, passed);
    }

    fn calls(&self) -> usize {
        self.calls.swap(0, Ordering::SeqCst)
    }

    fn statistics(&self) -> CacheStatistics {
        self.layer.results().statistics()
    }
}

async fn who(request: Request<()>) -> Result<Response<String>, Infallible> {
    let caller = request.extensions().get::<AuthorizerContext>().unwrap();
    let who = format!(
        "{} {:?}",
        caller.principal_id().unwrap(),
        caller.get("level")
    );
    let mut response = Response::new(String::new());
    response.extensions_mut().insert(who);
    Ok(response)
}

#[tokio::test]
async fn the_second_process_does_not_call_its_authorizer() {
    let world = World::new();
    let (one, other) = (world.process(), world.process());
    one.passes("ann").await;
    other.passes("ann").await;
    other.passes("ann").await;
    assert_eq!((one.calls(), other.calls()), (1, 0));
    let statistics = other.statistics();
    assert_eq!(
        (statistics.misses, statistics.shared_hits, statistics.hits),
        (1, 1, 1)
    );
    assert_eq!(one.statistics().shared_hits, 0);
    // The policy is cached. It is evaluated for the other path, and the reason names the path it was made for.
    let (status, why) = other.send("ann", "/pets").await;
    assert_eq!(status, 403);
    assert!(why.contains("the cached policy"), "{why}");
}

#[tokio::test]
async fn a_result_expires_everywhere_at_the_same_time() {
    let world = World::new();
    let (one, other) = (world.process(), world.process());
    one.passes("ann").await;
    world.clock.advance(200 * SECOND);
    other.passes("ann").await;
    world.clock.advance(99 * SECOND);
    other.passes("ann").await;
    assert_eq!(other.calls(), 0);
    world.clock.advance(SECOND);
    other.passes("ann").await;
    assert_eq!(other.calls(), 1);
}

#[tokio::test]
async fn results_are_shared_only_with_the_same_authorizer_and_secret() {
    let world = World::new();
    world.process().passes("ann").await;
    let api = || Api::new("eu-west-1", "123456789012", "a1b2", "dev").unwrap();
    let shared = || SharedCache::new(Arc::clone(&world.store), SECRET).unwrap();
    let source = "method.request.header.x-token";
    for other in [
        world.process_with([8; 32], |layer| layer),
        world.process_with(SECRET, |layer| layer.api(api())),
        world.process_with(SECRET, |layer| layer.result_ttl(299 * SECOND).unwrap()),
        world.process_with(SECRET, |layer| layer.identity_sources(source).unwrap()),
        world.process_with(SECRET, |layer| layer.shared_cache(shared(), "dogs")),
    ] {
        let service = other.layer.layer(service_fn(who));
        let request = Request::get("/").header("authorization", "ann");
        let request = request.header("x-token", "ann").body(()).unwrap();
        assert_eq!(service.oneshot(request).await.unwrap().status(), 200);
        assert_eq!((other.calls(), other.statistics().shared_hits), (1, 0));
    }
}

#[tokio::test]
async fn denials_are_shared_but_unauthorized_is_not() {
    let world = World::new();
    let (one, other) = (world.process(), world.process());
    assert_eq!(one.send("nobody", "/").await.0, 401);
    assert_eq!(other.send("nobody", "/").await.0, 401);
    assert_eq!((one.calls(), other.calls()), (1, 1));
    assert_eq!(one.send("denied", "/").await.0, 403);
    assert_eq!(other.send("denied", "/").await.0, 403);
    assert_eq!((one.calls(), other.calls()), (1, 0));
}

#[tokio::test]
async fn concurrent_misses_share_one_look_up() {
    let world = World::new();
    world.process().passes("ann").await;
    world.store.calls();
    let process = world.process();
    let requests = (0..100).map(|_| process.passes("ann"));
    futures_util::future::join_all(requests).await;
    assert_eq!((process.calls(), world.store.calls()), (0, 1));
}

#[tokio::test]
async fn without_a_time_to_live_the_store_is_not_used() {
    let world = World::new();
    let process = world.process_with(SECRET, |layer| layer.result_ttl(Duration::ZERO).unwrap());
    process.passes("ann").await;
    assert_eq!((process.calls(), world.store.calls()), (1, 0));
}

#[tokio::test]
async fn the_store_contains_no_credentials() {
    let world = World::new();
    world.process().send("denied", "/").await;
    let values = world.store.values.lock().unwrap();
    assert_eq!(values.len(), 1);
    for (name, value) in &*values {
        assert!(!name.contains("denied"), "{name}");
        let value = String::from_utf8_lossy(value);
        assert!(value.contains("Deny") && !value.contains("denied"));
    }
}
