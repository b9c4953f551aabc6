//! A policy's conditions, tested through the layer.

mod unknown_keys;

use std::{
    net::SocketAddr,
    time::{Duration, UNIX_EPOCH},
};

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::Empty;
use serde_json::{Value, json};
use tower::{Layer, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    Authorizer, AuthorizerResponse, ClientIp, LambdaAuthorizerLayer, ManualClock, authorizer_fn,
    policy::ConditionContext,
};

use crate::empty_service::empty;

type Body = Empty<Bytes>;

/// A layer whose authorizer allows everything under these conditions.
fn allowing_if(conditions: &Value) -> LambdaAuthorizerLayer<impl Authorizer> {
    let answer = json!({"policyDocument": {"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*",
        "Condition": conditions,
    }}});
    let answer = AuthorizerResponse::try_from(answer).unwrap();
    LambdaAuthorizerLayer::token(authorizer_fn(move |_| {
        let answer = answer.clone();
        async { Ok(answer) }
    }))
}

async fn is_allowed<A: Authorizer>(
    layer: &LambdaAuthorizerLayer<A>,
    request: http::request::Builder,
) -> bool {
    let inner = service_fn(empty::<Body>);
    let request = request
        .header("authorization", "t")
        .body(Body::new())
        .unwrap();
    let response = layer.layer(inner).oneshot(request).await.unwrap();
    match response.status() {
        StatusCode::OK => true,
        StatusCode::FORBIDDEN => false,
        other => panic!("{other}: {:?}", response.extensions()),
    }
}

fn from(peer: &str) -> http::request::Builder {
    let peer: SocketAddr = format!("{peer}:4711").parse().unwrap();
    Request::get("/pets").extension(peer)
}

#[tokio::test]
async fn source_ip_is_the_clients_address_from_a_trusted_proxy() {
    let office = json!({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}});
    let layer = allowing_if(&office);
    assert!(is_allowed(&layer, from("203.0.113.7")).await);
    assert!(!is_allowed(&layer, from("198.51.100.1")).await);
    let forged = || from("198.51.100.1").header("x-forwarded-for", "203.0.113.7");
    assert!(!is_allowed(&layer, forged()).await);

    let proxies = ClientIp::behind_proxies(["10.0.0.0/8"]).unwrap();
    let layer = allowing_if(&office).client_ip(proxies);
    let proxied = |client: &str| from("10.1.1.1").header("x-forwarded-for", client);
    assert!(is_allowed(&layer, proxied("203.0.113.7")).await);
    assert!(!is_allowed(&layer, proxied("198.51.100.1")).await);
    assert!(!is_allowed(&layer, proxied("203.0.113.7, 198.51.100.1")).await);
    assert!(!is_allowed(&layer, forged()).await);
}

#[tokio::test]
async fn an_unknown_address_is_in_no_range() {
    let layer = allowing_if(&json!({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}));
    assert!(!is_allowed(&layer, Request::get("/pets")).await);
    assert!(is_allowed(&layer, from("198.51.100.1")).await);
}

#[tokio::test]
async fn the_time_is_that_of_the_clock() {
    let clock = ManualClock::new(UNIX_EPOCH + Duration::from_secs(1_767_225_599));
    let before_2026 = json!({
        "DateLessThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z", "aws:EpochTime": "1767225600"},
        "NumericLessThan": {"aws:EpochTime": 1_767_225_600},
        "StringLike": {"aws:CurrentTime": "2025-12-31T*Z"}
    });
    let layer = allowing_if(&before_2026).clock(clock.clock());
    assert!(is_allowed(&layer, Request::get("/pets")).await);
    clock.advance(Duration::from_secs(1));
    assert!(!is_allowed(&layer, Request::get("/pets")).await);
}

#[tokio::test]
async fn user_agent_and_referer_come_from_the_headers() {
    let layer = allowing_if(&json!({
        "StringLike": {"aws:UserAgent": "curl/*"},
        "StringNotLike": {"aws:Referer": "*evil*"}
    }));
    let curl = || Request::get("/pets").header("user-agent", "curl/8");
    assert!(is_allowed(&layer, curl()).await);
    assert!(is_allowed(&layer, curl().header("referer", "https://good.example/")).await);
    assert!(!is_allowed(&layer, curl().header("referer", "https://evil.example/")).await);
    assert!(!is_allowed(&layer, Request::get("/pets")).await);
    // A header that is not UTF-8 still counts as present.
    let stray = &b"https://evil.example/\xff"[..];
    assert!(!is_allowed(&layer, curl().header("referer", stray)).await);
}

#[tokio::test]
async fn a_client_cannot_claim_to_use_tls() {
    let tls_only = json!({"Bool": {"aws:SecureTransport": true}});
    let forged = || Request::get("https://api.example/pets").header("x-forwarded-proto", "https");
    assert!(!is_allowed(&allowing_if(&tls_only), forged()).await);

    let terminating = allowing_if(&tls_only).secure_transport(true);
    assert!(is_allowed(&terminating, Request::get("/pets")).await);

    let proxies = ClientIp::behind_proxies(["10.0.0.0/8"]).unwrap();
    let proxied = allowing_if(&tls_only).client_ip(proxies);
    let through = |scheme| from("10.1.1.1").header("x-forwarded-proto", scheme);
    assert!(is_allowed(&proxied, through("https")).await);
    assert!(!is_allowed(&proxied, through("http")).await);
    assert!(
        !is_allowed(
            &proxied,
            from("203.0.113.7").header("x-forwarded-proto", "https")
        )
        .await
    );
}

#[tokio::test]
async fn the_application_can_add_and_replace_keys() {
    let layer = allowing_if(&json!({
        "StringEquals": {"aws:SourceVpc": "vpc-1"},
        "ForAnyValue:StringEquals": {"acme:Roles": "admin"},
        "IpAddress": {"AWS:SourceIP": "192.0.2.1"}
    }));
    let context = ConditionContext::new()
        .with("aws:SourceVpc", "vpc-1")
        .with("aws:sourceip", "192.0.2.1");
    let roles = |roles: &[&str]| context.clone().with_list("ACME:roles", roles.to_vec());
    let request = |context: ConditionContext| from("203.0.113.7").extension(context);
    assert!(is_allowed(&layer, request(roles(&["user", "admin"]))).await);
    assert!(!is_allowed(&layer, request(roles(&["user"]))).await);
    assert!(!is_allowed(&layer, request(context.clone())).await);
    assert!(!is_allowed(&layer, from("203.0.113.7")).await);
}

#[tokio::test]
async fn a_variable_has_the_requests_value() {
    let layer = allowing_if(&json!({"StringLike": {"aws:UserAgent": "*/${acme:version}"}}));
    let version = ConditionContext::new().with("acme:version", "7");
    let agent = |agent| Request::get("/pets").header("user-agent", agent);
    assert!(is_allowed(&layer, agent("pets/7").extension(version.clone())).await);
    assert!(!is_allowed(&layer, agent("pets/8").extension(version)).await);
    assert!(!is_allowed(&layer, agent("pets/7")).await);
}
