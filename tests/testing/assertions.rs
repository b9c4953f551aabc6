//! Each assertion on each outcome.

use http::{Request, Response, StatusCode};
use serde_json::json;
use tower_lambda_authorizer::{
    AuthorizerResponse, LambdaAuthorizerLayer,
    gateway_responses::{GatewayResponse, GatewayResponses, ResponseType},
    policy::{Effect, PolicyDocument, Statement},
    testing::{Harness, MockAnswer, MockAuthorizer, TestBody, TestResponse},
};

use crate::caught::caught;

fn layer() -> LambdaAuthorizerLayer<MockAuthorizer> {
    let denied = Statement::invoke(Effect::Deny, ["*"]).with_sid("Nobody");
    let by_sid = AuthorizerResponse::policy(PolicyDocument::new([denied]));
    LambdaAuthorizerLayer::token(
        MockAuthorizer::new()
            .with_token(
                "allow",
                MockAnswer::allow()
                    .with_principal_id("user-1")
                    .with_context("tenant", "acme"),
            )
            .with_token("deny", MockAnswer::deny())
            .with_token("deny by sid", by_sid)
            .with_token("broken", MockAnswer::fail("no database"))
            .with_token("panic", MockAnswer::panic("no database"))
            .with_token("malformed", MockAnswer::json("{}")),
    )
}

async fn send(token: &str) -> TestResponse {
    let harness = Harness::new(layer());
    let request = harness.get("/pets");
    match token {
        "-" => request.send().await,
        token => request.header("authorization", token).send().await,
    }
}

type Assertion = fn(TestResponse) -> TestResponse;

