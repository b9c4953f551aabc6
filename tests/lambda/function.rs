//! `LambdaFunction` with the real SDK, against real functions under a fake of Lambda, and against endpoints that
//! misbehave.

mod canned;
mod endpoints;

use std::time::{Duration, Instant};

use aws_sdk_lambda::config::{retry::RetryConfig, timeout::TimeoutConfig};
use http::StatusCode;
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    time::timeout,
};
use tower_lambda_authorizer::{
    ConfigError,
    lambda::{LambdaFunction, SdkInvoke, TraceHeader},
};

use crate::fake_lambda::{Deployment, FakeLambda, client, programs::example};
use crate::pets::{self, Answer, PETS};
use canned::Canned;

const FUNCTION: &str = "as-told";

async fn fake(configure: impl FnOnce(Deployment) -> Deployment) -> FakeLambda {
    let deployment = configure(Deployment::new(example("function_as_told")));
    FakeLambda::start([(FUNCTION, deployment)]).await
}

fn to(lambda: &FakeLambda) -> SdkInvoke {
    let invoke = SdkInvoke::new(lambda.client(), FUNCTION).unwrap();
    // A busy machine may need longer than the usual ten seconds.
    invoke.timeout(Duration::from_secs(60)).unwrap()
}

async fn ask(invoke: SdkInvoke, token: &str) -> Answer {
    pets::ask(LambdaFunction::new(invoke), token).await
}

