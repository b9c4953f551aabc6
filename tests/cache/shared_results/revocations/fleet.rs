//! Processes with different settings at one store: who shares results, and whom a revocation reaches.

use tower_lambda_authorizer::AnonymousRequests;

use super::*;

type Shop = LambdaAuthorizerLayer<BoxAuthorizer>;
type Change = fn(Shop, SharedCache) -> Shop;

fn api(stage: &str) -> Api {
    Api::new("eu-west-1", "123456789012", "a1b2", stage).unwrap()
}

/// docs/caching.md names them. Each has a log of its own.
const APART: [(&str, Change); 5] = [
    ("the name", |layer, shared| {
        layer.shared_cache(shared, "dogs")
    }),
    ("the API and its stage", |layer, _| layer.api(api("dev"))),
    ("stage variables", |layer, _| {
        layer.api(
            Api::default()
                .with_stage_variable("tenant", "acme")
                .unwrap(),
        )
    }),
    ("the time to live", |layer, _| {
        layer.result_ttl(299 * SECOND).unwrap()
    }),
    ("the keys of `tags_from_context`", |layer, _| {
        layer.tags_from_context(["level", "tenant"])
    }),
];

/// These decide before a result is looked up, or about one process only.
const TOGETHER: [(&str, Change); 4] = [
    ("the expression", |layer, _| {
        layer.identity_validation_expression("[a-z0-9 ]+").unwrap()
    }),
    ("the timeout", |layer, _| {
        layer.authorizer_timeout(SECOND).unwrap()
    }),
    ("the bound", |layer, shared| {
        layer.shared_cache(shared.revocation_bound(BOUND / 2).unwrap(), "pets")
    }),
    ("anonymous requests", |layer, _| {
        layer.anonymous_requests(AnonymousRequests::PassOn).unwrap()
    }),
];

impl World {
    fn changed(&self, change: Change) -> Process {
        let shared = self.revocable(SECRET);
        self.process_with(SECRET, |layer| {
            let layer = layer.shared_cache(shared.clone(), "pets");
            change(layer.tags_from_context(["level"]), shared)
        })
    }
}

#[tokio::test]
async fn a_process_with_other_settings_neither_shares_results_nor_hears_of_a_revocation() {
    let world = World::new();
    let one = world.follower();
    // All have read their log, so each would use the value of another.
    one.follows(&world, &world.follower()).await;
    for (token, change) in APART {
        let other = world.changed(change);
        other.follows(&world, &world.changed(change)).await;
        one.passes(token).await;
        other.passes(token).await;
        assert_eq!((one.calls(), other.calls()), (1, 1), "{token}");
        one.layer.results().invalidate([token]).await.unwrap();
        other.passes(token).await;
        assert_eq!(other.calls(), 0, "{token}");
        other.layer.results().invalidate([token]).await.unwrap();
        other.passes(token).await;
        assert_eq!(other.calls(), 1, "{token}");
    }
}

/// The stage has a variable in each process, with a value or a name of its own.
#[tokio::test]
async fn processes_whose_stage_variables_differ_share_no_results() {
    let world = World::new();
    for (place, (name, value)) in [("tenant", "acme"), ("tenant", "other"), ("colour", "acme")]
        .into_iter()
        .enumerate()
    {
        let process = world.process_with(SECRET, |layer| {
            layer.api(Api::default().with_stage_variable(name, value).unwrap())
        });
        process.passes("ann").await;
        assert_eq!(process.calls(), 1, "{name} {value}");
        assert_eq!(world.store.len(), place + 1, "{name} {value}");
    }
}

#[tokio::test]
async fn a_revocation_reaches_processes_that_differ_in_what_does_not_decide_who_shares() {
    for (setting, change) in TOGETHER {
        let world = World::new();
        let (one, other) = (world.follower(), world.changed(change));
        other.follows(&world, &one).await;
        one.passes("ann").await;
        other.passes("ann").await;
        assert_eq!((one.calls(), other.calls()), (1, 0), "{setting}");
        one.layer.results().invalidate(["ann"]).await.unwrap();
        other.calls_again("ann").await;
    }
}

/// A part of the fleet is older, and was created with `SharedCache::new`.
#[tokio::test]
async fn a_process_without_revocations_keeps_its_results_and_brings_none_back() {
    let world = World::new();
    let tagged = |layer: Shop| layer.tags_from_context(["level"]);
    let (one, other) = (world.follower(), world.follower());
    let old = world.process_with(SECRET, tagged);
    other.follows(&world, &one).await;
    old.calls();

    // Its results are not known to be newer than the log.
    old.passes("ann").await;
    one.passes("ann").await;
    assert_eq!((old.calls(), one.calls()), (1, 1));
    // It uses those of the others, and does not hear of the revocation.
    one.passes("bob").await;
    old.passes("bob").await;
    assert_eq!((old.calls(), one.calls()), (0, 1));
    one.layer.results().invalidate(["bob"]).await.unwrap();
    old.passes("bob").await;
    assert_eq!(old.calls(), 0);

    // What it stores after a revocation, from a call that began before it, is not a result for the others.
    let stored = world.store.len();
    old.passes("eve").await;
    assert_eq!(world.store.len(), stored + 1);
    other.passes("eve").await;
    assert_eq!((old.calls(), other.calls()), (1, 1));
}
