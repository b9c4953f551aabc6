//! What the caller of `invalidate` hears if the store fails or lies, and what is served meanwhile.

use std::sync::atomic::AtomicBool;

use tower_lambda_authorizer::{
    AuthorizerError, ManualClock,
    caching::{ResultCache, SharedTierError},
    shared_cache::{Appended, LogEntry, LogPosition},
};

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_that_was_not_published_is_an_error_and_can_be_repeated() {
    let Some(mut world) = World::start() else {
        return;
    };
    let process = || world.process_with(world.tier_with(2 * BOUND), "pets");
    let (one, other) = (process(), process());
    for process in [&one, &other] {
        process.warm("ann.a.1").await;
    }
    world.refuse("ann.a.1");
    world.server.pause();
    assert!(one.results().invalidate(["ann.a.1"]).await.is_err());
    assert_eq!(one.status("ann.a.1").await, 403, "its own copy is removed");
    // Nothing vouches for it any more.
    other.is_refused("ann.a.1").await;
    assert_eq!(other.status("ann.a.1").await, 403);
    world.server.resume();
    world.server.kill();
    assert!(one.results().invalidate_principal("ann").await.is_err());
    assert!(one.results().clear().await.is_err());
    world.server.restart();
    let begun = Instant::now();
    while one.results().clear().await.is_err() {
        assert!(begun.elapsed() < DEADLINE, "the server is back");
    }
    other.warm("bob.b.1").await;
}

/// Neither the window for failures nor the one for refreshing serves what another process has revoked.
#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_result_is_not_served_although_the_authorizer_fails() {
    let Some(world) = World::start() else { return };
    let one = world.process();
    let clock = ManualClock::new(std::time::SystemTime::now());
    let cache = ResultCache::new()
        .serve_stale_on_failure(Duration::from_secs(600))
        .serve_stale_while_refreshing(Duration::from_secs(600));
    let is_down = Arc::new(AtomicBool::new(false));
    let down = Arc::clone(&is_down);
    let authorizer = authorizer_fn(move |_: AuthorizerRequest| {
        let response = if down.load(Ordering::SeqCst) {
            Err(AuthorizerError::new("it is down"))
        } else {
            Ok(AuthorizerResponse::allow("*").with_principal_id("ann"))
        };
        async { response }
    });
    let mut other = world.process();
    let shared = SharedCache::with_revocations(world.tier(), SECRET).unwrap();
    let shared = shared.timeout(20 * BOUND).unwrap();
    other.layer = LambdaAuthorizerLayer::token(BoxAuthorizer::new(authorizer))
        .clock(clock.clock())
        .cache(cache)
        .shared_cache(shared, "pets");
    one.warm("ann.a.1").await;
    let begun = Instant::now();
    while begun.elapsed() < BOUND + BOUND / 5 {
        assert_eq!(other.status("ann.a.1").await, 200);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let begun = Instant::now();
    loop {
        is_down.store(true, Ordering::SeqCst);
        clock.advance(Duration::from_secs(301));
        if other.status("ann.a.1").await == 200 {
            break;
        }
        // On a busy machine, it may have read the log too late to vouch for the result.
        assert!(begun.elapsed() < DEADLINE, "nothing stale is served");
        is_down.store(false, Ordering::SeqCst);
        assert_eq!(other.status("ann.a.1").await, 200);
    }
    revoked(async || one.results().invalidate_principal("ann").await).await;
    other.is_refused("ann.a.1").await;
    assert_eq!(other.status("ann.a.1").await, 500);
}

/// A store that says it has appended, and has not.
pub(super) struct Forgetful(pub(super) RedisTier);

impl SharedTier for Forgetful {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, SharedTierError> {
        self.0.get(key).await
    }

    async fn put(&self, key: &str, value: Vec<u8>, ttl: Duration) -> Result<(), SharedTierError> {
        self.0.put(key, value, ttl).await
    }

    async fn remove(&self, key: &str) -> Result<(), SharedTierError> {
        self.0.remove(key).await
    }

    async fn clear(&self, prefix: &str) -> Result<(), SharedTierError> {
        self.0.clear(prefix).await
    }
}

impl RevocationLog for Forgetful {
    async fn append(&self, log: &str, message: Vec<u8>) -> Result<Appended, SharedTierError> {
        // It keeps the message that begins the log.
        match self.0.last(log).await? {
            None => self.0.append(log, message).await,
            Some(last) => Ok(Appended {
                position: LogPosition(last.position.0 + 1),
                listening: Some(1),
            }),
        }
    }

    async fn read(
        &self,
        log: &str,
        from: LogPosition,
        limit: usize,
    ) -> Result<Vec<LogEntry>, SharedTierError> {
        self.0.read(log, from, limit).await
    }

    async fn last(&self, log: &str) -> Result<Option<LogEntry>, SharedTierError> {
        self.0.last(log).await
    }

    async fn wait(
        &self,
        log: &str,
        after: LogPosition,
        patience: Duration,
    ) -> Result<(), SharedTierError> {
        self.0.wait(log, after, patience).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_is_confirmed_only_if_the_log_has_it() {
    let Some(world) = World::start() else { return };
    let process = world.process_with(Forgetful(world.tier()), "pets");
    process.warm("ann.a.1").await;
    let error = process.results().invalidate(["ann.a.1"]).await.unwrap_err();
    assert!(error.to_string().contains("revoke again"), "{error}");
}

/// The limit of a command does not end those that wait for an entry.
#[tokio::test(flavor = "multi_thread")]
async fn a_short_response_timeout_does_not_disturb_the_log() {
    let Some(world) = World::start() else { return };
    let tier = RedisTier::connect(world.server.url()).unwrap();
    // Less than a process waits for an entry, which is a quarter of the bound.
    let (tier, begun) = (tier.response_timeout(BOUND / 5).unwrap(), Instant::now());
    let process = world.process_with(tier, "pets");
    process.warm("ann.a.1").await;
    let errors = process.results().statistics().shared_errors;
    for number in 0..5 {
        process.warm("ann.a.1").await;
        process.status(&format!("miss.{number}.1")).await;
    }
    // Fewer than half of those that wait for an entry. A look-up may take longer on a busy machine.
    let errors = process.results().statistics().shared_errors - errors;
    assert!(errors < 2 * begun.elapsed().as_secs(), "{errors}");
}
