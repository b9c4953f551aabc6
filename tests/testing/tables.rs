//! Tables of expectations.

use std::time::Duration;

use axum::{Router, routing::get};
use futures_util::FutureExt;
use tower_lambda_authorizer::{
    AuthorizerResponse, LambdaAuthorizerLayer,
    policy::{Effect, PolicyDocument, Statement},
    testing::{Harness, MockAnswer, MockAuthorizer},
};

use crate::caught::caught;

fn authorizer() -> MockAuthorizer {
    let nobody = Statement::invoke(Effect::Deny, ["*"]).with_sid("Nobody");
    let by_sid = AuthorizerResponse::policy(PolicyDocument::new([nobody]));
    MockAuthorizer::new()
        .with_token("reader", MockAnswer::allow_only([("GET", "/pets*")]))
        .with_token("one-path", MockAnswer::allow_this())
        .with_token("Bearer by sid", by_sid)
        .with_token("broken", MockAnswer::fail("no database"))
}

fn harness() -> Harness {
    Harness::new(LambdaAuthorizerLayer::token(authorizer()))
}

#[tokio::test]
async fn every_outcome_can_be_expected() {
    let table = r#"
        method    path        token            outcome
        get       /pets       -                unauthorized   # any case will do
        GET       /pets?a=b   who?             Unauthorized
        GET       /pets       reader           allowed
        GET       /pets       reader           allow
        GET       /pets       reader           200
        DELETE    /pets       reader           denied
        GET       /pets       "Bearer by sid"  denied:Nobody
        GET       /pets       "Bearer by sid"  deny
        GET       /pets       "Bearer by sid"  deny:Nobody
        GET       /pets       broken           broken
        GET       /pets       broken           500
        GET       /pets%2f7   reader           400
    "#;
    harness().run_table(table).await;

    let app: Router = Router::new()
        .route("/pets", get("a cat"))
        .route_layer(LambdaAuthorizerLayer::token(authorizer()))
        .route("/health", get("well"));
    Harness::app(app)
        .run_table("GET /health - open\nGET /pets reader allowed\nGET /dogs - 404")
        .await;
}

#[tokio::test]
async fn the_test_decides_where_the_token_goes() {
    let layer = LambdaAuthorizerLayer::request(authorizer(), "method.request.header.x-token");
    let harness = Harness::new(layer.unwrap());
    let table = "GET /pets READER allowed\nGET /pets - unauthorized";
    harness
        .run_table_with(table, |request, name| {
            request.header("x-token", name.to_lowercase())
        })
        .await;
}

#[tokio::test]
async fn all_failing_lines_are_listed_with_their_reasons() {
    let table = "\
        GET    /pets  one-path       allowed\n\
        GET    /dogs  one-path       allowed\n\
        GET    /pets  s3cret-token   allowed\n\
        GET    /pets  reader         allowed\n\
        DELETE /pets  reader         denied:Nobody\n";
    let mut line = 0;
    let told = caught(|| {
        let running = async {
            line = line!() + 1;
            harness().run_table(table).await;
        };
        running.now_or_never()
    });
    assert_eq!((told.line, &*told.file), (line, file!()));
    for wanted in [
        "3 of 5 lines of the table failed",
        "line 2: GET /dogs, headers: authorization\n  expected: let through\n  actual: ACCESS_DENIED, status 403",
        "this is the cached policy of a request for",
        "line 3: GET /pets",
        "the authorizer returned `Unauthorized`",
        "line 5: DELETE /pets",
        "expected: ACCESS_DENIED by the statement `Nobody`",
    ] {
        assert!(told.message.contains(wanted), "{wanted}: {}", told.message);
    }
    assert!(!told.message.contains("s3cret"), "{}", told.message);
}

#[tokio::test]
async fn an_invalid_table_panics_at_the_line_that_runs_it() {
    for table in ["", "# nothing", "GET /pets", "GET /pets - perhaps"] {
        let line = line!() + 1;
        let told = caught(|| harness().run_table(table).now_or_never());
        assert_eq!((told.line, &*told.file), (line, file!()));
        assert!(
            told.message
                .starts_with("the table is invalid: line 1, column "),
            "{}",
            told.message
        );
    }
}

#[tokio::test]
async fn lines_are_independent_if_nothing_is_cached() {
    let layer = LambdaAuthorizerLayer::token(authorizer());
    let harness = Harness::new(layer.result_ttl(Duration::ZERO).unwrap());
    harness
        .run_table("GET /pets one-path allowed\nGET /dogs one-path allowed")
        .await;
}
