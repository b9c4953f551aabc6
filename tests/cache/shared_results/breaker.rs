//! The circuit breaker of a store: who waits during an outage, and what is still removed.

use futures_util::future::join_all;
use tower_lambda_authorizer::{
    caching::CircuitBreaker,
    observing::{Decision, Observer, SharedTierCall, SharedTierOutcome::Paused},
};

use super::*;

/// Counts the calls that were left out.
#[derive(Clone, Default)]
struct LeftOut(Arc<AtomicUsize>);

impl Observer for LeftOut {
    fn decided(&self, _: &Decision<'_>) {}

    fn shared_tier_call_ended(&self, call: &SharedTierCall<'_>) {
        if call.outcome() == Paused {
            assert_eq!(Paused.as_str(), "paused");
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
}

async fn waits(process: &Process, token: &str) -> u128 {
    let begun = Instant::now();
    process.passes(token).await;
    begun.elapsed().as_millis()
}

/// Makes the breaker open: five calls fail.
async fn outage(world: &World, process: &Process) {
    world.store.set(Mood::Fails);
    for token in ["one", "two", "three"] {
        process.passes(token).await;
    }
    assert_eq!(world.store.calls(), 5);
    assert!(process.statistics().shared_is_paused);
}

#[tokio::test(start_paused = true)]
async fn an_outage_costs_only_the_first_few_misses_time() {
    let (world, left_out) = (World::new(), LeftOut::default());
    // Behind an `Arc`, which forwards everything.
    let process = world.process_with(SECRET, |layer| layer.observe(Arc::new(left_out.clone())));
    world.store.set(Mood::Hangs);
    let mut waited = Vec::new();
    for token in ["a", "b", "c", "d", "e", "f"] {
        waited.push(waits(&process, token).await / 10 * 10);
    }
    assert_eq!(waited, [100, 100, 50, 0, 0, 0]);
    assert_eq!(world.store.calls(), 5);
    let statistics = process.statistics();
    assert_eq!(
        (statistics.shared_errors, statistics.shared_skipped),
        (5, 7)
    );
    assert!(statistics.shared_is_paused);
    assert_eq!(left_out.0.load(Ordering::SeqCst), 7);

    // One of many misses probes.
    world.clock.advance(SECOND);
    let tokens: Vec<_> = (0..20).map(|token| format!("probe {token}")).collect();
    let waited = join_all(tokens.iter().map(|token| waits(&process, token))).await;
    assert_eq!(world.store.calls(), 1);
    assert_eq!(waited.iter().filter(|waited| **waited > 0).count(), 1);
    // The pause is twice as long.
    world.clock.advance(SECOND);
    process.passes("later").await;
    assert_eq!(world.store.calls(), 0);
    world.clock.advance(SECOND);
    world.store.set(Mood::Well);
    process.passes("well").await;
    assert_eq!(world.store.calls(), 2, "the probe, and the write after it");
    assert!(!process.statistics().shared_is_paused);
    assert_eq!(world.store.len(), 1);
}

#[tokio::test]
async fn an_open_breaker_keeps_back_no_removal() {
    let world = World::new();
    let (process, other) = (world.process(), world.process());
    other.passes("ann").await;
    other.passes("bob").await;
    world.store.calls();
    outage(&world, &process).await;
    let results = process.layer.results();
    let error = results.invalidate(["ann"]).await.unwrap_err();
    assert_eq!(error.to_string(), "out of order");
    assert!(results.clear().await.is_err());
    assert_eq!(world.store.calls(), 2);
    // The store is well again, and the breaker is still open.
    world.store.set(Mood::Well);
    results.invalidate(["ann"]).await.unwrap();
    assert_eq!((world.store.len(), world.store.calls()), (1, 1));
    assert_eq!(process.send("nobody", "/").await.0, 401);
    assert_eq!(world.store.calls(), 1, "the removal after `Unauthorized`");
    assert!(process.statistics().shared_is_paused);
    results.clear().await.unwrap();
    assert_eq!(world.store.len(), 0);
}

#[tokio::test]
async fn a_store_that_fails_only_sometimes_is_asked_on() {
    let world = World::new();
    let process = world.process();
    for round in 0..20 {
        world.store.set(Mood::Fails);
        process.passes(&format!("fails {round}")).await;
        world.store.set(Mood::Well);
        process.passes(&format!("well {round}")).await;
    }
    assert_eq!(process.statistics().shared_skipped, 0);
}

#[tokio::test]
async fn without_a_breaker_each_miss_asks_the_store() {
    let world = World::new();
    let shared = SharedCache::new(Arc::clone(&world.store), SECRET).unwrap();
    let never = shared.clone().no_circuit_breaker();
    let at_once = CircuitBreaker::new().consecutive_failures(1).unwrap();
    let at_once = shared.circuit_breaker(at_once);
    for (shared, calls) in [(never, 20), (at_once, 1)] {
        let process = world.process_with(SECRET, |layer| layer.shared_cache(shared, "pets"));
        world.store.set(Mood::Fails);
        for token in 0..10 {
            process.passes(&token.to_string()).await;
        }
        assert_eq!(world.store.calls(), calls);
    }
}
