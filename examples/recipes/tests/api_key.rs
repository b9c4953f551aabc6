//! API keys of programs.

use recipes::api_key::{Access, Keys, app};
use tower_lambda_authorizer::testing::Harness;

fn harness() -> Harness {
    let keys = Keys::default().with("k-shop", "shop", Access::Read).with(
        "k-depot",
        "depot",
        Access::ReadAndWrite,
    );
    Harness::app(app(keys).unwrap())
}

#[tokio::test]
async fn a_program_may_do_what_its_key_allows() {
    let table = "
        method  path    token    outcome
        GET     /stock  k-shop   allowed
        PUT     /stock  k-shop   denied
        GET     /stock  k-depot  allowed
        PUT     /stock  k-depot  allowed
        GET     /stock  k-guess  unauthorized
    ";
    harness()
        .run_table_with(table, |request, key| request.header("x-api-key", key))
        .await;
}

#[tokio::test]
async fn without_a_key_nothing_is_called() {
    harness()
        .get("/stock")
        .send()
        .await
        .assert_unauthorized()
        .assert_not_invoked();
}

#[tokio::test]
async fn a_result_is_cached_for_the_key_that_was_checked() {
    let harness = harness();
    // Only the last value counts, for the authorizer and for the cache.
    let both = harness
        .get("/stock")
        .header("x-api-key", "k-shop")
        .header("x-api-key", "guess");
    both.send().await.assert_unauthorized();
    harness
        .get("/stock")
        .header("x-api-key", "guess")
        .send()
        .await
        .assert_unauthorized();
}
