//! `LambdaFunction` with other runtimes: cargo-lambda's emulator, and a function in JavaScript. A test is skipped, with a
//! message, if its runtime is not installed.

use std::process::{Command, Stdio};

use http::StatusCode;
use tower_lambda_authorizer::{
    LambdaAuthorizerLayer,
    lambda::{LambdaFunction, SdkInvoke},
};

use crate::cargo_lambda::CargoLambda;
use crate::fake_lambda::{
    Deployment, FakeLambda, client,
    programs::{Program, example},
};
use crate::pets::{self, PETS};

#[tokio::test(flavor = "multi_thread")]
async fn a_function_under_cargo_lambda_decides() {
    let programs = [
        ("pets", example("pets_authorizer")),
        ("as-told", example("function_as_told")),
    ];
    let Some(emulator) = CargoLambda::start(&programs) else {
        return;
    };
    let function =
        |name: &str| LambdaFunction::new(SdkInvoke::new(client(&emulator.url()), name).unwrap());
    let answer = pets::ask(function("pets"), "allow").await;
    assert_eq!(
        (answer.status, &*answer.body),
        (StatusCode::OK, PETS),
        "{answer:?}"
    );
    for (name, token, status) in [
        ("pets", "deny", StatusCode::FORBIDDEN),
        ("pets", "who?", StatusCode::UNAUTHORIZED),
        ("pets", "broken", StatusCode::INTERNAL_SERVER_ERROR),
        ("as-told", "allow", StatusCode::OK),
        ("as-told", "deny", StatusCode::FORBIDDEN),
        ("as-told", "fail Unauthorized", StatusCode::UNAUTHORIZED),
        (
            "as-told",
            "fail with a reason",
            StatusCode::INTERNAL_SERVER_ERROR,
        ),
        ("as-told", "panic", StatusCode::INTERNAL_SERVER_ERROR),
        ("nobody", "allow", StatusCode::INTERNAL_SERVER_ERROR),
    ] {
        let answer = pets::ask(function(name), token).await;
        assert_eq!(answer.status, status, "{name}, {token}: {answer:?}");
    }
}

/// The function in JavaScript, with callbacks or promises.
async fn javascript(export: &str) -> Option<FakeLambda> {
    let version = Command::new("node")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    if version.is_err() {
        crate::cargo_lambda::skipped::skipped("a function in JavaScript, because there is no node");
        return None;
    }
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/functions/node");
    let bootstrap = format!("{folder}/bootstrap.mjs");
    let authorizer = format!("{folder}/authorizer.cjs");
    let program = Program::new("node", [&bootstrap, &authorizer, export]);
    Some(FakeLambda::start([("javascript", Deployment::new(program))]).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_authorizer_in_javascript_decides() {
    let Some(lambda) = javascript("withPromise").await else {
        return;
    };
    let invoke = SdkInvoke::new(lambda.client(), "javascript").unwrap();
    let source = "method.request.header.Authorization";
    let layer = LambdaAuthorizerLayer::request(LambdaFunction::new(invoke), source);
    let app = pets::guarded(layer.unwrap());
    for (token, status, body) in [
        ("allow", StatusCode::OK, PETS),
        (
            "unauthorized",
            StatusCode::UNAUTHORIZED,
            r#"{"message":"Unauthorized"}"#,
        ),
        (
            "else",
            StatusCode::INTERNAL_SERVER_ERROR,
            r#"{"message":null}"#,
        ),
    ] {
        let answer = pets::get_pets(app.clone(), token).await;
        assert_eq!((answer.status, &*answer.body), (status, body), "{answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_authorizer_in_javascript_decides() {
    for (export, failure) in [
        (
            "withCallback",
            "the function failed: Error: Invalid token (string)",
        ),
        (
            "withPromise",
            "the function failed: cannot read the token (TypeError)",
        ),
    ] {
        let Some(lambda) = javascript(export).await else {
            return;
        };
        let invoke = SdkInvoke::new(lambda.client(), "javascript").unwrap();
        let function = LambdaFunction::new(invoke);
        for (token, status) in [
            ("allow", StatusCode::OK),
            ("deny", StatusCode::FORBIDDEN),
            ("unauthorized", StatusCode::UNAUTHORIZED),
            ("error", StatusCode::UNAUTHORIZED),
            ("nothing", StatusCode::INTERNAL_SERVER_ERROR),
            ("else", StatusCode::INTERNAL_SERVER_ERROR),
        ] {
            let answer = pets::ask(function.clone(), token).await;
            assert_eq!(answer.status, status, "{export}, {token}: {answer:?}");
            if token == "else" {
                assert!(answer.why.contains(failure), "{answer:?}");
            }
            if token == "allow" {
                assert_eq!(answer.body, PETS);
            }
        }
    }
}
