//! Tests the authorizer through the layer and the routes, with real tokens.

use jsonwebtoken::{EncodingKey, Header, encode, get_current_timestamp};
use tested_authorizer::{Claims, app, policy};
use tower_lambda_authorizer::{Api, ApiType, policy::PolicyBuilder, testing};

const SECRET: &[u8] = b"a secret that only this test knows";

fn bearer(role: &str) -> String {
    let (exp, secret) = match role {
        "expired" => (get_current_timestamp() - 3600, SECRET),
        "forged" => (get_current_timestamp() + 3600, &b"a guess"[..]),
        _ => (get_current_timestamp() + 3600, SECRET),
    };
    let claims = Claims {
        sub: "user-1".into(),
        role: role.into(),
        exp,
    };
    let token = encode(
        &Header::default(),
        &claims,
        &EncodingKey::from_secret(secret),
    );
    format!("Bearer {}", token.unwrap())
}

#[tokio::test]
async fn who_may_what() {
    let table = include_str!("orders.table");
    testing::Harness::app(app(SECRET))
        .run_table_with(table, |request, role| {
            request.header("authorization", bearer(role))
        })
        .await;
}

#[tokio::test]
async fn the_handler_knows_its_caller() {
    let harness = testing::Harness::app(app(SECRET));
    let request = harness.get("/orders/7");
    let response = request
        .header("authorization", bearer("clerk"))
        .send()
        .await;
    let response = response.assert_allowed().assert_context("role", "clerk");
    response.assert_body("an order, for user-1");
}

#[test]
fn a_clerk_reads_orders_and_nothing_else() {
    let api = Api::default();
    let clerk = policy(PolicyBuilder::for_rest_api(&api), "clerk", "user-1").unwrap();
    let allowed = [("GET", "/orders"), ("GET", "/orders/*")];
    testing::assert_policy_covers(&clerk, &api, ApiType::Rest, allowed);
    let denied = [("DELETE", "/*"), ("GET", "/users/*")];
    testing::assert_policy_denies(&clerk, &api, ApiType::Rest, denied);
}

#[test]
fn a_name_is_never_a_pattern() {
    let api = Api::default();
    let clerk = policy(PolicyBuilder::for_rest_api(&api), "clerk", "*").unwrap();
    testing::assert_policy_denies(&clerk, &api, ApiType::Rest, [("GET", "/callers/user-1")]);
}
