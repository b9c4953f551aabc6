//! The access log: its formats, what a value may not do to a line, and the formats that are refused.

mod escaping;
mod formats;
mod secrets;
mod variables;

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
    time::{Duration, UNIX_EPOCH},
};

use bytes::Bytes;
use http::{Request, Response, request::Builder};
use http_body_util::Full;
use tower::{Layer, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    Api, AuthorizerError, AuthorizerRequest, AuthorizerResponse, BoxAuthorizer, ClientIp,
    LambdaAuthorizerLayer, ManualClock, ResourceMatch, authorizer_fn,
    observing::{AccessLog, LogFormat},
};

type Body = Full<Bytes>;
type Layered = LambdaAuthorizerLayer<BoxAuthorizer>;

/// A layer for the token in `Authorization`.
fn layer() -> Layered {
    arranged(LambdaAuthorizerLayer::token(authorizer()))
}

/// The layer for the API `a1b2`, at noon, for a client at 203.0.113.7, with results that are kept for a minute.
fn arranged(layer: Layered) -> Layered {
    let noon = UNIX_EPOCH + Duration::from_secs(1_638_360_000);
    layer
        .api(Api::new("eu-west-1", "123456789012", "a1b2", "prod").unwrap())
        .clock(ManualClock::new(noon).clock())
        .client_ip(ClientIp::from_fn(|_| Some([203, 0, 113, 7].into())))
        .resource_resolver(|_| ResourceMatch::new().with_resource("/pets/{petId}"))
        .result_ttl(Duration::from_secs(60))
        .unwrap()
}

/// Allows `good`, denies `bad`, does not know `unknown`, and fails with any other token in its message. The context of
/// the caller has the value of the header `x-context`.
fn authorizer() -> BoxAuthorizer {
    BoxAuthorizer::new(authorizer_fn(async |request: AuthorizerRequest| {
        let token = request.identity().first().cloned().unwrap_or_default();
        let context = request.headers().get("x-context");
        let context = context.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        let said = |response: AuthorizerResponse| {
            let response = response.with_principal_id("ann");
            let value = context.unwrap_or_default().replace("\\n", "\n");
            response
                .with_context("level", 3)
                .with_context("sent", value)
        };
        match token.as_str() {
            "good" => Ok(said(AuthorizerResponse::allow("*"))),
            "bad" => Ok(said(AuthorizerResponse::deny("*"))),
            "unknown" => Err(AuthorizerError::unauthorized()),
            other => Err(AuthorizerError::new(format!("no such token: {other}"))),
        }
    }))
}

fn get(token: &str) -> Builder {
    Request::get("/pets/7?size=small")
        .header("user-agent", "curl/8")
        .header("authorization", token)
}

/// The lines for these requests, which arrive one after the other.
async fn lines(layer: Layered, log: AccessLog, requests: Vec<Builder>) -> Vec<String> {
    let written = Arc::new(Mutex::new(Vec::new()));
    let note = Arc::clone(&written);
    let layer = layer.observe(log.to_fn(move |line| note.lock().unwrap().push(line.to_owned())));
    send(&layer, requests).await;
    std::mem::take(&mut *written.lock().unwrap())
}

async fn send(layer: &Layered, requests: Vec<Builder>) {
    let service = layer.layer(service_fn(async |_: Request<Body>| {
        Ok::<_, Infallible>(Response::new(Body::default()))
    }));
    for request in requests {
        let request = request.body(Body::default()).unwrap();
        service.clone().oneshot(request).await.unwrap();
    }
}

/// The only line for one request.
async fn line(log_format: LogFormat, format: &str, request: Builder) -> String {
    let log = AccessLog::new(log_format, format).unwrap();
    let mut lines = lines(layer(), log, vec![request]).await;
    assert_eq!(lines.len(), 1);
    lines.remove(0)
}
