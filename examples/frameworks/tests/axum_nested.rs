//! axum with nested routers, state and CORS.

use std::sync::Arc;

use frameworks::axum_nested::{PAGE, Shop, app};
use http::Method;
use tower_lambda_authorizer::testing::Harness;

const ORIGIN: &str = "access-control-allow-origin";

fn harness() -> Harness {
    Harness::app(app(Shop {
        keepers: Arc::new([("t-ann".to_owned(), "ann".to_owned())].into()),
        pets: Arc::new([(7, "a cat".to_owned()), (8, "a dog".to_owned())].into()),
    }))
}

#[tokio::test]
async fn every_nested_route_is_guarded() {
    harness()
        .assert_guarded([
            ("GET", "/v1/pets"),
            ("DELETE", "/v1/pets"),
            ("PUT", "/v1/pets"),
            ("GET", "/v1/pets/7"),
            ("GET", "/v1/me"),
        ])
        .await;
}

#[tokio::test]
async fn a_policy_matches_the_whole_path() {
    let table = "
        method  path        token  outcome
        GET     /v1/pets    t-ann  allowed
        GET     /v1/pets/7  t-ann  allowed
        DELETE  /v1/pets    t-ann  denied
        GET     /v1/me      t-eve  unauthorized
    ";
    harness().run_table(table).await;
}

#[tokio::test]
async fn handlers_have_the_state_and_the_caller() {
    let harness = harness();
    for (path, body) in [
        ("/v1/pets", "a cat, a dog"),
        ("/v1/pets/7", "a cat"),
        ("/v1/me", "ann"),
    ] {
        let request = harness.get(path).header("authorization", "t-ann");
        request.send().await.assert_allowed().assert_body(body);
    }
}

#[tokio::test]
async fn other_paths_are_not_guarded() {
    let harness = harness();
    let health = harness.get("/health").send().await;
    health.assert_unguarded().assert_body("well");
    for path in ["/", "/nothing", "/v1", "/v1/nothing"] {
        let response = harness.get(path).send().await.assert_unguarded();
        response
            .assert_status(404)
            .assert_body("there is nothing here");
    }
}

#[tokio::test]
async fn a_preflight_needs_no_credentials() {
    let preflight = harness()
        .request(Method::OPTIONS, "/v1/pets")
        .header("origin", PAGE)
        .header("access-control-request-method", "DELETE")
        .header("access-control-request-headers", "authorization");
    preflight
        .send()
        .await
        .assert_not_invoked()
        .assert_status(200)
        .assert_header(ORIGIN, PAGE)
        .assert_header("access-control-allow-headers", "authorization");
}

#[tokio::test]
async fn the_page_can_read_refusals() {
    let harness = harness();
    let missing = harness.get("/v1/pets").header("origin", PAGE).send().await;
    missing.assert_unauthorized().assert_header(ORIGIN, PAGE);

    let denied = harness
        .delete("/v1/pets")
        .header("origin", PAGE)
        .header("authorization", "t-ann");
    denied
        .send()
        .await
        .assert_denied()
        .assert_header(ORIGIN, PAGE);
}
