//! The event that an authorizer function receives. It equals `tests/authorizer/events/*.json`, including the order of members, and
//! the types of `aws_lambda_events` can read it.

mod types;

use std::{
    fs,
    net::SocketAddr,
    path::Path,
    sync::{Arc, Mutex},
    time::{Duration, UNIX_EPOCH},
};

use aws_lambda_events::apigw::{
    ApiGatewayCustomAuthorizerRequest, ApiGatewayCustomAuthorizerRequestTypeRequest,
    ApiGatewayV2CustomAuthorizerV1Request, ApiGatewayV2CustomAuthorizerV2Request,
};
use bytes::Bytes;
use http::{Request, Version};
use http_body_util::Empty;
use serde_json::Value;
use tower::{Layer, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    AmbiguousHosts, Api, Authorizer, AuthorizerError, AuthorizerRequest, AuthorizerResponse,
    LambdaAuthorizerLayer, ManualClock, PayloadFormatVersion, ResourceMatch, authorizer_fn,
};

use crate::empty_service::empty;

type Body = Empty<Bytes>;

/// The layer that sends the event in the golden file with this name.
fn layer<A: Authorizer>(kind: &str, authorizer: A) -> LambdaAuthorizerLayer<A> {
    let rest = [
        "method.request.header.Authorization",
        "method.request.querystring.tenant",
    ];
    let http = [
        "$request.header.Authorization",
        "$request.querystring.tenant",
    ];
    let layer = match kind {
        "token" => Ok(LambdaAuthorizerLayer::token(authorizer)),
        "rest-request" => LambdaAuthorizerLayer::request(authorizer, rest),
        "http-1.0" => LambdaAuthorizerLayer::http_api(authorizer)
            .identity_sources(http)
            .and_then(|layer| layer.payload_format_version(PayloadFormatVersion::V1)),
        "http-2.0" => LambdaAuthorizerLayer::http_api(authorizer).identity_sources(http),
        "websocket" => Ok(LambdaAuthorizerLayer::websocket_api(authorizer)),
        other => panic!("there is no kind {other}"),
    };
    let stage = if kind.starts_with("http") {
        "$default"
    } else {
        "prod"
    };
    let api = Api::new("eu-west-1", "123456789012", "a1b2c3d4e5", stage).unwrap();
    let time = UNIX_EPOCH + Duration::from_millis(1_638_384_155_035);
    layer
        .unwrap()
        .api(api.with_stage_variable("colour", "blue").unwrap())
        .ambiguous_hosts(AmbiguousHosts::AsReceived)
        .clock(ManualClock::new(time).clock())
        .resource_resolver(|request| match request.uri.path() {
            "/unknown" => ResourceMatch::new(),
            _ => ResourceMatch::new()
                .with_resource("/pets/{petId}")
                .with_path_parameter("petId", "a b"),
        })
}

/// The event of one request, as JSON.
async fn event(kind: &str, request: http::request::Builder) -> String {
    let seen = Arc::new(Mutex::new(None));
    let note = Arc::clone(&seen);
    let authorizer = authorizer_fn(move |request: AuthorizerRequest| {
        *note.lock().unwrap() = serde_json::to_string_pretty(&request.to_event()).ok();
        async { Err::<AuthorizerResponse, _>(AuthorizerError::unauthorized()) }
    });
    let service = layer(kind, authorizer).layer(service_fn(empty::<Body>));
    let address = SocketAddr::from(([203, 0, 113, 7], 4711));
    let request = request.extension(address).body(Body::new()).unwrap();
    let response = service.oneshot(request).await.unwrap();
    assert_eq!(response.status(), 401, "{kind}");
    let event = seen.lock().unwrap().take();
    event.unwrap()
}

