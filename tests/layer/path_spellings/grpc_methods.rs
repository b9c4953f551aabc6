//! tonic does not look at the method of a request: it serves GET, PUT and all others like POST.

use http::{Method, Request, StatusCode};
use tonic::{body::Body, service::Routes};
use tower::{Layer, ServiceExt};
use tower_lambda_authorizer::{
    AuthorizerRequest, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
};

const CHECK: &str = "/grpc.health.v1.Health/Check";

/// Whether tonic answers a message, although the policy denies this method for the path and allows everything else.
async fn is_served(denied: &'static str, method: &str, content_type: &str) -> bool {
    let authorizer = authorizer_fn(move |request: AuthorizerRequest| async move {
        let policy = request.policy_builder().allow("*", "/*");
        Ok(AuthorizerResponse::policy(
            policy.deny(denied, CHECK).build()?,
        ))
    });
    let (_reporter, health) = tonic_health::server::health_reporter();
    let app = LambdaAuthorizerLayer::token(authorizer).layer(Routes::new(health).prepare());
    let request = Request::builder()
        .method(Method::from_bytes(method.as_bytes()).unwrap())
        .uri(CHECK)
        .header("authorization", "token")
        .header("content-type", content_type)
        .body(Body::new(axum::body::Body::from(&b"\0\0\0\0\0"[..])));
    let response = app.oneshot(request.unwrap()).await.unwrap();
    match response.status() {
        StatusCode::FORBIDDEN => false,
        status => {
            assert_eq!(status, StatusCode::OK, "{method}");
            true
        }
    }
}

const METHODS: [&str; 8] = [
    "POST", "GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "X-OTHER",
];

/// The documentation of the layer and SECURITY.md say so.
#[tokio::test]
async fn a_deny_of_post_covers_only_one_of_the_methods_that_tonic_serves() {
    for method in METHODS {
        for content_type in ["application/grpc", "text/plain"] {
            let is_served = is_served("POST", method, content_type).await;
            assert_eq!(is_served, method != "POST", "{method} {content_type}");
        }
    }
}

#[tokio::test]
async fn a_deny_of_every_method_covers_a_grpc_method() {
    for method in METHODS {
        for content_type in ["application/grpc", "text/plain"] {
            assert!(!is_served("*", method, content_type).await, "{method}");
        }
    }
}
