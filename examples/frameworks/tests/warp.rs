//! warp.

use frameworks::warp::app;
use tower_lambda_authorizer::testing::Harness;

#[tokio::test]
async fn the_policy_decides() {
    let table = "
        method  path   token  outcome
        GET     /pets  t-ann  allowed
        GET     /me    t-ann  allowed
        GET     /pets  t-bob  allowed
        GET     /me    t-bob  denied
        GET     /pets  t-eve  unauthorized
    ";
    Harness::app(app()).run_table(table).await;
}

#[tokio::test]
async fn a_filter_has_the_context() {
    let harness = Harness::app(app());
    let request = harness.get("/me").header("authorization", "t-ann");
    request.send().await.assert_allowed().assert_body("ann");
}

#[tokio::test]
async fn the_layer_decides_before_warp_routes() {
    let harness = Harness::app(app());
    harness
        .assert_guarded([("GET", "/pets"), ("PUT", "/pets"), ("GET", "/nothing")])
        .await;
    let unknown = harness.get("/nothing").header("authorization", "t-ann");
    unknown.send().await.assert_allowed().assert_status(404);
}
