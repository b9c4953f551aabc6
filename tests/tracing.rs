//! The `tracing` event of each decision.
#![allow(clippy::unwrap_used)]

#[path = "support/empty_service.rs"]
mod empty_service;
#[path = "support/nobody.rs"]
mod nobody;

use std::{
    convert::Infallible,
    future::{Ready, pending, ready},
    io::{self, Write},
    sync::{Arc, Mutex},
};

use aws_sdk_lambda::{
    Client, Config,
    config::{BehaviorVersion, Credentials, Region},
};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Empty;
use serde_json::json;
use tower::{Layer, Service, ServiceExt, service_fn, util::ServiceFn};
use tower_lambda_authorizer::{
    AnonymousRequests, AuthorizerError, AuthorizerRequest, AuthorizerResponse,
    LambdaAuthorizerLayer, authorizer_fn,
    gateway_responses::{GatewayResponse, GatewayResponses, ResponseType},
    lambda::{LambdaFunction, SdkInvoke},
    openapi::{ApiDefinition, UnknownRoutes},
};
use tracing::{Level, subscriber::DefaultGuard};

use self::nobody::nobody;

use self::empty_service::empty;

type Body = Empty<Bytes>;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Records what this thread logs from now on, down to this level.
    fn begin(level: Level) -> (Self, DefaultGuard) {
        let log = Self::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(level)
            .without_time()
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        (log, tracing::subscriber::set_default(subscriber))
    }

    fn taken(&self) -> String {
        let bytes = std::mem::take(&mut *self.0.lock().unwrap());
        String::from_utf8(bytes).unwrap()
    }
}

#[tokio::test]
async fn what_an_authorizer_logs_is_in_the_span_of_its_call() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .without_time()
        .with_ansi(false)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::CLOSE)
        .with_writer(move || writer.clone())
        .finish();
    let _recording = tracing::subscriber::set_default(subscriber);
    let layer = LambdaAuthorizerLayer::token(authorizer_fn(async |request| {
        tracing::info!(target: "pets", "asking the database");
        authorize(&request)
    }))
    .authorizer_name("pets");
    let service = layer.layer(service_fn(empty::<Body>));
    for (token, end) in [
        ("allow", "outcome=\"answered\""),
        (
            "broken",
            "outcome=\"failed\" error.type=\"failed\" otel.status_code=\"ERROR\"",
        ),
    ] {
        let request = Request::get("/pets").header("authorization", token);
        let request = request.body(Body::new()).unwrap();
        service.clone().oneshot(request).await.unwrap();
        let logged = log.taken();
        let in_span = "INFO authorizer_call{authorizer=\"pets\"}: pets: asking the database";
        assert!(logged.contains(in_span), "{logged}");
        let closed = format!(
            "INFO authorizer_call{{authorizer=\"pets\" {end}}}: tower_lambda_authorizer: close"
        );
        assert!(logged.contains(&closed), "{logged}");
    }
}

/// So a tracer finds the call's own span when it is asked for what the function should continue.
#[tokio::test]
async fn a_function_is_invoked_in_the_span_of_the_call() {
    let (log, _recording) = Log::begin(Level::INFO);
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(Credentials::new(
            "AKIDEXAMPLE",
            "secret",
            None,
            None,
            "test",
        ))
        .endpoint_url(format!("http://{}", nobody()))
        .http_client(aws_smithy_http_client::Builder::new().build_http());
    let invoke = SdkInvoke::new(Client::from_conf(config.build()), "pets").unwrap();
    let invoke = invoke.attempts(1).unwrap().trace_header(|| {
        tracing::info!(target: "tracer", "asked");
        None
    });
    let layer = LambdaAuthorizerLayer::token(LambdaFunction::new(invoke)).authorizer_name("pets");
    let service = layer.layer(service_fn(empty::<Body>));
    let request = Request::get("/pets").header("authorization", "t");
    let sent = service.oneshot(request.body(Body::new()).unwrap()).await;
    assert_eq!(sent.unwrap().status(), 500);
    let logged = log.taken();
    let in_span = "INFO authorizer_call{authorizer=\"pets\"}: tracer: asked";
    assert!(logged.contains(in_span), "{logged}");
}

fn authorize(request: &AuthorizerRequest) -> Result<AuthorizerResponse, AuthorizerError> {
    match request.token() {
        Some("allow") => Ok(AuthorizerResponse::allow(request.method_arn())),
        Some("deny") => Ok(AuthorizerResponse::deny(request.method_arn())),
        Some("broken") => Err(AuthorizerError::new("the database is down")),
        other => Err(AuthorizerError::new(format!("who is {other:?}?"))),
    }
}

