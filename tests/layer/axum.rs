//! The layer in real axum routers: in the same process, or over sockets if the connection matters.
#![cfg(feature = "axum")]

mod authorized;
mod identity_sources;
mod nested_guards;
mod nested_routers;
mod rewritten;

use std::{
    net::SocketAddr,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use crate::support::{self, Asked, as_told, text};
use axum::{
    Json, Router,
    body::Body,
    extract::{Path, connect_info::MockConnectInfo},
    middleware::ResponseAxumBodyLayer,
    routing::{any, get as on_get, post},
};
use http::{Method, Request, Response, StatusCode, Uri, header};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tower::{Layer, ServiceExt, util::option_layer};
use tower_lambda_authorizer::{
    Api, AuthorizerContext, BoxAuthorizer, ClientIp, Denial, IdentitySources,
    LambdaAuthorizerLayer, ResourceMatch,
};

const ARN: &str = "arn:aws:execute-api:us-east-1:000000000000:placeholder/local";

fn token_layer(asked: &Asked) -> LambdaAuthorizerLayer<BoxAuthorizer> {
    uncached(LambdaAuthorizerLayer::token(as_told(asked)))
}

/// A REQUEST authorizer. Its last identity source tells it what to do.
fn request_layer(asked: &Asked, sources: &[&str]) -> LambdaAuthorizerLayer<BoxAuthorizer> {
    let sources = IdentitySources::try_from(sources).unwrap();
    uncached(LambdaAuthorizerLayer::request(as_told(asked), sources).unwrap())
}

/// An HTTP API's authorizer. Its last identity source is the token.
fn http_layer(asked: &Asked, sources: &[&str]) -> LambdaAuthorizerLayer<BoxAuthorizer> {
    let sources = [sources, &["$request.header.Authorization"]].concat();
    let layer = LambdaAuthorizerLayer::http_api(as_told(asked));
    uncached(layer.identity_sources(sources).unwrap())
}

/// Disables the cache, since these tests count calls to the authorizer.
fn uncached(layer: LambdaAuthorizerLayer<BoxAuthorizer>) -> LambdaAuthorizerLayer<BoxAuthorizer> {
    layer.result_ttl(Duration::ZERO).unwrap()
}

fn get(uri: &str, token: &str) -> Request<Body> {
    support::get(uri, token)
}

fn get_without_token(uri: &str) -> Request<Body> {
    Request::get(uri).body(Body::empty()).unwrap()
}

async fn hello(context: AuthorizerContext) -> Json<Value> {
    let values: Vec<_> = context.iter().collect();
    Json(json!({"principal": context.principal_id(), "context": values}))
}

async fn status(app: &Router, request: Request<Body>) -> StatusCode {
    let response = app.clone().oneshot(request).await;
    let Ok(response) = response;
    response.status()
}

fn parameters(asked: &Asked) -> Vec<(String, String)> {
    let request = asked.last();
    let parameters = request.path_parameters();
    parameters
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// Serves a router that knows its peers' addresses.
async fn serve(app: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(axum::serve(listener, app).into_future());
    address
}

/// Sends requests over real connections.
async fn send(
    address: SocketAddr,
    mut request: Request<Body>,
) -> Response<impl http_body::Body<Data = bytes::Bytes, Error = hyper::Error>> {
    *request.uri_mut() = format!("http://{address}{}", request.uri())
        .parse()
        .unwrap();
    let client =
        Client::builder(TokioExecutor::new()).build::<HttpConnector, Body>(HttpConnector::new());
    client.request(request).await.unwrap()
}

#[tokio::test]
async fn route_layer_guards_routes_and_leaves_unknown_ones_404() {
    let asked = Asked::default();
    let app = Router::new()
        .route("/pets", on_get(hello))
        .route_layer(token_layer(&asked));
    assert_eq!(status(&app, get_without_token("/pets")).await, 401);
    assert_eq!(status(&app, get("/pets", "deny")).await, 403);
    assert_eq!(status(&app, get("/pets", "allow")).await, 200);
    assert_eq!(asked.count(), 2);
    assert_eq!(status(&app, get("/unknown", "allow")).await, 404);
    assert_eq!(asked.count(), 2);
}

#[tokio::test]
async fn a_routers_layer_also_guards_unknown_routes() {
    let asked = Asked::default();
    let app = Router::new()
        .route("/pets", on_get(hello))
        .layer(token_layer(&asked));
    assert_eq!(status(&app, get("/pets", "allow")).await, 200);
    assert_eq!(status(&app, get("/unknown", "deny")).await, 403);
    assert_eq!(asked.last().resource(), None);
    assert_eq!(status(&app, get("/unknown", "allow")).await, 404);
    assert_eq!(asked.count(), 3);
}

#[tokio::test]
async fn a_method_routers_layer_guards_only_its_methods() {
    let asked = Asked::default();
    let guarded = on_get(hello)
        .layer(token_layer(&asked))
        .post(async || "open");
    let app = Router::new().route("/pets", guarded);
    assert_eq!(status(&app, get_without_token("/pets")).await, 401);
    assert_eq!(status(&app, get("/pets", "allow")).await, 200);
    assert_eq!(
        status(&app, Request::post("/pets").body(Body::empty()).unwrap()).await,
        200
    );
    assert_eq!(asked.count(), 1);
}

#[tokio::test]
async fn around_a_served_router_the_layer_runs_before_routing() {
    let asked = Asked::default();
    let router = Router::new().route("/pets/{petId}", on_get(hello));
    // `axum::serve` accepts only axum's body. A router converts the layer's body into it.
    let app = Router::new().fallback_service(token_layer(&asked).layer(router));
    let address = serve(app).await;
    let response = send(address, get_without_token("/unknown")).await;
    assert_eq!(response.status(), 401);
    assert_eq!(send(address, get("/unknown", "allow")).await.status(), 404);
    let response = send(address, get("/pets/7?a=b", "allow")).await;
    assert_eq!(response.status(), 200);
    let body: Value = serde_json::from_str(&text(response).await).unwrap();
    assert_eq!(
        body,
        json!({"principal": "user-1", "context": [["level", "3"]]})
    );
    assert_eq!(
        asked.last().method_arn().as_str(),
        format!("{ARN}/GET/pets/7")
    );
    assert_eq!(asked.last().resource(), None);
    assert_eq!(asked.last().source_ip(), Some([127, 0, 0, 1].into()));
}

#[tokio::test]
async fn with_axums_body_the_layer_can_be_optional_and_a_whole_router_be_served() {
    let asked = Asked::default();
    let router = || Router::new().route("/pets", on_get(hello));
    let optional = |layer: Option<LambdaAuthorizerLayer<BoxAuthorizer>>| {
        option_layer(layer.map(|layer| (ResponseAxumBodyLayer, layer)))
    };
    let open = Router::new().route("/pets", on_get(async || "open"));
    let open = open.layer(optional(None));
    assert_eq!(status(&open, get_without_token("/pets")).await, 200);
    for app in [
        router().layer(optional(Some(token_layer(&asked)))),
        router().route_layer(optional(Some(token_layer(&asked)))),
    ] {
        assert_eq!(status(&app, get_without_token("/pets")).await, 401);
        assert_eq!(status(&app, get("/pets", "deny")).await, 403);
        assert_eq!(status(&app, get("/pets", "allow")).await, 200);
    }

    let app = (ResponseAxumBodyLayer, token_layer(&asked)).layer(router());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = axum::ServiceExt::<axum::extract::Request>::into_make_service(app);
    tokio::spawn(axum::serve(listener, app).into_future());
    let refused = send(address, get_without_token("/unknown")).await;
    assert_eq!(refused.headers()[header::CONTENT_LENGTH], "26");
    assert_eq!(text(refused).await, r#"{"message":"Unauthorized"}"#);
    assert_eq!(send(address, get("/unknown", "allow")).await.status(), 404);
    assert_eq!(send(address, get("/pets", "allow")).await.status(), 200);
}

#[tokio::test]
async fn a_refusal_on_the_wire_has_its_length_and_no_body_for_head() {
    let app = Router::new()
        .route("/pets", on_get(hello))
        .layer(token_layer(&Asked::default()));
    let address = serve(app).await;
    for (method, body) in [
        (Method::GET, r#"{"message":"Unauthorized"}"#),
        (Method::HEAD, ""),
    ] {
        let request = Request::builder().method(&method).uri("/pets");
        let response = send(address, request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), 401, "{method}");
        let headers = response.headers().clone();
        assert_eq!(headers[header::CONTENT_LENGTH], "26", "{method}");
        assert_eq!(
            headers[header::CONTENT_TYPE],
            "application/json",
            "{method}"
        );
        assert_eq!(
            headers["x-amzn-errortype"], "UnauthorizedException",
            "{method}"
        );
        assert!(!headers.contains_key(header::TRANSFER_ENCODING), "{method}");
        assert_eq!(text(response).await, body, "{method}");
    }
}

#[tokio::test]
async fn without_the_layer_the_extractor_is_a_500_and_an_optional_one_is_none() {
    let optional = async |context: Option<AuthorizerContext>| match context {
        Some(context) => context.principal_id().unwrap_or("nobody").to_owned(),
        None => "no layer".to_owned(),
    };
    let bare = Router::new()
        .route("/hello", on_get(hello))
        .route("/optional", on_get(optional));
    let guarded = bare.clone().layer(token_layer(&Asked::default()));

    let response = bare.clone().oneshot(get("/hello", "allow")).await.unwrap();
    assert_eq!(response.status(), 500);
    assert!(text(response).await.contains("`LambdaAuthorizerLayer`"));
    // An exempt preflight has the layer, but not its authorizer's context.
    let exempt = token_layer(&Asked::default()).exempt_preflights();
    let exempt = Router::new().route("/hello", any(hello)).layer(exempt);
    let preflight = Request::options("/hello")
        .header("origin", "https://app.example")
        .header("access-control-request-method", "GET")
        .body(Body::empty());
    let response = exempt.oneshot(preflight.unwrap()).await.unwrap();
    assert_eq!(response.status(), 500);
    assert!(text(response).await.contains("(a preflight, "));
    for (app, expected) in [(bare, "no layer"), (guarded, "user-1")] {
        let response = app.oneshot(get("/optional", "allow")).await.unwrap();
        assert_eq!(
            (response.status(), &*text(response).await),
            (StatusCode::OK, expected)
        );
    }
}

#[tokio::test]
async fn layers_around_can_read_a_denial() {
    let named = async |response: Response<Body>| match response.extensions().get::<Denial>() {
        Some(denial) => denial.response_type().to_string(),
        None => "served".to_owned(),
    };
    let app = Router::new()
        .route("/pets", post(hello).get(hello))
        .route_layer(token_layer(&Asked::default()))
        .layer(axum::middleware::map_response(named));
    for (token, expected) in [
        ("allow", "served"),
        ("deny", "ACCESS_DENIED"),
        ("unauthorized", "UNAUTHORIZED"),
        ("panic", "AUTHORIZER_CONFIGURATION_ERROR"),
    ] {
        let response = app.clone().oneshot(get("/pets", token)).await.unwrap();
        assert_eq!(text(response).await, expected);
    }
}

#[tokio::test]
async fn a_custom_resolver_replaces_axums_extensions() {
    let asked = Asked::default();
    let layer = token_layer(&asked).resource_resolver(|parts| {
        ResourceMatch::new()
            .with_resource("/animals/{id}")
            .with_path_parameter("id", parts.uri.path().trim_start_matches('/'))
            .with_original_uri(Uri::from_static("/v2/animals/7?order=deny"))
    });
    let layer = layer.api(Api::new("eu-west-1", "123456789012", "a1b2", "prod").unwrap());
    let app = Router::new()
        .route("/{petId}", on_get(hello))
        .route_layer(layer);
    assert_eq!(status(&app, get("/7", "allow")).await, 200);
    let arn = "arn:aws:execute-api:eu-west-1:123456789012:a1b2/prod/GET/v2/animals/7";
    assert_eq!(asked.last().method_arn().as_str(), arn);
    assert_eq!(asked.last().resource(), Some("/animals/{id}"));
    assert_eq!(parameters(&asked), [("id".into(), "7".into())]);
    assert_eq!(asked.last().query("order").as_deref(), Some("deny"));
}
