//! Layers that are replaced while they follow the log.

use super::*;
use crate::empty_service::empty;

impl World {
    /// How many connections listen to logs.
    fn listening(&self) -> usize {
        let clients = self.say("CLIENT LIST");
        clients
            .lines()
            .filter(|line| line.contains(" sub=1 "))
            .count()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_is_followed_until_its_last_user_is_gone() {
    let Some(world) = World::start() else { return };
    let process = world.process();
    let (layer, handle) = process.layer.clone().reloadable();
    let (results, calls) = (process.results(), Arc::clone(&process.calls));
    drop(process);
    let service = layer.layer(service_fn(empty::<()>));
    let get = async || {
        let request = Request::get("/").header("authorization", "ann.a.1");
        let response = service.clone().oneshot(request.body(()).unwrap());
        response.await.unwrap().status().as_u16()
    };
    for ttl in 100..150 {
        assert_eq!(get().await, 200);
        // Each time to live has a log of its own.
        let change = |layer: LambdaAuthorizerLayer<_>| layer.result_ttl(Duration::from_secs(ttl));
        handle.modify(change).unwrap();
    }
    assert_eq!(get().await, 200);
    assert_eq!(calls.load(Ordering::SeqCst), 51);
    // The handle to the first results needs its log.
    until("the others end", || world.listening() == 2).await;
    drop(results);
    until("the first one ends", || world.listening() == 1).await;
    // A revocation still reaches the results of all settings.
    revoked(async || handle.invalidate(["ann.a.1"]).await).await;
    until("what was opened to revoke is closed", || {
        world.listening() == 1
    })
    .await;
    assert_eq!(world.names("lambda-authorizer:3:log:").len(), 51);
    drop((layer, service, handle));
    until("the last one ends", || world.listening() == 0).await;
}

/// A change that does not decide about answers keeps results, and the log that vouches for them.
#[tokio::test(flavor = "multi_thread")]
async fn results_stay_vouched_for_after_a_change_that_keeps_them() {
    let Some(world) = World::start() else { return };
    let mut process = world.process();
    process.warm("ann.a.1").await;
    let (layer, handle) = process.layer.clone().reloadable();
    // On a busy machine, the log may be read too late to vouch for a result.
    let mut kept = 0;
    for _ in 0..20 {
        let calls = process.calls();
        handle
            .modify(|layer| Ok::<_, Infallible>(layer.on_denial(|_| {})))
            .unwrap();
        process.layer = handle.current();
        process.warm("ann.a.1").await;
        kept = if calls == process.calls() {
            kept + 1
        } else {
            0
        };
        if kept == 3 {
            break;
        }
    }
    assert_eq!(kept, 3, "changes one after the other");
    drop(layer);
}

/// What was kept under a longer bound is not used under a shorter one.
#[tokio::test(flavor = "multi_thread")]
async fn a_shorter_bound_holds_for_results_that_were_kept_before() {
    let Some(world) = World::start() else { return };
    let mut process = world.process();
    let shared = SharedCache::with_revocations(world.tier_with(2 * BOUND), SECRET).unwrap();
    let long = shared
        .clone()
        .revocation_bound(Duration::from_secs(60))
        .unwrap();
    process.layer = process.layer.shared_cache(long, "pets");
    process.warm("ann.a.1").await;
    process.layer = process.layer.shared_cache(shared, "pets");
    world.server.pause();
    world.refuse("ann.a.1");
    process.is_refused("ann.a.1").await;
    assert_eq!(process.status("ann.a.1").await, 403);
    world.server.resume();
}
