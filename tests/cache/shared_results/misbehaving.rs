//! Stores that misbehave, and invalidated results.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_store_that_misbehaves_costs_time_but_no_answer() {
    let world = World::new();
    for (mood, cost) in [(Mood::Fails, 0), (Mood::Panics, 0), (Mood::Hangs, 100)] {
        let process = world.process(); // with a circuit breaker of its own
        world.store.set(mood);
        world.store.calls();
        let errors = process.statistics().shared_errors;
        let begun = Instant::now();
        process.passes(&format!("{mood:?}")).await;
        let took = begun.elapsed().as_millis();
        assert!((cost..=cost + 2).contains(&took), "{mood:?}: {took} ms");
        assert_eq!(process.calls(), 1, "{mood:?}");
        assert_eq!(world.store.calls(), 2, "{mood:?}: a look-up and a write");
        assert_eq!(process.statistics().shared_errors, errors + 2);
        process.passes(&format!("{mood:?}")).await;
        assert_eq!((process.calls(), world.store.calls()), (0, 0), "{mood:?}");
    }
}

#[tokio::test]
async fn a_tampered_value_is_a_miss() {
    let world = World::new();
    let honest = world.process();
    honest.passes("ann").await;
    honest.passes("bob").await;
    let values: Vec<_> = world
        .store
        .values
        .lock()
        .unwrap()
        .values()
        .cloned()
        .collect();
    let mut flipped = values.clone();
    flipped.iter_mut().for_each(|value| value[20] ^= 1);
    let truncated = values.iter().map(|value| value[..40].to_vec()).collect();
    let swapped = values.iter().rev().cloned().collect();
    for forged in [flipped, truncated, swapped] {
        world.store.replace(forged);
        let process = world.process();
        process.passes("ann").await;
        process.passes("bob").await;
        assert_eq!(
            (process.calls(), process.statistics().shared_errors),
            (2, 2)
        );
        assert_eq!(process.statistics().shared_hits, 0);
    }
}

#[tokio::test]
async fn invalidating_removes_a_result_from_the_store() {
    let world = World::new();
    let (one, other) = (world.process(), world.process());
    one.passes("ann").await;
    one.passes("bob").await;
    one.layer.results().invalidate(["ann"]).await.unwrap();
    assert_eq!(world.store.len(), 1);
    other.passes("ann").await;
    other.passes("bob").await;
    assert_eq!(other.calls(), 1);
    one.layer.results().clear().await.unwrap();
    assert_eq!(world.store.len(), 0);
    one.passes("bob").await;
    assert_eq!(one.calls(), 3);
    // The memory of other processes is not affected.
    other.passes("bob").await;
    assert_eq!(other.calls(), 0);
}

#[tokio::test]
async fn invalidating_fails_if_the_store_does_not_remove_the_result() {
    let world = World::new();
    let process = world.process();
    process.passes("ann").await;
    world.store.set(Mood::Fails);
    let error = process.layer.results().invalidate(["ann"]).await;
    assert_eq!(error.unwrap_err().to_string(), "out of order");
    assert!(process.layer.results().clear().await.is_err());
    process.passes("ann").await;
    assert_eq!(process.calls(), 2, "this process has forgotten");
}

#[tokio::test]
async fn a_write_in_progress_during_an_invalidation_is_undone() {
    let world = World::with(Store {
        turns: Some(Semaphore::new(0)),
        ..Store::default()
    });
    let process = world.process();
    let mut request = task::spawn(process.send("ann", "/"));
    assert_pending!(request.poll());
    process.layer.results().invalidate(["ann"]).await.unwrap();
    world.store.turns.as_ref().unwrap().add_permits(1);
    assert_eq!(request.await.0, 200);
    assert_eq!(world.store.len(), 0);
    assert_eq!(process.statistics().shared_errors, 0);
}
