//! Revocations together with the store's circuit breaker and with settings that change.

mod fleet;
mod ignoring_case;
#[cfg(feature = "metrics")]
mod observers;

use serde_json::json;
use tower_lambda_authorizer::{
    ConfigError,
    caching::{AuthorizerResults, CircuitBreaker, Invalidated, InvalidationError},
    shared_cache::{Appended, LogEntry, LogPosition, RevocationLog},
};

use super::*;
use crate::logs::Logs;

/// How many processes listen, as the log says.
const LISTENING: u64 = 2;

/// Long enough that a busy machine does not end a lease. A new entry wakes the followers at once.
const BOUND: Duration = Duration::from_secs(60);

const DEADLINE: Duration = Duration::from_secs(120);

/// The mood of the logs does not depend on the store's.
#[derive(Default)]
pub(super) struct Log {
    logs: Logs,
    mood: Mutex<Mood>,
}

impl Log {
    fn set(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// The logs, unless they are out of order.
    fn logs(&self) -> Result<&Logs, SharedTierError> {
        match *self.mood.lock().unwrap() {
            Mood::Well => Ok(&self.logs),
            _ => Err(SharedTierError::new("no log")),
        }
    }
}

impl RevocationLog for Store {
    async fn append(&self, log: &str, message: Vec<u8>) -> Result<Appended, SharedTierError> {
        Ok(Appended {
            position: self.log.logs()?.append(log, message),
            listening: Some(LISTENING),
        })
    }

    async fn read(
        &self,
        log: &str,
        from: LogPosition,
        limit: usize,
    ) -> Result<Vec<LogEntry>, SharedTierError> {
        Ok(self.log.logs()?.read(log, from, limit))
    }

    async fn last(&self, log: &str) -> Result<Option<LogEntry>, SharedTierError> {
        Ok(self.log.logs()?.last(log))
    }

    async fn wait(
        &self,
        log: &str,
        after: LogPosition,
        patience: Duration,
    ) -> Result<(), SharedTierError> {
        self.log.logs.wait(log, after, patience).await;
        Ok(())
    }
}

impl World {
    fn revocable(&self, secret: [u8; 32]) -> SharedCache {
        let shared = SharedCache::with_revocations(Arc::clone(&self.store), secret).unwrap();
        shared.revocation_bound(BOUND).unwrap()
    }

    fn follower(&self) -> Process {
        let shared = self.revocable(SECRET);
        let tagged = |layer: LambdaAuthorizerLayer<_>| layer.tags_from_context(["level"]);
        self.process_with(SECRET, |layer| tagged(layer.shared_cache(shared, "pets")))
    }
}

impl Process {
    /// Sends requests with the token until one is not answered from memory.
    async fn calls_again(&self, token: &str) {
        let begun = Instant::now();
        while self.calls() == 0 {
            assert!(begun.elapsed() < DEADLINE, "{token}");
            self.passes(token).await;
            tokio::task::yield_now().await;
        }
    }

