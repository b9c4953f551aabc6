//! The newest answer counts: the value in the store is replaced or removed, even if the write fails.

use std::panic::panic_any;

use tower_lambda_authorizer::caching::ResultCache;

use super::*;
use crate::empty_service::empty;

/// What the store does in successive calls.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Act {
    Works,
    Fails,
    Panics,
    /// Hangs, and panics when it is dropped.
    Hangs,
}

struct PanicsWhenDropped;

impl Drop for PanicsWhenDropped {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

#[derive(Debug)]
struct BadError;

impl Drop for BadError {
    fn drop(&mut self) {
        panic!("the store's error panics when it is dropped");
    }
}

impl std::fmt::Display for BadError {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        panic!("the store's error panics when it is shown")
    }
}

impl std::error::Error for BadError {}

impl Act {
    async fn act(self) -> Result<(), SharedTierError> {
        match self {
            Self::Works => Ok(()),
            Self::Fails => Err(SharedTierError::new(BadError)),
            Self::Panics => panic_any(PanicsWhenDropped),
            Self::Hangs => {
                let _held = PanicsWhenDropped;
                std::future::pending().await
            }
        }
    }
}

#[derive(Clone, Copy)]
struct Acts {
    get: Act,
    put: Act,
    remove: Act,
}

const WELL: Acts = Acts {
    get: Act::Works,
    put: Act::Works,
    remove: Act::Works,
};

struct Moody {
    store: Store,
    acts: Mutex<Acts>,
}

impl Moody {
    fn acts(&self) -> Acts {
        *self.acts.lock().unwrap()
    }
}

impl SharedTier for Moody {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, SharedTierError> {
        self.acts().get.act().await?;
        self.store.get(key).await
    }

    async fn put(&self, key: &str, value: Vec<u8>, ttl: Duration) -> Result<(), SharedTierError> {
        self.acts().put.act().await?;
        self.store.put(key, value, ttl).await
    }

    async fn remove(&self, key: &str) -> Result<(), SharedTierError> {
        self.acts().remove.act().await?;
        self.store.remove(key).await
    }

