//! Processes of which only some ignore the case of letters, at one store. They share the authorizer's results, and each decides
//! by its own setting.

use tower_lambda_authorizer::{AmbiguousPaths, policy::PolicyBuilder};

use super::*;

/// Allows everything but one path, which the policy writes in one case.
fn all_but_admin(request: &AuthorizerRequest) -> AuthorizerResponse {
    let policy = PolicyBuilder::for_api(&Api::default())
        .allow("*", "/*")
        .deny("*", "/Admin");
    AuthorizerResponse::policy(policy.build().unwrap())
        .with_principal_id(request.token().unwrap())
        .with_context("level", 3)
}

fn process(world: &World, shared: SharedCache, paths: AmbiguousPaths) -> Process {
    let calls = Arc::<AtomicUsize>::default();
    let count = Arc::clone(&calls);
    let authorizer = authorizer_fn(move |request: AuthorizerRequest| {
        count.fetch_add(1, Ordering::SeqCst);
        async move { Ok(all_but_admin(&request)) }
    });
    let layer = LambdaAuthorizerLayer::token(BoxAuthorizer::new(authorizer))
        .clock(world.clock.clock())
        .shared_cache(shared, "pets")
        .tags_from_context(["level"])
        .ambiguous_paths(paths);
    Process { layer, calls }
}

/// The status of each of these paths.
async fn statuses(process: &Process, token: &str) -> [u16; 4] {
    let mut statuses = [0; 4];
    let paths = ["/Admin", "/ADMIN", "/%41dmin;x", "/other"];
    for (status, path) in statuses.iter_mut().zip(paths) {
        *status = process.send(token, path).await.0;
    }
    statuses
}

const IGNORING: [u16; 4] = [403, 403, 403, 200];
const COMPARING: [u16; 4] = [403, 200, 403, 200];

#[tokio::test]
async fn a_result_of_another_process_is_judged_by_the_own_setting() {
    for comparing_first in [true, false] {
        let world = World::new();
        let of = |paths| {
            let shared = SharedCache::new(Arc::clone(&world.store), SECRET).unwrap();
            process(&world, shared, paths)
        };
        let ignoring = of(AmbiguousPaths::IgnoreCase);
        let comparing = of(AmbiguousPaths::Refuse);
        if comparing_first {
            assert_eq!(statuses(&comparing, "ann").await, COMPARING);
        }
        // From the store, or from the authorizer, and then from memory.
        for _ in 0..2 {
            assert_eq!(statuses(&ignoring, "ann").await, IGNORING);
            assert_eq!(statuses(&comparing, "ann").await, COMPARING);
        }
        let calls = (comparing.calls(), ignoring.calls());
        let first = usize::from(comparing_first);
        assert_eq!(calls, (first, 1 - first), "one call for both");
    }
}

/// Which process revokes does not matter, nor which has the result in memory.
#[tokio::test]
async fn a_revocation_reaches_processes_with_the_other_setting() {
    let world = World::new();
    let of = |paths| process(&world, world.revocable(SECRET), paths);
    let ignoring = of(AmbiguousPaths::IgnoreCase);
    let comparing = of(AmbiguousPaths::Refuse);
    ignoring.follows(&world, &comparing).await;
    comparing.follows(&world, &ignoring).await;
    for (way, revoking, other) in [
        ("ann", &ignoring, &comparing),
        ("bob", &comparing, &ignoring),
    ] {
        statuses(revoking, way).await;
        statuses(other, way).await;
        assert_eq!((revoking.calls(), other.calls()), (1, 0), "{way}");
        revoking.layer.results().invalidate([way]).await.unwrap();
        other.calls_again(way).await;
        // The new result is decided by the same setting as the revoked one.
        assert_eq!(statuses(&ignoring, way).await, IGNORING, "{way}");
        assert_eq!(statuses(&comparing, way).await, COMPARING, "{way}");
        revoking.calls();
        other.calls();
    }
    comparing
        .layer
        .results()
        .invalidate_tag("level:3")
        .await
        .unwrap();
    ignoring.calls_again("bob").await;
}