fn request() -> http::request::Builder {
    Request::get("/pets/a%20b?tenant=acme&dup=one&dup=two&empty=&encoded=a%2Bb")
        .header("host", "api.example.com:8080")
        .header("user-agent", "curl/8.5.0")
        .header("accept-encoding", "gzip")
        .header("authorization", "Bearer foo")
        .header("cookie", "one=1; two=2")
        .header("x-mixed-header", "first")
        .header("x-mixed-header", "second")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
}

/// Masks the ids, which differ each time.
fn without_ids(event: &str) -> String {
    let lines = event.lines().map(|line| match line.split_once(": ") {
        Some((name, value)) if is_drawn(name) => {
            let comma = if value.ends_with(',') { "," } else { "" };
            format!("{name}: \"<drawn>\"{comma}")
        }
        _ => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

fn is_drawn(name: &str) -> bool {
    let ids = ["requestId", "extendedRequestId", "connectionId"];
    ids.contains(&name.trim().trim_matches('"'))
}

#[tokio::test]
async fn each_event_equals_its_golden_file() {
    for kind in ["token", "rest-request", "http-1.0", "http-2.0", "websocket"] {
        let file = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join(format!("tests/authorizer/events/{kind}.json"));
        let event = without_ids(&event(kind, request()).await);
        if std::env::var_os("WRITE_GOLDEN_FILES").is_some() {
            fs::write(&file, &event).unwrap();
        }
        let golden = fs::read_to_string(&file).unwrap();
        assert_eq!(event, golden, "{kind}");
    }
}

#[tokio::test]
async fn empty_members_are_left_out_where_api_gateway_leaves_them_out() {
    let request = || Request::get("/unknown?tenant=acme").header("authorization", "t");
    let http: Value = serde_json::from_str(&event("http-2.0", request()).await).unwrap();
    assert_eq!(http["routeKey"], "$default");
    for left_out in ["cookies", "pathParameters"] {
        assert_eq!(http.get(left_out), None, "{left_out}");
    }
    let websocket: Value = serde_json::from_str(&event("websocket", request()).await).unwrap();
    let identity = serde_json::json!({"sourceIp": "203.0.113.7"});
    assert_eq!(websocket["requestContext"]["identity"], identity);
    for kind in ["rest-request", "http-1.0"] {
        let event: Value = serde_json::from_str(&event(kind, request()).await).unwrap();
        assert_eq!(event["pathParameters"], serde_json::json!({}), "{kind}");
        assert_eq!(
            event["requestContext"]["identity"]["userAgent"],
            Value::Null
        );
    }
}

/// The authorizer has to see the value that is the key of its result.
#[tokio::test]
async fn a_repeated_header_is_read_in_the_same_way_everywhere() {
    let request = || {
        Request::get("/pets/a%20b?tenant=acme")
            .header("authorization", "first")
            .header("authorization", "second")
            .header("user-agent", "first")
            .header("user-agent", "second")
            .header("host", "first.example")
            .header("host", "second.example")
    };
    let rest: Value = serde_json::from_str(&event("rest-request", request()).await).unwrap();
    let context = &rest["requestContext"];
    assert_eq!(rest["headers"]["Authorization"], "second");
    assert_eq!(rest["headers"]["User-Agent"], "second");
    assert_eq!(context["identity"]["userAgent"], "second");
    assert_eq!(rest["headers"]["Host"], "second.example");
    assert_eq!(context["domainName"], "second.example");

    let http: Value = serde_json::from_str(&event("http-2.0", request()).await).unwrap();
    let context = &http["requestContext"];
    assert_eq!(http["identitySource"][0], "first,second");
    assert_eq!(http["headers"]["user-agent"], "first,second");
    assert_eq!(context["http"]["userAgent"], "first,second");
    assert_eq!(http["headers"]["host"], "first.example,second.example");
    assert_eq!(context["domainName"], "first.example,second.example");
}

/// A page in a browser cannot send a token in any other header.
#[tokio::test]
async fn the_protocols_of_a_handshake_are_joined_into_one_list() {
    let request = || {
        Request::get("/chat?tenant=acme")
            .header("authorization", "t")
            .header("sec-websocket-protocol", "bearer")
            .header("sec-websocket-protocol", "s3cret, chat")
            .header("sec-websocket-extensions", "one")
            .header("sec-websocket-extensions", "two")
            .header("x-other", "first")
            .header("x-other", "second")
    };
    for kind in ["websocket", "rest-request"] {
        let event: Value = serde_json::from_str(&event(kind, request()).await).unwrap();
        let (headers, all) = (&event["headers"], &event["multiValueHeaders"]);
        let protocols = &headers["Sec-WebSocket-Protocol"];
        assert_eq!(protocols, "bearer, s3cret, chat", "{kind}");
        assert_eq!(headers["Sec-WebSocket-Extensions"], "one, two", "{kind}");
        assert_eq!(headers["X-Other"], "second", "{kind}");
        let lines = serde_json::json!(["bearer", "s3cret, chat"]);
        assert_eq!(all["Sec-WebSocket-Protocol"], lines, "{kind}");
    }
}

#[tokio::test]
async fn a_handshake_has_no_content_by_default() {
    for (name, value, length) in [
        ("x-other", "1", Some("0")),
        ("content-length", "7", None),
        ("transfer-encoding", "chunked", None),
    ] {
        let handshake = request().header(name, value);
        let event: Value = serde_json::from_str(&event("websocket", handshake).await).unwrap();
        let added = event["headers"]["content-length"].as_str();
        assert_eq!(added, length, "{name}");
        let all = &event["multiValueHeaders"]["content-length"];
        assert_eq!(all[0].as_str(), length, "{name}");
    }
    let rest: Value = serde_json::from_str(&event("rest-request", request()).await).unwrap();
    let headers = rest["headers"].as_object().unwrap();
    assert!(
        !headers
            .keys()
            .any(|name| name.eq_ignore_ascii_case("content-length"))
    );
}

/// The identity, which is the key of the result, is the same list that the authorizer sees.
#[tokio::test]
async fn the_protocols_of_a_handshake_are_one_identity() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let note = Arc::clone(&seen);
    let layer =
        LambdaAuthorizerLayer::websocket_api(authorizer_fn(move |request: AuthorizerRequest| {
            let name = "sec-websocket-protocol";
            assert_eq!(
                request.header(name).as_deref(),
                Some(&*request.identity()[0])
            );
            note.lock().unwrap().extend_from_slice(request.identity());
            async { Err::<AuthorizerResponse, _>(AuthorizerError::unauthorized()) }
        }));
    let sources = "route.request.header.Sec-WebSocket-Protocol";
    let layer = layer.identity_sources(sources).unwrap();
    let service = layer.layer(service_fn(empty::<Body>));
    let request = Request::get("/chat")
        .header("sec-websocket-protocol", "bearer")
        .header("sec-websocket-protocol", "s3cret");
    let response = service.oneshot(request.body(Body::new()).unwrap()).await;
    assert_eq!(response.unwrap().status(), 401);
    assert_eq!(*seen.lock().unwrap(), ["bearer, s3cret"]);
}

#[tokio::test]
async fn the_target_of_http_2_is_the_host() {
    let request = Request::get("https://api.example.com/pets/1?tenant=acme")
        .version(Version::HTTP_2)
        .header("authorization", "t")
        .header("host", "other.example");
    let event: Value = serde_json::from_str(&event("rest-request", request).await).unwrap();
    assert_eq!(event["headers"]["Host"], "api.example.com");
    let domain_name = &event["requestContext"]["domainName"];
    assert_eq!(domain_name, "api.example.com");
}

#[tokio::test]
async fn the_ids_are_those_of_the_response() {
    let event = event("rest-request", request()).await;
    let event: Value = serde_json::from_str(&event).unwrap();
    let context = &event["requestContext"];
    assert_eq!(context["requestId"].as_str().unwrap().len(), 36);
    assert_eq!(context["extendedRequestId"].as_str().unwrap().len(), 16);
}