    async fn clear(&self, prefix: &str) -> Result<(), SharedTierError> {
        self.store.clear(prefix).await
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Says {
    Allow,
    Deny,
    DenyAtLength,
    /// A response that would change when it is read from the store.
    DenyOddly,
    Unauthorized,
    Nothing,
}

impl Says {
    fn answer(self) -> Result<AuthorizerResponse, AuthorizerError> {
        Ok(match self {
            Self::Allow => AuthorizerResponse::allow("*"),
            Self::Deny => AuthorizerResponse::deny("*"),
            Self::DenyAtLength => {
                AuthorizerResponse::deny("*").with_context("why", "x".repeat(300_000))
            }
            Self::DenyOddly => AuthorizerResponse::from_json(
                br#"{"policyDocument":{"Version":"2012-10-17","Statement":[]},"isAuthorized":7}"#,
            )?,
            Self::Unauthorized => return Err(AuthorizerError::unauthorized()),
            Self::Nothing => return Err(AuthorizerError::new("out of order")),
        })
    }

    fn status(self) -> u16 {
        match self {
            Self::Allow => 200,
            Self::Deny | Self::DenyAtLength | Self::DenyOddly => 403,
            Self::Unauthorized => 401,
            Self::Nothing => 500,
        }
    }
}

/// A process without results in memory, and a store with an older allowance.
struct Scene {
    tier: Arc<Moody>,
    layer: LambdaAuthorizerLayer<BoxAuthorizer>,
    says: Arc<Mutex<Says>>,
}

impl Scene {
    async fn new() -> Self {
        let tier = Arc::new(Moody {
            store: Store::default(),
            acts: Mutex::new(WELL),
        });
        let says = Arc::new(Mutex::new(Says::Allow));
        let told = Arc::clone(&says);
        let authorizer = authorizer_fn(move |_| {
            let answer = told.lock().unwrap().answer();
            async move { answer }
        });
        let shared = SharedCache::new(Arc::clone(&tier), SECRET).unwrap();
        let layer = LambdaAuthorizerLayer::token(BoxAuthorizer::new(authorizer))
            .cache(ResultCache::with_max_bytes(0))
            .shared_cache(shared, "pets");
        let scene = Self { tier, layer, says };
        assert_eq!(scene.send(Says::Allow, WELL).await, 200);
        assert_eq!(scene.tier.store.len(), 1);
        scene
    }

    async fn send(&self, says: Says, acts: Acts) -> u16 {
        *self.says.lock().unwrap() = says;
        *self.tier.acts.lock().unwrap() = acts;
        let service = self.layer.layer(service_fn(empty::<()>));
        let request = Request::get("/").header("authorization", "ann");
        let response = service.oneshot(request.body(()).unwrap()).await.unwrap();
        response.status().as_u16()
    }

    fn spoil(&self) {
        self.tier.store.replace(vec![b"spoilt".to_vec()]);
    }
}

/// Combines each failure of the look-up with each refusal of the authorizer.
#[tokio::test(start_paused = true)]
async fn a_newer_refusal_removes_the_allowance_from_the_store() {
    let refusals = [
        Says::Deny,
        Says::DenyAtLength,
        Says::DenyOddly,
        Says::Unauthorized,
    ];
    for says in refusals {
        for get in [Act::Works, Act::Fails, Act::Panics, Act::Hangs] {
            let scene = Scene::new().await;
            if get == Act::Works {
                scene.spoil();
            }
            let acts = Acts { get, ..WELL };
            assert_eq!(
                scene.send(says, acts).await,
                says.status(),
                "{says:?}, {get:?}"
            );
            let kept = usize::from(says == Says::Deny);
            assert_eq!(scene.tier.store.len(), kept, "{says:?}, {get:?}");
            // The next request asks the store first, which must not have the allowance.
            let now = if kept == 1 { 403 } else { 500 };
            assert_eq!(
                scene.send(Says::Nothing, WELL).await,
                now,
                "{says:?}, {get:?}"
            );
        }
    }
}

/// A store that cannot store a value may still remove one.
#[tokio::test(start_paused = true)]
async fn if_a_write_fails_the_earlier_value_is_removed() {
    for put in [Act::Fails, Act::Panics, Act::Hangs] {
        let scene = Scene::new().await;
        scene.spoil();
        let begun = Instant::now();
        assert_eq!(
            scene.send(Says::Deny, Acts { put, ..WELL }).await,
            403,
            "{put:?}"
        );
        assert!(begun.elapsed() <= Duration::from_millis(51), "{put:?}");
        assert_eq!(scene.tier.store.len(), 0, "{put:?}");
    }
}

/// Every request gets the authorizer's answer after two timeouts.
#[tokio::test(start_paused = true)]
async fn a_store_that_always_fails_costs_two_timeouts() {
    let acts = [Act::Works, Act::Fails, Act::Panics, Act::Hangs];
    for get in acts {
        for put in acts {
            for remove in acts {
                for says in [
                    Says::Deny,
                    Says::DenyAtLength,
                    Says::Unauthorized,
                    Says::Nothing,
                ] {
                    let scene = Scene::new().await;
                    scene.spoil();
                    let begun = Instant::now();
                    let answer = scene.send(says, Acts { get, put, remove }).await;
                    assert_eq!(answer, says.status(), "{get:?} {put:?} {remove:?} {says:?}");
                    let took = begun.elapsed();
                    assert!(
                        took <= Duration::from_millis(103),
                        "{get:?} {put:?} {remove:?}: {took:?}"
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn a_damaged_value_is_replaced() {
    let scene = Scene::new().await;
    scene.spoil();
    assert_eq!(scene.send(Says::Allow, WELL).await, 200);
    assert_eq!(
        scene.send(Says::Nothing, WELL).await,
        200,
        "the store has it"
    );
}

#[tokio::test]
async fn a_failure_does_not_change_the_store() {
    let scene = Scene::new().await;
    scene.spoil();
    assert_eq!(scene.send(Says::Nothing, WELL).await, 500);
    assert_eq!(scene.tier.store.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn every_timeout_can_be_configured() {
    for limit in [Duration::from_nanos(1), Duration::MAX] {
        let world = World::new();
        let shared = SharedCache::new(Arc::clone(&world.store), SECRET).unwrap();
        let shared = shared.timeout(limit).unwrap();
        let process = world.process_with(SECRET, |layer| layer.shared_cache(shared, "pets"));
        process.passes("ann").await;
        assert_eq!(world.store.len(), 1, "{limit:?}");
    }
}