async fn call(request: http::request::Builder) {
    call_with(GatewayResponses::default(), request).await;
}

async fn call_with(responses: GatewayResponses, request: http::request::Builder) {
    let layer = LambdaAuthorizerLayer::token(authorizer_fn(async |request| authorize(&request)))
        .gateway_responses(responses);
    send(&layer, request).await;
}

type Inner = fn(Request<Body>) -> Ready<Result<Response<Body>, Infallible>>;

/// Sends a request to a service behind this layer.
async fn send<L>(layer: &L, request: http::request::Builder)
where
    L: Layer<ServiceFn<Inner>, Service: Service<Request<Body>, Error = Infallible>>,
{
    let inner: Inner = |_| ready(Ok(Response::new(Body::new())));
    let request = request.body(Body::new()).unwrap();
    let Ok(_) = layer.layer(service_fn(inner)).oneshot(request).await;
}

fn with_token(token: &str) -> http::request::Builder {
    Request::get("/pets").header("authorization", token)
}

/// The 401 that is the reason why the crate exists, as a line of a log.
#[tokio::test]
async fn a_401_without_an_invocation_has_an_event() {
    let (log, _guard) = Log::begin(Level::DEBUG);
    call(Request::get("/pets")).await;
    assert_eq!(
        log.taken(),
        "DEBUG tower_lambda_authorizer: the identity source `method.request.header.Authorization` is missing; \
         the authorizer was not invoked decision=\"refuse\" response_type=\"UNAUTHORIZED\" \
         reason=\"identity_source_missing\" status=401 method_arn=arn:aws:execute-api:us-east-1:000000000000:placeholder/local/GET/pets cache=\"not_asked\" \
         remedy=\"send the header `Authorization`; without it, the gateway answers by itself and does not invoke \
         the authorizer, so the function's log shows nothing\"\n"
    );
}

#[tokio::test]
async fn each_decision_has_one_event_of_its_level() {
    let (log, _guard) = Log::begin(Level::TRACE);
    for (token, level, decision) in [
        ("allow", "TRACE", "allow"),
        ("deny", "DEBUG", "refuse"),
        ("broken", "ERROR", "refuse"),
    ] {
        call(with_token(token)).await;
        let text = log.taken();
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(text.trim_start().starts_with(level), "{text}");
        assert!(text.contains(&format!("decision=\"{decision}\"")), "{text}");
        assert!(text.contains("/GET/pets"), "{text}");
        assert!(text.contains("cache=\"missed\""), "{text}");
    }
}

#[tokio::test]
async fn each_pass_without_a_result_has_one_event() {
    let (log, _guard) = Log::begin(Level::TRACE);
    let layer = LambdaAuthorizerLayer::token(authorizer_fn(async |request| authorize(&request)))
        .exempt_preflights()
        .anonymous_requests(AnonymousRequests::PassOn)
        .unwrap();
    let preflight = Request::options("/pets")
        .header("origin", "https://pets.example")
        .header("access-control-request-method", "GET");
    send(&layer, preflight).await;
    assert_eq!(
        log.taken(),
        "TRACE tower_lambda_authorizer: a CORS preflight was let through decision=\"exempt\"\n"
    );
    send(&layer, Request::get("/pets")).await;
    assert_eq!(
        log.taken(),
        "TRACE tower_lambda_authorizer: a request without credentials was let through decision=\"anonymous\"\n"
    );
    let api = json!({"openapi": "3.0.1", "paths": {"/health": {"get": {}}}});
    let definition = ApiDefinition::from_openapi(&api.to_string()).unwrap();
    let definition = definition.unknown_routes(UnknownRoutes::PassOn);
    let layer = definition.into_layer().unwrap();
    for path in ["/health", "/unknown"] {
        send(&layer, Request::get(path)).await;
        assert_eq!(
            log.taken(),
            "TRACE tower_lambda_authorizer: a request that has no authorizer was let through \
             decision=\"open\"\n"
        );
    }
}

