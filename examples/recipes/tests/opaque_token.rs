//! Tokens in a database.

use std::time::{SystemTime, UNIX_EPOCH};

use recipes::opaque_token::{Tokens, app};
use tower_lambda_authorizer::testing::{Harness, TestResponse};

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
}

async fn get(harness: &Harness, token: &str) -> TestResponse {
    let request = harness.get("/notes");
    request
        .header("authorization", format!("Bearer {token}"))
        .send()
        .await
}

#[tokio::test]
async fn a_token_in_the_database_names_its_user() {
    let tokens = Tokens::in_memory().unwrap();
    tokens.insert("s3cret", "ann", now() + 600).unwrap();
    let (app, _) = app(tokens);
    let harness = Harness::app(app);
    get(&harness, "s3cret")
        .await
        .assert_allowed()
        .assert_body("no notes of ann");
    get(&harness, "guess")
        .await
        .assert_unauthorized()
        .assert_invoked();
}

#[tokio::test]
async fn a_revoked_token_is_refused_at_once() {
    let tokens = Tokens::in_memory().unwrap();
    tokens.insert("s3cret", "ann", now() + 600).unwrap();
    let (app, sessions) = app(tokens);
    let harness = Harness::app(app);
    get(&harness, "s3cret").await.assert_allowed();
    get(&harness, "s3cret")
        .await
        .assert_allowed()
        .assert_not_invoked();
    sessions.revoke("s3cret").await.unwrap();
    get(&harness, "s3cret").await.assert_unauthorized();
}

#[tokio::test]
async fn an_expired_token_is_refused() {
    let tokens = Tokens::in_memory().unwrap();
    tokens.insert("old", "ann", now() - 1).unwrap();
    let harness = Harness::app(app(tokens).0);
    get(&harness, "old").await.assert_unauthorized();
}
