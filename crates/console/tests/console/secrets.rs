//! Secrets in every place of a request are in no byte that the console sends.

use std::sync::Arc;

use axum::body::Body;
use http::Request;
use http_body_util::{BodyExt, Full};
use serde_json::json;
use tower_lambda_authorizer::{
    AuthorizerError, AuthorizerRequest, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
    gateway_responses::{GatewayResponse, GatewayResponses, ResponseType},
    policy::{Condition, Effect, PolicyDocument, Statement},
};
use tower_lambda_authorizer_console::Console;

use crate::support::{Served, pet_routes, serve};

/// A request with a secret in each place.
struct Secrets {
    token: String,
    password: String,
    cookie: String,
    key: String,
    unknown: String,
    query: String,
    query_secret: String,
    separators: String,
}

fn secret(random: &mut fastrand::Rng) -> String {
    (0..24).map(|_| random.alphanumeric()).collect()
}

impl Secrets {
    fn new(random: &mut fastrand::Rng) -> Self {
        Self {
            token: secret(random),
            password: secret(random),
            cookie: secret(random),
            key: secret(random),
            unknown: secret(random),
            query: secret(random),
            query_secret: secret(random),
            separators: secret(random),
        }
    }

    fn all(&self) -> [&str; 8] {
        [
            &self.token,
            &self.password,
            &self.cookie,
            &self.key,
            &self.unknown,
            &self.query,
            &self.query_secret,
            &self.separators,
        ]
    }

    fn basic(&self) -> String {
        base64(&format!("user-of-basic:{}", self.password))
    }

    fn request(&self, method: &str, path: &str) -> Request<Body> {
        let query = format!(
            "tenant={}&pass%20word={}&nul=%00{}%00",
            self.query, self.query_secret, self.separators
        );
        let request = Request::builder()
            .method(method)
            .uri(format!("{path}?{query}"))
            .header("authorization", format!("Bearer {}", self.token))
            .header("proxy-authorization", format!("Basic {}", self.basic()))
            .header("cookie", format!("theme=dark; sid={}", self.cookie))
            .header("x-api-key", &self.key)
            .header("x-request-note", &self.unknown);
        request.body(Body::empty()).unwrap()
    }
}

/// Base64 is what a client sends, so the test writes it by itself.
fn base64(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |bits: u32| char::from(DIGITS[usize::try_from(bits & 63).unwrap()]);
    let mut encoded = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let byte = |at: usize| u32::from(*chunk.get(at).unwrap_or(&0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for (at, shift) in [18, 12, 6, 0].into_iter().enumerate() {
            encoded.push(if at <= chunk.len() {
                digit(bits >> shift)
            } else {
                '='
            });
        }
    }
    encoded
}

/// Repeats all that it sees wherever an answer has room for it.
fn indiscreet(request: &AuthorizerRequest) -> Result<AuthorizerResponse, AuthorizerError> {
    let header = |name: &str| {
        let value = request.headers().get(name);
        value.map_or(String::new(), |value| value.to_str().unwrap().to_owned())
    };
    let authorization = header("authorization");
    let token = authorization.trim_start_matches("Bearer ").to_owned();
    let (cookie, key) = (header("cookie"), header("x-api-key"));
    let password = header("proxy-authorization");
    let query = request.uri().query().unwrap_or_default().to_owned();
    let everything = format!("{authorization} / {cookie} / {key} / {password} / {query}");
    if request.uri().path().ends_with("/fail") {
        return Err(AuthorizerError::new(format!("I do not like {everything}")));
    }
    let arn = format!("arn:aws:execute-api:*:*:*/*/*/pets/{token}");
    let agent = Condition::new(
        "StringEquals",
        "aws:UserAgent",
        [key.clone(), token.clone()],
    )
    .unwrap();
    let statements = [
        Statement::invoke(Effect::Allow, ["*"]).with_sid(format!("s{token}")),
        Statement::invoke(Effect::Allow, [arn])
            .with_condition(agent)
            .unwrap(),
        Statement::invoke(Effect::Deny, ["arn:aws:execute-api:*:*:*/*/DELETE/*"])
            .with_sid(format!("d{token}")),
    ];
    let skipped = usize::from(request.uri().path().ends_with("/near"));
    let policy = PolicyDocument::new(statements.into_iter().skip(skipped).collect::<Vec<_>>());
    Ok(AuthorizerResponse::policy(policy)
        .with_principal_id(format!("user {token}"))
        .with_context("seen", everything)
        .with_context("cookie", cookie)
        .with_context(token, key)
        .with_context("upstreamAccessToken", "the-upstreams-own-secret")
        .with_context(
            "login",
            r#"{"plan": "gold", "refreshToken": "the-upstreams-own-secret"}"#,
        ))
}

/// Repeats the request, too.
fn responses() -> GatewayResponses {
    let echo = GatewayResponse::new()
        .header("x-echo", "method.request.header.authorization")
        .header("x-echo-cookie", "method.request.header.cookie")
        .header("x-echo-query", "method.request.querystring.tenant")
        .template(
            "application/json",
            r#"{"token":"$method.request.header.authorization","key":"$method.request.header.x-api-key",
                "query":"$method.request.querystring.tenant"}"#,
        );
    let mut responses = GatewayResponses::default();
    for response_type in [
        ResponseType::AccessDenied,
        ResponseType::Unauthorized,
        ResponseType::AuthorizerConfigurationError,
    ] {
        responses = responses.with(response_type, echo.clone()).unwrap();
    }
    responses
}

