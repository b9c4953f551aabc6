//! The mock authorizer.

use std::time::Duration;

use tokio::time::Instant;
use tower_lambda_authorizer::{
    AuthorizerResponse, Denial, LambdaAuthorizerLayer,
    gateway_responses::ResponseType,
    testing::{Harness, MockAnswer, MockAuthorizer, TestResponse},
};

const SECOND: Duration = Duration::from_secs(1);

/// A layer without a cache, so that each request invokes the authorizer.
fn harness(authorizer: &MockAuthorizer) -> Harness {
    let layer = LambdaAuthorizerLayer::token(authorizer.clone());
    Harness::new(layer.result_ttl(Duration::ZERO).unwrap())
}

async fn send(authorizer: &MockAuthorizer, token: &str) -> TestResponse {
    let harness = harness(authorizer);
    harness
        .get("/pets")
        .header("authorization", token)
        .send()
        .await
}

#[tokio::test]
async fn queued_answers_come_first_then_the_tokens_then_the_answer_for_all() {
    let authorizer = MockAuthorizer::new()
        .with_token("a", MockAnswer::deny())
        .then(MockAnswer::fail("no database"))
        .then(AuthorizerResponse::allow("*"));
    send(&authorizer, "a").await.assert_authorizer_broken();
    send(&authorizer, "b").await.assert_allowed();
    send(&authorizer, "a").await.assert_denied();
    send(&authorizer, "b").await.assert_unauthorized();
    authorizer.set(MockAnswer::allow());
    send(&authorizer, "b").await.assert_allowed();
    send(&authorizer, "a").await.assert_denied();
    assert_eq!(authorizer.invocations(), 6);
    let requests = authorizer.requests();
    let tokens = requests.iter().map(|request| request.token().unwrap());
    assert_eq!(tokens.collect::<String>(), "ababba");
}

#[tokio::test]
async fn each_mock_answer_has_its_outcome() {
    for (answer, response_type) in [
        (MockAnswer::allow(), None),
        (MockAnswer::allow_this(), None),
        (MockAnswer::allow_only([("GET", "/pets")]), None),
        (
            MockAnswer::allow_only([("POST", "/pets")]),
            Some(ResponseType::AccessDenied),
        ),
        (
            MockAnswer::allow_only([("GET", "pets")]),
            Some(ResponseType::AuthorizerConfigurationError),
        ),
        (MockAnswer::deny(), Some(ResponseType::AccessDenied)),
        (MockAnswer::unauthorized(), Some(ResponseType::Unauthorized)),
        (
            MockAnswer::fail("Unauthorized: expired"),
            Some(ResponseType::AuthorizerConfigurationError),
        ),
        (
            MockAnswer::panic("no database"),
            Some(ResponseType::AuthorizerConfigurationError),
        ),
        (
            MockAnswer::json(r#"{"statusCode": 401}"#),
            Some(ResponseType::AuthorizerConfigurationError),
        ),
    ] {
        let authorizer = MockAuthorizer::answering(answer.clone());
        let response = send(&authorizer, "t").await;
        let found = response.denial().map(Denial::response_type);
        assert_eq!(found, response_type, "{answer:?}");
    }
}

/// HTTP APIs require a principal.
#[tokio::test]
async fn an_allowing_mock_works_for_every_type_of_api() {
    for answer in [
        MockAnswer::allow(),
        MockAnswer::allow_this(),
        MockAnswer::allow_only([("GET", "/*")]),
    ] {
        let layer = LambdaAuthorizerLayer::http_api(MockAuthorizer::answering(answer));
        let harness = Harness::new(layer);
        let request = harness.get("/pets").header("authorization", "t");
        request
            .send()
            .await
            .assert_allowed()
            .assert_principal("mock");
    }
}

#[tokio::test(start_paused = true)]
async fn delays_are_of_tokios_time() {
    let begun = Instant::now();
    let authorizer = MockAuthorizer::answering(MockAnswer::allow().after(20 * SECOND));
    send(&authorizer, "t").await.assert_allowed();
    assert_eq!(begun.elapsed(), 20 * SECOND);
    authorizer.set(MockAnswer::hang());
    send(&authorizer, "t").await.assert_authorizer_broken();
    assert_eq!(begun.elapsed(), 49 * SECOND);
}

#[tokio::test]
async fn requests_that_wait_for_one_call_were_not_invoked() {
    let authorizer = MockAuthorizer::allowing();
    let harness = Harness::new(LambdaAuthorizerLayer::token(authorizer.clone()));
    let get = || harness.get("/pets").header("authorization", "t").send();
    let (first, second) = tokio::join!(get(), get());
    first.assert_allowed().assert_invoked();
    second
        .assert_allowed()
        .assert_not_invoked()
        .assert_invocations(1);
    assert_eq!((harness.invocations(), authorizer.invocations()), (1, 1));
}
