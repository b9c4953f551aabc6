//! A decision says what the authorizer, the service and the client have seen.

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
    time::{Duration, UNIX_EPOCH},
};

use axum::{Router, extract::ConnectInfo, routing::get};
use futures_util::FutureExt;
use http::{Method, Request, Response, StatusCode};
use http_body_util::Empty;
use serde_json::Value;
use tower::{Layer, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    AuthorizerRequest, AuthorizerResponse, ClientIp, LambdaAuthorizerLayer, ManualClock,
    ResourceMatch, authorizer_fn,
    gateway_responses::{GatewayResponse, GatewayResponses, ResponseType},
    observing::{AccessLog, Decision},
    openapi::ApiDefinition,
    request_body::{ReadBody, ReadRequestBodyLayer},
    testing::{Harness, ProtectedService, TestBody},
};

use super::{Notes, layer, send, tokens};

const CLIENT: [u8; 4] = [203, 0, 113, 7];

/// On an HTTP API, the path in the ARN is decoded.
#[tokio::test]
async fn the_method_arn_is_the_one_that_the_authorizer_and_the_policy_see() {
    let (notes, asked) = (Notes::default(), Notes::default());
    let noted = asked.clone();
    let authorizer = authorizer_fn(move |request: AuthorizerRequest| {
        noted.note(request.method_arn().to_string());
        async move {
            match request.identity().first().map(String::as_str) {
                Some("hangs") => std::future::pending().await,
                _ => Ok(
                    AuthorizerResponse::allow("arn:aws:execute-api:*:*:*/*/GET/pets/a b")
                        .with_principal_id("ann"),
                ),
            }
        }
    });
    let observed = notes.clone();
    let layer = LambdaAuthorizerLayer::http_api(authorizer)
        .result_ttl(Duration::from_secs(60))
        .unwrap()
        .observe(move |decision: &Decision<'_>| {
            observed.note(format!("{} {}", decision.outcome(), decision.method_arn()));
        });
    let harness = Harness::new(layer);
    let get = |path: &str, token| harness.get(path).header("authorization", token);
    get("/pets/a%20b", "t").send().await.assert_allowed();
    get("/pets/a%20b", "t").send().await.assert_allowed();
    get("/pets/a%2Db", "t").send().await.assert_denied();
    assert!(get("/pets/a%20b", "hangs").send().now_or_never().is_none());
    let arn = asked.taken().remove(0);
    assert!(arn.ends_with("/GET/pets/a b"), "{arn}");
    assert_eq!(
        notes.taken(),
        [
            format!("allowed {arn}"),
            format!("allowed {arn}"),
            format!("refused {}", arn.replace("a b", "a-b")),
            format!("cancelled {arn}"),
        ]
    );
}

/// A client that goes away early must not become nameless.
#[tokio::test]
async fn a_cancelled_request_has_its_address_and_its_whole_path() {
    let notes = Notes::default();
    let noted = notes.clone();
    let layer = layer().observe(move |decision: &Decision<'_>| {
        let address = decision.source_ip().map(|address| address.to_string());
        let (outcome, path) = (decision.outcome(), decision.path());
        noted.note(format!("{outcome} {path} {address:?}"));
    });
    let pets = Router::new().route("/{id}", get("a cat"));
    let app: Router = Router::new().nest("/pets", pets.route_layer(layer));
    for token in ["hangs", "good", "good", "deny"] {
        let request = Request::get("/pets/7")
            .header("authorization", token)
            .extension(ConnectInfo(SocketAddr::from((CLIENT, 7000))))
            .body(axum::body::Body::empty())
            .unwrap();
        let _ = app.clone().oneshot(request).now_or_never();
    }
    let address: IpAddr = CLIENT.into();
    assert_eq!(
        notes.taken(),
        ["cancelled", "allowed", "allowed", "refused"]
            .map(|outcome| format!("{outcome} /pets/7 Some(\"{address}\")"))
    );
}

/// Also if only the application's function knows the path.
#[tokio::test]
async fn an_exempt_request_has_its_whole_path() {
    let notes = Notes::default();
    let layer = layer()
        .exempt_preflights()
        .resource_resolver(|_| {
            ResourceMatch::new().with_original_uri("/whole/pets".parse().unwrap())
        })
        .observe(notes.clone());
    let harness = Harness::new(layer);
    let preflight = harness.request(Method::OPTIONS, "/pets");
    let preflight = preflight.header("origin", "https://a.example");
    preflight
        .header("access-control-request-method", "GET")
        .send()
        .await;
    assert_eq!(
        notes.taken(),
        ["OPTIONS /whole/pets exempt not_asked - 0 -"]
    );
}