#[tokio::test]
async fn a_request_that_is_dropped_while_it_waits_has_one_event() {
    let (log, _guard) = Log::begin(Level::TRACE);
    let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| {
        pending::<Result<AuthorizerResponse, AuthorizerError>>()
    }));
    let mut waiting = tokio_test::task::spawn(send(&layer, with_token("allow")));
    tokio_test::assert_pending!(waiting.poll());
    assert_eq!(log.taken(), "");
    drop(waiting);
    assert_eq!(
        log.taken(),
        "TRACE tower_lambda_authorizer: a request was dropped while it waited for the authorizer \
         decision=\"cancelled\"\n"
    );
}

#[tokio::test]
async fn only_broken_authorizers_are_logged_by_default() {
    let (log, _guard) = Log::begin(Level::INFO);
    for token in ["allow", "deny"] {
        call(with_token(token)).await;
    }
    call(Request::get("/pets")).await;
    assert_eq!(log.taken(), "");
    call(with_token("broken")).await;
    assert!(log.taken().contains("the database is down"));
}

/// The one line says what the policy lacks.
#[tokio::test]
async fn the_event_of_an_implicit_deny_names_what_came_closest() {
    let (log, _guard) = Log::begin(Level::DEBUG);
    let layer = LambdaAuthorizerLayer::token(authorizer_fn(async |_| {
        Ok(AuthorizerResponse::allow(
            "arn:aws:execute-api:*:*:*/*/GET/dogs",
        ))
    }));
    let service = layer.layer(service_fn(empty::<Body>));
    let request = with_token("allow").body(Body::new()).unwrap();
    service.oneshot(request).await.unwrap();
    let text = log.taken();
    let told = "; `Statement[0]` comes closest: path: `dogs` does not cover `pets` decision=";
    assert!(text.contains(told), "{text}");
}

#[tokio::test]
async fn a_header_that_is_left_out_is_logged() {
    let (log, _guard) = Log::begin(Level::WARN);
    let response = GatewayResponse::new().header("x-name", "method.request.querystring.name");
    let responses = GatewayResponses::default().with(ResponseType::Unauthorized, response);
    let responses = responses.unwrap();
    call_with(responses.clone(), Request::get("/pets?name=a%0ab")).await;
    assert!(log.taken().contains("header=x-name"));
    call_with(responses, Request::get("/pets?name=ab")).await;
    assert_eq!(log.taken(), "");
}

#[tokio::test]
async fn no_event_contains_a_credential() {
    let (log, _guard) = Log::begin(Level::TRACE);
    let secret = format!("s3cr3t{:016x}", fastrand::u64(..));
    let requests = [
        with_token(&secret),
        with_token("allow").header("cookie", format!("session={secret}")),
        Request::get(format!("/pets?token={secret}")).header("authorization", "deny"),
        Request::get(format!("/pets?token={secret}")).header("x-api-key", &secret),
    ];
    for request in requests {
        call(request).await;
    }
    let text = log.taken();
    assert_eq!(text.lines().count(), 4, "{text}");
    assert!(!text.contains(&secret), "{text}");
}

#[tokio::test]
async fn a_hit_in_a_nested_router_is_logged_with_its_whole_path() {
    let (log, _recording) = Log::begin(Level::TRACE);
    let layer =
        LambdaAuthorizerLayer::token(authorizer_fn(async |_| Ok(AuthorizerResponse::allow("*"))));
    let pets = axum::Router::new().route("/cats", axum::routing::get("a cat"));
    let app: axum::Router = axum::Router::new().nest("/pets", pets.route_layer(layer));
    for cache in ["missed", "hit"] {
        let request = Request::get("/pets/cats").header("authorization", "t");
        let request = request.body(axum::body::Body::empty()).unwrap();
        app.clone().oneshot(request).await.unwrap();
        let logged = log.taken();
        let expected = format!("local/GET/pets/cats cache=\"{cache}\"");
        assert!(logged.contains(&expected), "{logged}");
    }
}

/// On an HTTP API, the path in the ARN is decoded.
#[tokio::test]
async fn the_event_of_an_allowed_request_has_the_arn_that_policies_match() {
    let (log, _recording) = Log::begin(Level::TRACE);
    let authorizer =
        authorizer_fn(async |_| Ok(AuthorizerResponse::allow("*").with_principal_id("ann")));
    let layer = LambdaAuthorizerLayer::http_api(authorizer);
    let service = layer.layer(service_fn(empty::<Body>));
    let request = Request::get("/pets/a%20b").header("authorization", "t");
    let request = request.body(Body::new()).unwrap();
    service.oneshot(request).await.unwrap();
    let logged = log.taken();
    assert!(logged.contains("/$default/GET/pets/a b cache"), "{logged}");
}
