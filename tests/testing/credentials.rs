//! The kit never prints a credential that a test sends, even if the authorizer or the service repeats it.

use std::{fmt::Debug, time::Duration};

use tower_lambda_authorizer::{
    AuthorizerError, AuthorizerRequest, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
    gateway_responses::{GatewayResponse, GatewayResponses, ResponseType},
    testing::{Harness, MockAuthorizer, ProtectedService, TestRequest, TestResponse},
};

use crate::caught::caught;

struct Secrets {
    all: Vec<String>,
}

impl Secrets {
    /// A random text of letters, digits and characters that a query encodes.
    fn new() -> Self {
        let mut random = fastrand::Rng::new();
        let mut secret = || {
            let length = random.usize(8..40);
            let letters = (0..length).map(|_| random.alphanumeric());
            let secret: String = letters.collect();
            format!(
                "{secret}{}",
                random.choice(["", "+/==", "~.-_", "%&"]).unwrap()
            )
        };
        Self {
            all: vec![secret(), secret(), secret(), secret()],
        }
    }

    fn request(&self, harness: &Harness) -> TestRequest {
        let [token, key, query, cookie] = &*self.all else {
            unreachable!()
        };
        let request = harness.get("/pets?fixed=1");
        let request = request.header("authorization", format!("Bearer {token}"));
        let request = request.header("x-api-key", key).query("key", query);
        request.header("cookie", format!("theme=dark; session={cookie}"))
    }

    #[track_caller]
    fn assert_not_in(&self, text: &str) {
        for secret in &self.all {
            assert!(!text.contains(secret), "{secret} is in {text}");
            let encoded = secret
                .replace('+', "%2B")
                .replace('/', "%2F")
                .replace('=', "%3D");
            assert!(!text.contains(&encoded), "{encoded} is in {text}");
        }
    }
}

/// An authorizer that repeats everything in the request.
async fn parrot(request: AuthorizerRequest) -> Result<AuthorizerResponse, AuthorizerError> {
    let told = request
        .headers()
        .values()
        .map(|value| value.to_str().unwrap());
    let told = told.collect::<Vec<_>>().join(" ");
    let query = request
        .query_parameters()
        .map(|(_, value)| value.into_owned());
    let query = query.collect::<Vec<_>>().join(" ");
    let raw = request.uri().query().unwrap_or_default();
    let cookie = request.header("cookie");
    let session = cookie
        .iter()
        .flat_map(|cookie| cookie.split_once("session="));
    let session: String = session.map(|(_, session)| session).collect();
    match request.header("x-mood").as_deref() {
        Some("fail") => Err(AuthorizerError::new(format!(
            "cannot read {told} {query} {raw} {session}"
        ))),
        Some("panic") => panic!("cannot read {told} {query} {raw} {session}"),
        _ => Ok(AuthorizerResponse::allow("*")
            .with_principal_id(told)
            .with_context("query", query)
            .with_context("raw", raw.to_owned())
            .with_context("session", session)),
    }
}

type Assertion = fn(TestResponse) -> TestResponse;

const FAILING: [Assertion; 8] = [
    |it| it.assert_denied_by("x"),
    |it| it.assert_principal("x"),
    |it| it.assert_context("query", "x"),
    |it| it.assert_context("raw", "x"),
    |it| it.assert_context("session", "x"),
    |it| it.assert_body("x"),
    |it| it.assert_header("x-told", "x"),
    |it| it.assert_invocations(1000),
];

#[tokio::test]
async fn no_failed_assertion_shows_a_credential() {
    for _ in 0..50 {
        let secrets = Secrets::new();
        let told = GatewayResponse::new()
            .header("x-told", "method.request.header.x-api-key")
            .template(
                "text/plain",
                "$context.authorizer.query $method.request.header.x-api-key",
            );
        let responses = GatewayResponses::default()
            .with(ResponseType::AuthorizerConfigurationError, told)
            .unwrap();
        let layer = LambdaAuthorizerLayer::token(authorizer_fn(parrot))
            .gateway_responses(responses)
            .result_ttl(Duration::ZERO)
            .unwrap();
        let harness = Harness::new(layer);
        for mood in ["allow", "fail", "panic"] {
            for assertion in FAILING {
                let response = secrets
                    .request(&harness)
                    .header("x-mood", mood)
                    .send()
                    .await;
                secrets.assert_not_in(&format!("{response:?}"));
                let message = caught(|| assertion(response)).message;
                secrets.assert_not_in(&message);
                assert!(
                    message.starts_with("GET /pets, headers: authorization, x-api-key, cookie"),
                    "{message}"
                );
                assert!(
                    message.contains("query parameters: fixed, key"),
                    "{message}"
                );
            }
        }
    }
}

/// Masking a part of a credential does not reveal the rest.
#[tokio::test]
async fn a_credential_within_another_is_masked_completely() {
    let harness = Harness::new(LambdaAuthorizerLayer::token(authorizer_fn(parrot)));
    let request = harness.get("/").header("authorization", "first-part,tail7");
    let response = request.send().await;
    let message = caught(|| response.assert_principal("x")).message;
    assert!(!message.contains("tail7"), "{message}");
}

#[tokio::test]
async fn no_debug_output_shows_a_credential() {
    let secrets = Secrets::new();
    let [token, ..] = &*secrets.all else {
        unreachable!()
    };
    let authorizer = MockAuthorizer::denying()
        .with_token(format!("Bearer {token}"), AuthorizerResponse::allow("*"));
    let inside = ProtectedService::new();
    let layer = LambdaAuthorizerLayer::token(authorizer.clone());
    let harness = Harness::app(tower::Layer::layer(&layer, inside.clone()));
    let response = secrets.request(&harness).send().await.assert_allowed();
    let request = harness
        .get("/pets")
        .header("authorization", token)
        .query("key", token)
        .body(token.clone());
    let shown: [&dyn Debug; 7] = [
        &authorizer,
        &inside,
        &harness,
        &response,
        &request,
        &authorizer.requests(),
        &layer,
    ];
    for shown in shown {
        secrets.assert_not_in(&format!("{shown:?} {shown:#?}"));
    }
    assert_eq!(inside.requests().len(), 1);
}
