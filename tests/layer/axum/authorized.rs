//! The typed context as an extractor.

use axum::{Router, routing::get};
use serde::Deserialize;
use tower_lambda_authorizer::{
    Authorized, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn, testing::Harness,
};

#[derive(Debug, Deserialize)]
struct Caller {
    admin: bool,
}

async fn required(Authorized(caller): Authorized<Caller>) -> String {
    format!("{}", caller.admin)
}

async fn optional(caller: Option<Authorized<Caller>>) -> String {
    format!("{:?}", caller.map(|Authorized(caller)| caller.admin))
}

/// `/open/…` has no layer. The token is the value of `admin` in the context.
fn app() -> Harness {
    let authorizer = authorizer_fn(|request| async move {
        let response = AuthorizerResponse::allow("*");
        Ok(match request.token() {
            Some("none") | None => response,
            Some(token) => response.with_context("admin", token),
        })
    });
    let app = Router::new()
        .route("/required", get(required))
        .route("/optional", get(optional))
        .route_layer(LambdaAuthorizerLayer::token(authorizer))
        .route("/open/required", get(required))
        .route("/open/optional", get(optional));
    Harness::app(app)
}

async fn answer(path: &str, token: &str) -> (u16, String) {
    let response = app().get(path).header("authorization", token).send().await;
    let body = String::from_utf8(response.body().to_vec()).unwrap();
    (response.status().as_u16(), body)
}

#[tokio::test]
async fn a_handler_takes_the_context_as_its_own_type() {
    assert_eq!(answer("/required", "true").await, (200, "true".into()));
    assert_eq!(answer("/required", "false").await, (200, "false".into()));
    assert_eq!(
        answer("/optional", "true").await,
        (200, "Some(true)".into())
    );
}

#[tokio::test]
async fn a_context_that_does_not_fit_is_a_500_that_names_the_field() {
    let unfit = "the authorizer's context does not fit: `admin`: the text is not `true` or `false`";
    let missing = "the authorizer's context does not fit: missing field `admin`";
    for path in ["/required", "/optional"] {
        assert_eq!(answer(path, "a-secret").await, (500, unfit.into()));
        assert_eq!(answer(path, "none").await, (500, missing.into()));
    }
}

#[tokio::test]
async fn without_a_layer_it_is_a_500_or_none() {
    let (status, body) = answer("/open/required", "true").await;
    assert_eq!(status, 500);
    assert!(
        body.contains("no `LambdaAuthorizerLayer` is around it"),
        "{body}"
    );
    assert_eq!(answer("/open/optional", "true").await, (200, "None".into()));
}