async fn assert_500(invoke: SdkInvoke, token: &str, why: &str) {
    let answer = ask(invoke, token).await;
    assert_eq!(
        answer.status,
        StatusCode::INTERNAL_SERVER_ERROR,
        "{answer:?}"
    );
    assert_eq!(answer.body, r#"{"message":null}"#);
    assert!(
        answer.why.contains(why),
        "{why:?} is not in {:?}",
        answer.why
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_response_of_a_function_decides() {
    let lambda = fake(|deployment| deployment).await;

    let answer = ask(to(&lambda), "allow").await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    assert_eq!(answer.body, PETS);

    let answer = ask(to(&lambda), "deny").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{answer:?}");
    assert_eq!(
        answer.body,
        r#"{"Message":"User is not authorized to access this resource with an explicit deny in an identity-based policy"}"#
    );

    let answer = ask(to(&lambda), "fail Unauthorized").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{answer:?}");
    assert_eq!(answer.body, r#"{"message":"Unauthorized"}"#);
    assert_eq!(answer.why, "the authorizer returned `Unauthorized`");
    assert_eq!(lambda.function(FUNCTION).invocations(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_function_continues_the_trace() {
    let lambda = fake(|deployment| deployment).await;
    let why = "the function failed: Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0 (Trace)";
    assert_500(to(&lambda), "trace", why).await;
    assert_500(to(&lambda).trace_header(|| None), "trace", why).await;

    let traced = to(&lambda).trace_header(|| {
        TraceHeader::from_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
    });
    let why = "the function failed: \
               Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1 (Trace)";
    assert_500(traced, "trace", why).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_function_is_a_500_and_does_not_affect_the_next_request() {
    let lambda = fake(|deployment| deployment.timeout(Duration::from_secs(30))).await;
    for (token, why) in [
        (
            "fail Unauthorized: expired",
            "the function failed: Unauthorized: expired (Error)",
        ),
        (
            "fail the database is down",
            "the function failed: the database is down (Error)",
        ),
        ("panic", "the function failed: Lambda panicked: as told"),
        (
            "exit",
            "Runtime exited with error: exit status 3 (Runtime.ExitError)",
        ),
        (
            "large",
            "exceeded maximum allowed payload size (6291556 bytes). (Function.ResponseSizeTooLarge)",
        ),
        (
            "return null",
            "the authorizer's answer cannot be used: it is `null`, not an object",
        ),
        (
            "return \"Unauthorized\"",
            "the authorizer's answer cannot be used: it is the string `Unauthorized`, not an object",
        ),
        ("return {}", "the answer has no `policyDocument`"),
    ] {
        assert_500(to(&lambda), token, why).await;
        assert_eq!(
            ask(to(&lambda), "allow").await.status,
            StatusCode::OK,
            "after {token}"
        );
    }
    // No function was invoked twice for one request.
    assert_eq!(lambda.function(FUNCTION).invocations(), 2 * 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_that_exceeds_its_timeout_is_a_500() {
    let lambda = fake(|deployment| deployment.timeout(Duration::from_millis(500))).await;
    let why = "Task timed out after 0.50 seconds (Sandbox.Timedout)";
    assert_500(to(&lambda), "sleep", why).await;
    // Lambda has ended that process and starts another one.
    assert_500(to(&lambda), "sleep", why).await;
    assert_eq!(lambda.function(FUNCTION).invocations(), 2);
}

/// The SDK merges the settings of a call with the client's, and retries an attempt that timed out.
#[tokio::test(flavor = "multi_thread")]
async fn the_clients_timeouts_and_retries_do_not_apply() {
    let short = Duration::from_millis(200);
    let timeouts = || TimeoutConfig::builder();
    for timeouts in [
        timeouts().read_timeout(short),
        timeouts().operation_attempt_timeout(short),
        timeouts().operation_timeout(short),
    ] {
        let lambda = fake(|deployment| deployment.timeout(Duration::from_secs(1))).await;
        let config = lambda.client().config().to_builder();
        let config = config
            .timeout_config(timeouts.clone().build())
            .retry_config(RetryConfig::standard().with_max_attempts(5));
        let client = aws_sdk_lambda::Client::from_conf(config.build());
        let invoke = SdkInvoke::new(client, FUNCTION).unwrap();
        // The function's own timeout ends the call.
        assert_500(invoke, "sleep", "Task timed out after 1.00 seconds").await;
        assert_eq!(lambda.function(FUNCTION).invocations(), 1, "{timeouts:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_without_an_effect_is_not_an_allow() {
    let lambda = fake(|deployment| deployment).await;
    let answer = r#"return {"policyDocument":{"Statement":[{"Action":"execute-api:Invoke","Resource":"*"}]}}"#;
    assert_500(to(&lambda), answer, "missing field `Effect`").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_that_cannot_be_invoked_is_a_500_with_a_remedy() {
    let lambda = fake(|deployment| deployment.concurrency(0)).await;
    let missing = SdkInvoke::new(lambda.client(), "nobody").unwrap();
    assert_500(
        missing,
        "secret",
        "there is no such function; check its name",
    )
    .await;
    let version = to(&lambda).qualifier("7").unwrap();
    assert_500(
        version,
        "secret",
        "ResourceNotFoundException: Function not found",
    )
    .await;
    let why = "the function is throttled; raise its concurrency, or keep results for longer: \
               TooManyRequestsException: ReservedFunctionConcurrentInvocationLimitExceeded: Rate Exceeded.";
    assert_500(to(&lambda), "secret", why).await;
    let too_large = "x".repeat(6 * 1024 * 1024);
    assert_500(
        to(&lambda),
        &too_large,
        "the event is too large for the function",
    )
    .await;
    lambda.function(FUNCTION).forbid();
    let why = "give the client's credentials the permission `lambda:InvokeFunction`: AccessDeniedException";
    assert_500(to(&lambda), "secret", why).await;
    assert_eq!(lambda.function(FUNCTION).invocations(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_form_of_the_name_and_the_qualifier_invoke_the_function() {
    let lambda = fake(|deployment| deployment).await;
    let arn = format!("arn:aws:lambda:eu-west-1:123456789012:function:{FUNCTION}");
    for name in [FUNCTION, &arn, &format!("123456789012:function:{FUNCTION}")] {
        let invoke = SdkInvoke::new(lambda.client(), name).unwrap();
        assert_eq!(ask(invoke, "allow").await.status, StatusCode::OK, "{name}");
    }
    for qualifier in ["live", "$LATEST"] {
        let invoke = to(&lambda).qualifier(qualifier).unwrap();
        assert_eq!(
            ask(invoke, "allow").await.status,
            StatusCode::OK,
            "{qualifier}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_without_credentials_is_a_500() {
    let config = aws_sdk_lambda::Config::builder()
        .behavior_version(aws_sdk_lambda::config::BehaviorVersion::latest())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .endpoint_url("http://127.0.0.1:9")
        .region(aws_sdk_lambda::config::Region::new("eu-west-1"));
    let client = aws_sdk_lambda::Client::from_conf(config.build());
    let invoke = SdkInvoke::new(client, FUNCTION).unwrap();
    assert_500(
        invoke,
        "secret",
        "check its region, its credentials and its HTTP client",
    )
    .await;
}

/// A policy that allows everything, also used as the payload of a failure. It must not be read as a response then.
const ALLOW_ALL: &str =
    r#"{"policyDocument":{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}}"#;

#[test]
fn invalid_settings_are_refused_when_they_are_set() {
    let invoke = || SdkInvoke::new(client("http://127.0.0.1:9"), FUNCTION).unwrap();
    let name = SdkInvoke::new(client("http://127.0.0.1:9"), "a function").unwrap_err();
    assert!(matches!(name, ConfigError::Function { .. }), "{name}");
    let zero = Duration::ZERO;
    for (refused, named) in [
        (invoke().attempts(0), "attempts"),
        (invoke().timeout(zero), "timeout"),
        (invoke().connect_timeout(zero), "connect_timeout"),
    ] {
        let error = refused.unwrap_err();
        assert!(matches!(error, ConfigError::Zero { setting, .. } if setting == named));
    }
    let shown = format!(
        "{:?}",
        LambdaFunction::new(invoke().qualifier("live").unwrap())
    );
    assert_eq!(shown, r#"LambdaFunction(SdkInvoke("as-told", "live"))"#);
}