    /// Returns when the process has read the log, so that it uses values of the store.
    async fn follows(&self, world: &World, other: &Self) {
        let begun = Instant::now();
        for number in 0.. {
            assert!(begun.elapsed() < DEADLINE);
            let token = format!("warm {number}");
            other.passes(&token).await;
            self.passes(&token).await;
            if self.statistics().shared_hits > 0 {
                break;
            }
            tokio::task::yield_now().await;
        }
        world.store.calls();
        self.calls();
        other.calls();
    }
}

/// Makes the breaker open.
async fn outage(world: &World, process: &Process) {
    world.store.set(Mood::Fails);
    for number in 0..5 {
        process.passes(&format!("outage {number}")).await;
    }
    assert!(process.statistics().shared_is_paused);
    world.store.calls();
    process.calls();
}

const WAYS: [&str; 4] = ["identity", "principal", "tag", "everything"];

/// Revokes the result of a token that is the name of the way.
async fn revoke(results: &AuthorizerResults, way: &str) -> Result<Invalidated, InvalidationError> {
    match way {
        "identity" => results.invalidate([way]).await,
        "principal" => results.invalidate_principal(way).await,
        "tag" => results.invalidate_tag("level:3").await,
        _ => results.clear().await,
    }
}

#[tokio::test]
async fn a_paused_store_keeps_back_no_revocation() {
    let world = World::new();
    let (one, other) = (world.follower(), world.follower());
    other.follows(&world, &one).await;
    outage(&world, &one).await;
    let results = one.layer.results();
    for way in WAYS {
        other.passes(way).await;
        other.passes(way).await;
        assert_eq!(other.calls(), 1, "{way}: in memory");
        let published = revoke(&results, way).await.unwrap();
        assert_eq!(published.listening, Some(LISTENING), "{way}");
        other.calls_again(way).await;
    }
    assert!(one.statistics().shared_is_paused);
    world.store.log.set(Mood::Fails);
    for way in WAYS {
        let error = revoke(&results, way).await.unwrap_err();
        assert_eq!(error.to_string(), "no log", "{way}");
    }
}

#[tokio::test]
async fn a_probe_that_finds_a_revoked_value_closes_the_breaker_and_calls_the_authorizer() {
    let world = World::new();
    let (one, other) = (world.follower(), world.follower());
    other.follows(&world, &one).await;
    one.passes("ann").await;
    outage(&world, &other).await;
    other.passes("marker").await;
    // The values stay in the store.
    for token in ["ann", "marker"] {
        one.layer.results().invalidate([token]).await.unwrap();
    }
    other.calls();
    other.calls_again("marker").await;
    world.store.set(Mood::Well);
    world.clock.advance(SECOND);
    world.store.calls();
    let hits = other.statistics().shared_hits;
    other.passes("ann").await;
    assert_eq!((other.calls(), world.store.calls()), (1, 2));
    assert_eq!(other.statistics().shared_hits, hits);
    assert!(!other.statistics().shared_is_paused);
    one.calls();
    one.passes("ann").await;
    assert_eq!(one.calls(), 0, "the newer value is used");
}

/// Nothing vouches for the answers, so they are not stored.
#[tokio::test]
async fn a_process_that_never_read_the_log_does_not_wait_for_a_paused_store() {
    let world = World::new();
    world.store.log.set(Mood::Fails);
    let process = world.follower();
    outage(&world, &process).await;
    let skipped = process.statistics().shared_skipped;
    for token in ["a", "b", "c"] {
        process.passes(token).await;
    }
    assert_eq!((process.calls(), world.store.calls()), (3, 0));
    assert_eq!(process.statistics().shared_skipped - skipped, 6);
    assert_eq!(process.send("nobody", "/").await.0, 401);
    assert_eq!(world.store.calls(), 1, "the removal after `Unauthorized`");
}

#[test]
fn the_configuration_shows_revocations_breakers_and_that_there_is_an_earlier_secret() {
    let world = World::new();
    let layer = |shared| {
        let process = world.process_with(SECRET, |layer| layer.shared_cache(shared, "pets"));
        serde_json::to_value(process.layer.configuration()).unwrap()
    };
    let revocable = layer(world.revocable(SECRET).no_circuit_breaker());
    assert_eq!(revocable["revocationBoundSeconds"], 60.0);
    assert!(revocable["sharedCacheBreaker"].is_null());
    assert_eq!(revocable["readsEarlierSecret"], false);

    let shared = SharedCache::new(Arc::clone(&world.store), SECRET).unwrap();
    let rotated = layer(shared.also_reading([8; 32]).unwrap());
    assert!(rotated["revocationBoundSeconds"].is_null());
    assert_eq!(rotated["readsEarlierSecret"], true);
    assert!(!rotated.to_string().contains("8,8"), "{rotated}");
    let breaker =
        json!({"consecutiveFailures": 5, "pauseSeconds": 1.0, "longestPauseSeconds": 10.0});
    assert_eq!(rotated["sharedCacheBreaker"], breaker);

    let settings = CircuitBreaker::new().consecutive_failures(3).unwrap();
    let process = world.process_with(SECRET, |layer| layer.circuit_breaker(settings).unwrap());
    let own = serde_json::to_value(process.layer.configuration()).unwrap();
    assert_eq!(own["authorizerBreaker"]["consecutiveFailures"], 3);
}

#[test]
fn a_cache_with_revocations_has_one_secret() {
    let steps = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/caching.md");
    let steps = std::fs::read_to_string(steps).unwrap();
    assert!(steps.contains("\n## A new secret\n"));
    let world = World::new();
    let shared = || world.revocable([8; 32]);
    for shared in [
        shared(),
        shared().timeout(SECOND).unwrap(),
        shared().clone(),
    ] {
        let error = shared.also_reading(SECRET).unwrap_err();
        assert_eq!(error, ConfigError::EarlierSecretWithRevocations);
        let error = error.to_string();
        assert!(error.contains("leave `also_reading` out"), "{error}");
        assert!(error.contains("\"A new secret\""), "{error}");
    }
}

#[cfg(feature = "reload")]
mod reloaded {
    use tower_lambda_authorizer::reload::ReloadHandle;

    use super::*;

    type Handle = ReloadHandle<LambdaAuthorizerLayer<BoxAuthorizer>>;

    async fn revoke(handle: &Handle, way: &str) -> Result<Invalidated, InvalidationError> {
        match way {
            "identity" => handle.invalidate([way]).await,
            "principal" => handle.invalidate_principal(way).await,
            "tag" => handle.invalidate_tag("level:3").await,
            _ => handle.clear().await,
        }
    }

    fn minute(handle: &Handle) {
        let minute = |layer: LambdaAuthorizerLayer<_>| layer.result_ttl(60 * SECOND);
        handle.modify(minute).unwrap();
    }

    #[tokio::test]
    async fn a_handle_revokes_in_processes_that_have_the_settings_that_it_replaced() {
        let world = World::new();
        let (one, other) = (world.follower(), world.follower());
        other.follows(&world, &one).await;
        let (_, handle) = one.layer.clone().reloadable();
        minute(&handle);
        for way in WAYS {
            other.passes(way).await;
            other.passes(way).await;
            assert_eq!(other.calls(), 1, "{way}: in memory");
            let published = revoke(&handle, way).await.unwrap();
            assert_eq!(published.listening, Some(LISTENING), "{way}");
            other.calls_again(way).await;
        }
        world.store.log.set(Mood::Fails);
        for way in WAYS {
            assert!(revoke(&handle, way).await.is_err(), "{way}");
        }
    }

    #[tokio::test]
    async fn a_handle_does_not_hide_that_an_earlier_cache_has_no_revocations() {
        let world = World::new();
        let (_, handle) = world.process().layer.reloadable();
        let shared = world.revocable(SECRET);
        let revocable = |layer: LambdaAuthorizerLayer<_>| {
            Ok::<_, Infallible>(layer.shared_cache(shared.clone(), "pets"))
        };
        handle.modify(revocable).unwrap();
        for (way, is_published) in WAYS.into_iter().zip([true, false, false, true]) {
            assert_eq!(revoke(&handle, way).await.is_ok(), is_published, "{way}");
        }
    }
}