#[tokio::test]
async fn the_status_is_the_clients() {
    let teapot = GatewayResponse::new().status(StatusCode::IM_A_TEAPOT);
    let customised = GatewayResponses::default()
        .with(ResponseType::AccessDenied, teapot)
        .unwrap();
    let mapped = GatewayResponses::default().map_response(|_, mut response| {
        *response.status_mut() = StatusCode::NOT_FOUND;
        response
    });
    for (responses, expected) in [
        (GatewayResponses::default(), 403),
        (customised, 418),
        (GatewayResponses::default().grpc(), 200),
        (mapped, 404),
    ] {
        let notes = Notes::default();
        let layer = layer().gateway_responses(responses).observe(notes.clone());
        let harness = Harness::new(layer);
        let denied = harness.post("/pets").header("authorization", "deny");
        let denied = denied.header("content-type", "application/grpc");
        assert_eq!(denied.send().await.status(), expected);
        let told = format!("POST /pets refused missed user-2 {expected} ACCESS_DENIED");
        assert_eq!(notes.taken().last(), Some(&told));
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_reported_as_the_refusal_that_it_is() {
    let notes = Notes::default();
    let layer = LambdaAuthorizerLayer::request(tokens(), "method.request.header.authorization")
        .unwrap()
        .request_body()
        .unwrap()
        .observe(notes.clone());
    let app = ReadRequestBodyLayer::new(3).layer(layer.layer(service_fn(
        async |_: Request<ReadBody<TestBody>>| {
            Ok::<_, Infallible>(Response::new(Empty::<bytes::Bytes>::new()))
        },
    )));
    let harness = Harness::app(app);
    let post = harness
        .post("/pets")
        .header("authorization", "good")
        .body("four");
    assert_eq!(post.send().await.status(), 413);
    assert_eq!(
        notes.taken(),
        ["POST /pets refused not_asked - 413 REQUEST_TOO_LARGE"]
    );
}

/// A clone of a layer has the same cache and can have other observers.
#[tokio::test]
async fn a_call_is_told_to_the_observers_of_the_request_that_began_it() {
    let (first, second) = (Notes::default(), Notes::default());
    let clock = ManualClock::new(UNIX_EPOCH);
    let base = layer().clock(clock.clock());
    let began = Harness::new(base.clone().observe(first.clone()));
    let joined = Harness::new(base.observe(second.clone()));
    let (mut one, mut two) = (
        Box::pin(send(&began, "hangs")),
        Box::pin(send(&joined, "hangs")),
    );
    assert!((&mut one).now_or_never().is_none());
    assert!((&mut two).now_or_never().is_none());
    assert_eq!(
        (first.taken(), second.taken()),
        (vec!["began".to_owned()], vec![])
    );
    drop(one);
    let cancelled = "GET /pets cancelled not_asked - 0 -";
    assert_eq!(
        (first.taken(), second.taken()),
        (vec![cancelled.to_owned()], vec![])
    );
    drop(two);
    assert_eq!(first.taken(), ["ended abandoned pets 0ns"]);
    assert_eq!(second.taken(), [cancelled]);
}

/// Behind proxies, a request that no authorizer's layer sees has its client's address, too.
#[tokio::test]
async fn all_decisions_of_a_whole_api_have_the_clients_address() {
    let notes = Notes::default();
    let noted = notes.clone();
    let api = ApiDefinition::from_openapi(super::WHOLE_API)
        .unwrap()
        .authorizer("pets", tokens())
        .unwrap()
        .client_ip(ClientIp::from_fn(|parts| {
            parts.headers.get("x-client")?.to_str().ok()?.parse().ok()
        }))
        .observe(move |decision: &Decision<'_>| {
            noted.note(format!("{} {:?}", decision.outcome(), decision.source_ip()));
        });
    let harness = Harness::app(api.into_layer().unwrap().layer(ProtectedService::new()));
    for path in ["/pets", "/open", "/unknown", "/pe%74s"] {
        let request = harness.get(path).header("authorization", "good");
        request.header("x-client", "203.0.113.7").send().await;
    }
    let told = ["allowed", "open", "refused", "refused"];
    assert_eq!(
        notes.taken(),
        told.map(|outcome| format!("{outcome} Some(203.0.113.7)"))
    );
}

/// The observer learns what the client gets, for each type of API.
#[tokio::test]
async fn the_response_is_the_clients_on_each_type_of_api() {
    for layer in [
        LambdaAuthorizerLayer::token(tokens()),
        LambdaAuthorizerLayer::http_api(tokens()),
        LambdaAuthorizerLayer::websocket_api(tokens()),
    ] {
        let notes = Notes::default();
        let noted = notes.clone();
        let log = AccessLog::json(
            r#"{"status":$context.status,"message":"$context.error.message","type":"$context.error.responseType"}"#,
        );
        let layer = layer.observe(log.unwrap().to_fn(move |line| noted.note(line.to_owned())));
        let harness = Harness::new(layer);
        for token in ["", "deny", "said", "broken"] {
            let request = match token {
                "" => harness.get("/pets"),
                token => harness.get("/pets").header("authorization", token),
            };
            let response = request.send().await;
            let told: Value = serde_json::from_str(&notes.taken()[0]).unwrap();
            assert_eq!(told["status"], response.status().as_u16(), "{told}");
            let response_type = response.denial().unwrap().response_type();
            assert_eq!(told["type"], response_type.as_str(), "{told}");
            let body: Value = serde_json::from_slice(response.body()).unwrap_or_default();
            let message = body.get("message").or(body.get("Message"));
            let message = message.and_then(Value::as_str).unwrap_or("-");
            assert_eq!(told["message"], message, "{token} {told} {body}");
        }
    }
}
