//! Tokens of a provider on this machine, which publishes its keys and rotates them.

#[path = "jwt/provider.rs"]
mod provider;

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::get_current_timestamp;
use provider::{Provider, SigningKey};
use recipes::jwt::{Tokens, app, keys_from};
use serde_json::{Value, json};
use tower_lambda_authorizer::testing::{Harness, TestResponse};

const ISSUER: &str = "https://login.example.com/";
const AUDIENCE: &str = "orders";

fn claims() -> Value {
    json!({
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "user-1",
        "exp": get_current_timestamp() + 600,
        "tenant": "acme",
        "groups": ["buyers"],
    })
}

fn claims_with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn claims_without(name: &str) -> Value {
    let mut claims = claims();
    claims.as_object_mut().unwrap().remove(name);
    claims
}

/// Longer than a test.
const INTERVAL: Duration = Duration::from_secs(3600);

/// The app, with a provider that has this key.
async fn start(key: &SigningKey) -> (Harness, Provider) {
    start_with(key, INTERVAL).await
}

async fn start_with(key: &SigningKey, interval: Duration) -> (Harness, Provider) {
    let provider = Provider::start(&[key]).await;
    let tokens = Tokens {
        keys: keys_from(provider.address(), interval),
        issuer: ISSUER.to_owned(),
        audience: AUDIENCE.to_owned(),
    };
    (Harness::app(app(tokens)), provider)
}

async fn send(harness: &Harness, method: &str, path: &str, token: &str) -> TestResponse {
    let request = harness.request(method.parse().unwrap(), path);
    request
        .header("authorization", format!("Bearer {token}"))
        .send()
        .await
}

#[tokio::test]
async fn a_member_sees_the_orders_of_its_tenant() {
    let key = SigningKey::new("k1");
    let (harness, _provider) = start(&key).await;
    let token = key.sign(&claims());
    let response = send(&harness, "GET", "/tenants/acme/orders", &token).await;
    response
        .assert_allowed()
        .assert_body("no orders of acme, for a member of buyers");
    send(&harness, "POST", "/tenants/acme/orders", &token)
        .await
        .assert_allowed();
    send(&harness, "GET", "/tenants/other/orders", &token)
        .await
        .assert_denied();
    send(&harness, "GET", "/reports", &token)
        .await
        .assert_denied();
}

#[tokio::test]
async fn a_tenant_with_a_wildcard_in_its_name_is_only_that() {
    let key = SigningKey::new("k1");
    let (harness, _provider) = start(&key).await;
    for tenant in [
        "*",
        "?cme",
        "acm*",
        "..",
        "other/../acme",
        "${aws:username}",
        "",
    ] {
        let token = key.sign(&claims_with("tenant", json!(tenant)));
        let response = send(&harness, "GET", "/tenants/acme/orders", &token).await;
        assert!(!response.status().is_success(), "{tenant}");
    }
}

#[tokio::test]
async fn an_invalid_token_is_a_401_that_says_why() {
    let key = SigningKey::new("k1");
    let (harness, _provider) = start(&key).await;
    let past = get_current_timestamp() - 600;
    for (token, why) in [
        (
            key.sign(&claims_with("exp", json!(past))),
            "ExpiredSignature",
        ),
        (
            key.sign(&claims_with("nbf", json!(past + 1200))),
            "ImmatureSignature",
        ),
        (
            key.sign(&claims_with("iss", json!("https://elsewhere.example.com/"))),
            "InvalidIssuer",
        ),
        (
            key.sign(&claims_with("aud", json!("another service"))),
            "InvalidAudience",
        ),
        (key.sign(&claims_without("aud")), "aud"),
        (key.sign(&claims_without("iss")), "iss"),
        (key.sign(&claims_without("exp")), "exp"),
        (SigningKey::new("k1").sign(&claims()), "InvalidSignature"),
        (SigningKey::new("k2").sign(&claims()), "k2"),
        (key.sign_without_kid(&claims()), "Unauthorized"),
        (unsigned(&claims()), "JSON error"),
        ("not-a-token".to_owned(), "InvalidToken"),
        ("not a token".to_owned(), "a character that none can have"),
    ] {
        let response = send(&harness, "GET", "/tenants/acme/orders", &token).await;
        let response = response.assert_unauthorized();
        let denial = response.denial().unwrap().to_string();
        assert!(denial.contains(why), "{denial} does not contain {why}");
    }
}

/// A token that asks not to be verified.
fn unsigned(claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = json!({"alg": "none", "kid": "k1"});
    format!("{}.{}.", part(&header), part(claims))
}

#[tokio::test]
async fn a_rotated_key_is_fetched() {
    let (old, new) = (SigningKey::new("old"), SigningKey::new("new"));
    let (harness, provider) = start_with(&old, Duration::ZERO).await;
    send(
        &harness,
        "GET",
        "/tenants/acme/orders",
        &old.sign(&claims()),
    )
    .await
    .assert_allowed();
    provider.publish(&[&old, &new]);
    send(
        &harness,
        "GET",
        "/tenants/acme/orders",
        &new.sign(&claims()),
    )
    .await
    .assert_allowed();
    assert_eq!(provider.fetches(), 2);
}

#[tokio::test]
async fn invented_keys_do_not_reach_the_provider() {
    let key = SigningKey::new("k1");
    let (harness, provider) = start(&key).await;
    for number in 0..100 {
        let invented = SigningKey::new(&format!("invented-{number}"));
        let token = invented.sign(&claims());
        send(&harness, "GET", "/tenants/acme/orders", &token)
            .await
            .assert_unauthorized();
    }
    assert_eq!(provider.fetches(), 1);
    send(
        &harness,
        "GET",
        "/tenants/acme/orders",
        &key.sign(&claims()),
    )
    .await
    .assert_allowed();
}

#[tokio::test]
async fn a_provider_that_cannot_be_reached_is_not_the_callers_fault() {
    let key = SigningKey::new("k1");
    let (harness, provider) = start(&key).await;
    provider.stop().await;
    let response = send(
        &harness,
        "GET",
        "/tenants/acme/orders",
        &key.sign(&claims()),
    )
    .await;
    response.assert_status(500);
}
