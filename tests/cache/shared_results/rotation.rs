//! A new secret, with the earlier one still accepted.

use super::*;

const NEW: [u8; 32] = [8; 32];

impl World {
    fn reading(&self, own: [u8; 32], also: [u8; 32]) -> Process {
        let shared = SharedCache::new(Arc::clone(&self.store), own).unwrap();
        let shared = shared.also_reading(also).unwrap();
        self.process_with(SECRET, |layer| layer.shared_cache(shared, "pets"))
    }
}

#[tokio::test]
async fn results_of_the_earlier_secret_are_read_and_new_ones_are_written_with_the_new_secret() {
    let world = World::new();
    world.process().passes("ann").await;
    let rotated = world.reading(NEW, SECRET);
    rotated.passes("ann").await;
    assert_eq!(rotated.calls(), 0);
    rotated.passes("bob").await;
    assert_eq!(rotated.calls(), 1);
    let newest = world.process_with(NEW, |layer| layer);
    newest.passes("bob").await;
    assert_eq!(newest.calls(), 0);
    let old = world.process();
    old.passes("bob").await;
    assert_eq!(old.calls(), 1, "the old secret cannot read it");
}

#[tokio::test]
async fn a_removal_and_a_newer_answer_remove_the_result_under_both_names() {
    let world = World::new();
    for (own, also) in [(NEW, SECRET), (SECRET, NEW)] {
        for (made_with, token) in [(SECRET, "ann"), (NEW, "ann"), (SECRET, "bob"), (NEW, "bob")] {
            world
                .process_with(made_with, |layer| layer)
                .passes(token)
                .await;
        }
        assert_eq!(world.store.len(), 4);
        let process = world.reading(own, also);
        process.layer.results().invalidate(["ann"]).await.unwrap();
        assert_eq!(world.store.len(), 2);
        process.passes("ann").await;
        assert_eq!((process.calls(), world.store.len()), (1, 3));
        process.layer.results().clear().await.unwrap();
        assert_eq!(world.store.len(), 0);
    }
    // The value of the earlier secret must not outlive a newer answer that expires sooner.
    world.process().passes("ann").await;
    world.process_with(NEW, |layer| layer).passes("ann").await;
    world.store.replace(vec![b"forged".to_vec(); 2]);
    let process = world.reading(NEW, SECRET);
    process.passes("ann").await;
    assert_eq!((process.calls(), world.store.len()), (1, 1));
}

#[tokio::test]
async fn a_forged_value_under_the_new_name_does_not_lead_to_the_earlier_one() {
    let world = World::new();
    world.process_with(NEW, |layer| layer).passes("ann").await;
    world.store.replace(vec![b"forged".to_vec()]);
    world.process().passes("ann").await;
    let process = world.reading(NEW, SECRET);
    process.passes("ann").await;
    assert_eq!(process.calls(), 1);
}

/// The first look-up takes a part of the timeout, and the second one has only the rest.
#[tokio::test(start_paused = true)]
async fn both_look_ups_share_one_timeout() {
    let world = World::new();
    let process = world.reading(NEW, SECRET);
    world.store.set(Mood::Hangs);
    let begun = Instant::now();
    process.passes("ann").await;
    let took = begun.elapsed().as_millis();
    assert!((100..=102).contains(&took), "{took}");
}