async fn everything_that_is_sent(served: &Served, streamed: Vec<u8>) -> Vec<u8> {
    let mut sent = streamed;
    let list = served.get("/_authorizer/decisions").await;
    for decision in list.json()["decisions"].as_array().unwrap() {
        let story = served
            .get(&format!("/_authorizer/decisions/{}", decision["id"]))
            .await;
        sent.extend_from_slice(&story.body);
        sent.extend(format!("{:?}", story.headers).bytes());
    }
    sent.extend_from_slice(&list.body);
    sent.extend_from_slice(&served.get("/_authorizer/configuration").await.body);
    sent.extend_from_slice(&served.ask("POST", "flush", &json!({"layer": 0})).await.body);
    let question = json!({"layer": 0, "policy": r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#,
        "method": "GET", "path": "/pets"});
    sent.extend_from_slice(&served.ask("POST", "policy", &question).await.body);
    sent
}

#[tokio::test]
async fn secrets_of_requests_are_never_sent() {
    let mut random = fastrand::Rng::with_seed(7);
    for shadow in [false, true] {
        let console = Console::new();
        let layer = LambdaAuthorizerLayer::request(
            authorizer_fn(async |request| indiscreet(&request)),
            ["method.request.header.Authorization"],
        );
        let layer = layer.unwrap().gateway_responses(responses());
        let layer = if shadow {
            layer.unprotected_shadow()
        } else {
            layer
        };
        let routes = pet_routes(&Arc::default()).route_layer(console.watch("pets", layer));
        let served = serve(&console, routes, Arc::default()).await;

        let request = served
            .request("GET", "/_authorizer/events")
            .body(Full::default());
        let mut sender = served.connect().await;
        let mut stream = sender
            .send_request(request.unwrap())
            .await
            .unwrap()
            .into_body();

        let mut all = Vec::new();
        let mut sent = 0;
        for _ in 0..10 {
            let secrets = Secrets::new(&mut random);
            for (method, path) in [
                ("GET", "/pets/1"),
                ("GET", "/pets/2"),
                ("DELETE", "/pets/3"),
                ("GET", "/pets/near"),
                ("GET", "/pets/fail"),
            ] {
                // A result is reused, except for a failure and for a policy of its own.
                let secrets = if ["/pets/near", "/pets/fail"].contains(&path) {
                    &Secrets::new(&mut random)
                } else {
                    &secrets
                };
                served.visit_with(secrets.request(method, path)).await;
                all.extend(secrets.all().map(str::to_owned));
                all.push(secrets.basic());
                sent += 1;
            }
            let mut missing = secrets.request("GET", "/pets");
            missing.headers_mut().remove("authorization");
            served.visit_with(missing).await;
            sent += 1;
        }
        let mut streamed = Vec::new();
        while streamed
            .windows(5)
            .filter(|window| window == b"\"id\":")
            .count()
            < sent
        {
            let frame = stream.frame().await.unwrap().unwrap();
            streamed.extend_from_slice(&frame.into_data().unwrap());
        }

        let told = everything_that_is_sent(&served, streamed).await;
        let told = String::from_utf8(told).unwrap();
        all.push("the-upstreams-own-secret".to_owned());
        for secret in &all {
            let found = told.find(secret.as_str());
            let around = found.map(|at| told.get(at.saturating_sub(120)..at + 60));
            assert_eq!(found, None, "{around:?}");
        }
        // The test sees what it looks for.
        for shown in [
            "***",
            "upstreamAccessToken",
            "x-request-note",
            "pass word",
            "\"tenant\"",
            "ImplicitDeny",
            "ExplicitDeny",
            "AUTHORIZER_CONFIGURATION_ERROR",
            "I do not like",
            "\"hit\"",
        ] {
            assert!(told.contains(shown), "{shown}");
        }
        assert_eq!(told.contains("[\"x-echo-cookie\",\"***"), !shadow);
    }
}

/// What a credential and a text have in common may be masked, but not the page's own words.
#[tokio::test]
async fn short_and_ordinary_values_break_no_story() {
    let console = Console::new();
    let layer = LambdaAuthorizerLayer::token(authorizer_fn(async |_| {
        Ok(AuthorizerResponse::deny("*").with_principal_id("null"))
    }));
    let routes = pet_routes(&Arc::default()).route_layer(console.watch("pets", layer));
    let served = serve(&console, routes, Arc::default()).await;
    for token in [
        "true",
        "null",
        "ExplicitDeny",
        "{\"allowed\":",
        "refused",
        "\\",
        "Statement",
        "a\"b,c",
        "state",
    ] {
        let story = served.story_of("GET", "/pets", token).await;
        assert_eq!(story["outcome"], "refused", "{token}");
        let explanation = &story["explanation"];
        assert_eq!(explanation["policy"]["verdict"], "ExplicitDeny", "{token}");
        assert_eq!(explanation["allowed"], false, "{token}");
        assert!(explanation["authorizer"]["state"].is_string(), "{token}");
        assert!(
            story["methodArn"].as_str().unwrap().ends_with("/GET/pets"),
            "{token}"
        );
    }
}
