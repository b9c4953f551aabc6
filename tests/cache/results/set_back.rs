//! A wall clock that is set back prolongs no result.

use std::time::Duration;

use tower_lambda_authorizer::{
    AuthorizerResponse, LambdaAuthorizerLayer,
    caching::ResultCache,
    testing::{Harness, MockAuthorizer},
};

const SECOND: Duration = Duration::from_secs(1);
const TTL: Duration = Duration::from_secs(300);

#[tokio::test]
async fn a_wall_clock_that_is_set_back_prolongs_nothing() {
    let allow = || AuthorizerResponse::allow("*");
    let windows = ResultCache::new()
        .serve_stale_while_refreshing(SECOND)
        .serve_stale_on_failure(SECOND);
    for (response, lifetime) in [
        (allow(), TTL),
        (allow().with_max_age(60 * SECOND), 60 * SECOND),
        (allow().with_max_age(2 * TTL), TTL),
    ] {
        for cache in [ResultCache::new(), windows.clone()] {
            let authorizer = MockAuthorizer::answering(response.clone());
            let layer = LambdaAuthorizerLayer::token(authorizer).cache(cache);
            let harness = Harness::new(layer.result_ttl(TTL).unwrap());
            let get = || harness.get("/").header("authorization", "t").send();
            get().await.assert_invoked();

            let clock = harness.clock();
            clock.set(clock.now() - 3600 * SECOND);
            clock.advance(lifetime - SECOND);
            get().await.assert_not_invoked();
            clock.set(clock.now() - 3600 * SECOND);
            clock.advance(SECOND);
            get().await.assert_invoked();
        }
    }
}