/// `+` means that the assertion holds, `-` that it fails. There is one column for each outcome.
#[tokio::test]
#[rustfmt::skip]
async fn an_assertion_holds_where_it_should_and_nowhere_else() {
    const TOKENS: [&str; 6] =        ["allow", "-", "who?", "deny", "deny by sid", "malformed"];
    let table: [(&str, Assertion, [&str; 6]); 17] = [
        ("allowed",           |it| it.assert_allowed(),                     ["+", "-", "-", "-", "-", "-"]),
        ("unguarded",         |it| it.assert_unguarded(),                   ["-", "-", "-", "-", "-", "-"]),
        ("unauthorized",      |it| it.assert_unauthorized(),                ["-", "+", "+", "-", "-", "-"]),
        ("denied",            |it| it.assert_denied(),                      ["-", "-", "-", "+", "+", "-"]),
        ("denied by",         |it| it.assert_denied_by("Nobody"),           ["-", "-", "-", "-", "+", "-"]),
        ("denied by another", |it| it.assert_denied_by("Another"),          ["-", "-", "-", "-", "-", "-"]),
        ("broken",            |it| it.assert_authorizer_broken(),           ["-", "-", "-", "-", "-", "+"]),
        ("invoked",           |it| it.assert_invoked(),                     ["+", "-", "+", "+", "+", "+"]),
        ("not invoked",       |it| it.assert_not_invoked(),                 ["-", "+", "-", "-", "-", "-"]),
        ("one invocation",    |it| it.assert_invocations(1),                ["+", "-", "+", "+", "+", "+"]),
        ("principal",         |it| it.assert_principal("user-1"),           ["+", "-", "-", "-", "-", "-"]),
        ("context",           |it| it.assert_context("tenant", "acme"),     ["+", "-", "-", "-", "-", "-"]),
        ("403",               |it| it.assert_status(403),                   ["-", "-", "-", "+", "+", "-"]),
        ("type",              |it| it.assert_response_type(ResponseType::Unauthorized), ["-", "+", "+", "-", "-", "-"]),
        ("header",            |it| it.assert_header("x-amzn-errortype", "UnauthorizedException"), ["-", "+", "+", "-", "-", "-"]),
        ("no header",         |it| it.assert_no_header("x-amzn-errortype"), ["+", "-", "-", "-", "-", "-"]),
        ("body",              |it| it.assert_body(r#"{"message":null}"#),   ["-", "-", "-", "-", "-", "+"]),
    ];
    for (name, assertion, row) in table {
        for (token, expected) in TOKENS.into_iter().zip(row) {
            let response = send(token).await;
            if expected == "+" {
                assertion(response);
            } else {

                let caught = caught(|| assertion(response));
                assert!(caught.message.starts_with("GET /pets"), "{name}, {token}: {caught:?}");

            }
        }
    }
}

/// This tests every assertion, because each needs `track_caller`.
#[tokio::test]
#[rustfmt::skip]
async fn a_failed_assertion_points_at_its_own_line() {
    macro_rules! points_here {
        ($token:literal, $($assertion:tt)*) => {
            let response = send($token).await;
            let line = line!();
            let caught = caught(|| response.$($assertion)*);
            assert_eq!((caught.line, &*caught.file), (line, file!()), "{}", caught.message);
        };
    }
    points_here!("-", assert_allowed());
    points_here!("-", assert_unguarded());
    points_here!("allow", assert_unauthorized());
    points_here!("allow", assert_denied());
    points_here!("allow", assert_denied_by("Nobody"));
    points_here!("allow", assert_authorizer_broken());
    points_here!("allow", assert_not_invoked());
    points_here!("-", assert_invoked());
    points_here!("-", assert_invocations(1));
    points_here!("-", assert_principal("user-1"));
    points_here!("-", assert_context("tenant", "acme"));
    points_here!("-", assert_status(200));
    points_here!("-", assert_response_type(ResponseType::AccessDenied));
    points_here!("-", assert_header("x", "y"));
    points_here!("allow", assert_header("x", "y"));
    points_here!("-", assert_no_header("content-type"));
    points_here!("-", assert_body("x"));
    points_here!("-", assert_json(&json!({})));
}

/// The message of the failed assertion that the documentation shows.
#[tokio::test]
async fn a_failed_assertion_says_why() {
    let harness = Harness::new(layer());
    let response = harness
        .get("/pets")
        .header("x-authorization", "allow")
        .send()
        .await;
    let message = caught(|| response.assert_allowed()).message;
    assert!(
        include_str!("../../docs/testing.md").contains(&format!("```text\n{message}\n```")),
        "{message}"
    );
}

#[tokio::test]
async fn a_failed_assertion_shows_the_expected_and_the_actual_value() {
    let told = async |token, assertion: Assertion| {
        let response = send(token).await;
        caught(|| assertion(response)).message
    };
    for (token, assertion, wanted) in [
        (
            "allow",
            (|it| it.assert_unauthorized()) as Assertion,
            ["expected: UNAUTHORIZED", "actual: let through, status 200"],
        ),
        (
            "allow",
            |it| it.assert_denied(),
            ["principal: user-1; context keys: tenant", "was invoked for"],
        ),
        (
            "deny",
            |it| it.assert_denied_by("Nobody"),
            [
                "by the statement `Nobody`",
                "the policy's `Statement[0]` denies",
            ],
        ),
        (
            "broken",
            |it| it.assert_denied(),
            [
                "AUTHORIZER_CONFIGURATION_ERROR, status 500",
                "failed: no database",
            ],
        ),
        (
            "malformed",
            |it| it.assert_denied(),
            ["cannot be used", "the answer has no `policyDocument`"],
        ),
        (
            "allow",
            |it| it.assert_context("tenant", "other"),
            ["`other` for the context key `tenant`", "found `acme`"],
        ),
        (
            "allow",
            |it| it.assert_context("plan", "gold"),
            ["for the context key `plan`", "found none"],
        ),
        (
            "allow",
            |it| it.assert_principal("x"),
            ["the principal `x`", "found `user-1`"],
        ),
        (
            "allow",
            |it| it.assert_body("x"),
            ["the body `x`", "found `the protected service`"],
        ),
        (
            "allow",
            |it| it.assert_invocations(3),
            ["3 invocations so far", "found 1"],
        ),
        (
            "deny",
            |it| it.assert_header("content-type", "x"),
            [
                "`x` in the header `content-type`",
                "found `application/json`",
            ],
        ),
    ] {
        let message = told(token, assertion).await;
        for wanted in wanted {
            assert!(message.contains(wanted), "{wanted}: {message}");
        }
    }
}

/// Assertions check the reason of a refusal, not the response.
#[tokio::test]
async fn customised_responses_change_no_outcome() {
    let teapot = GatewayResponse::new().status(StatusCode::IM_A_TEAPOT);
    let responses = GatewayResponses::default()
        .with(ResponseType::Unauthorized, teapot)
        .unwrap();
    let harness = Harness::new(layer().gateway_responses(responses));
    harness
        .get("/pets")
        .send()
        .await
        .assert_unauthorized()
        .assert_status(418);
}

#[tokio::test]
async fn json_is_compared_as_json() {
    let response = send("malformed").await;
    response.assert_json(&json!({"message": null}));
    let response = send("allow").await;
    assert!(
        caught(|| response.assert_json(&json!({})))
            .message
            .contains("found `the protected service`")
    );
}

#[tokio::test]
async fn a_service_that_fails_meets_no_assertion() {
    let failing = tower::service_fn(async |_: Request<TestBody>| {
        Err::<Response<TestBody>, _>(std::io::Error::other("out of order"))
    });
    let harness = Harness::app(failing);
    for assertion in [
        (|it| it.assert_allowed()) as Assertion,
        |it| it.assert_unguarded(),
        |it| it.assert_status(500),
        |it| it.assert_no_header("x"),
        |it| it.assert_body(""),
    ] {
        let response = harness.get("/").send().await;
        let message = caught(|| assertion(response)).message;
        assert!(
            message.contains("the service failed: out of order"),
            "{message}"
        );
    }
}
