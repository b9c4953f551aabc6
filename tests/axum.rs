//! The layer in real axum routers: in the same process, or over sockets if the connection matters.
#![cfg(feature = "axum")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use std::{
    net::SocketAddr,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

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
use support::{Asked, as_told, text};
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

/// Disables the cache, since these tests count calls of the authorizer.
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
async fn everywhere_in_nested_routers_the_layer_sees_the_clients_path() {
    let (bare, inside, between, outside) = Default::default();
    let pets = |asked: Option<&Asked>| {
        let pets = Router::new().route("/{petId}", any(hello));
        match asked {
            Some(asked) => pets.route_layer(token_layer(asked)),
            None => pets,
        }
    };
    let as_service = Router::new().nest_service("/api/pets", pets(Some(&bare)));
    let innermost = Router::new().nest("/api", Router::new().nest("/pets", pets(Some(&inside))));
    let middle = Router::new()
        .nest("/pets", pets(None))
        .layer(token_layer(&between));
    let middle = Router::new().nest("/api", middle);
    let outermost = Router::new().nest("/api", Router::new().nest("/pets", pets(None)));
    let outermost = outermost.layer(token_layer(&outside));
    for (name, asked, app) in [
        ("nest_service", bare, as_service),
        ("innermost", inside, innermost),
        ("middle", between, middle),
        ("outermost", outside, outermost),
    ] {
        let asked: Asked = asked;
        let uri = "/api/pets/tom%20%26%20jerry?x=%61";
        assert_eq!(status(&app, get(uri, "allow")).await, 200, "{name}");
        let request = asked.last();
        let arn = format!("{ARN}/GET/api/pets/tom%20%26%20jerry");
        assert_eq!(request.method_arn().as_str(), arn, "{name}");
        assert_eq!(*request.uri(), Uri::from_static(uri), "{name}");
        assert_eq!(request.path(), "/api/pets/tom%20%26%20jerry", "{name}");
        assert_eq!(request.query("x").as_deref(), Some("a"), "{name}");
        assert_eq!(request.resource(), Some("/api/pets/{petId}"), "{name}");
        assert_eq!(
            parameters(&asked),
            [("petId".into(), "tom & jerry".into())],
            "{name}"
        );
        assert_eq!(asked.count(), 1, "{name}");
    }
}

#[tokio::test]
async fn a_greedy_parameter_has_api_gateways_syntax() {
    let (files, tenants, service) = Default::default();
    let app = Router::new()
        .route(
            "/files/{*rest}",
            on_get(hello).layer(http_layer(&files, &["$context.routeKey"])),
        )
        .nest(
            "/{tenant}",
            Router::new().route("/files/{*rest}", on_get(hello).layer(token_layer(&tenants))),
        )
        .nest_service(
            "/service",
            Router::new().route(
                "/{*rest}",
                on_get(hello).layer(http_layer(&service, &["$context.routeKey"])),
            ),
        );
    for (asked, path, resource) in [
        (&files, "/files/a/b", "/files/{rest+}"),
        (&tenants, "/acme/files/a/b", "/{tenant}/files/{rest+}"),
        (&service, "/service/a/b", "/service/{rest+}"),
    ] {
        let asked: &Asked = asked;
        assert_eq!(status(&app, get(path, "allow")).await, 200, "{path}");
        let request = asked.last();
        assert_eq!(request.resource(), Some(resource));
        let rest = request.path_parameters().last();
        assert_eq!(rest, Some(("rest", "a/b")), "{path}");
    }
    let route_key = "GET /files/{rest+}";
    assert_eq!(files.last().identity(), [route_key, "allow"]);
    let event = serde_json::to_value(files.last().to_event()).unwrap();
    assert_eq!(event["routeKey"], route_key);
    assert_eq!(event["pathParameters"], json!({"rest": "a/b"}));
    assert_eq!(event["requestContext"]["routeKey"], route_key);
}

#[tokio::test]
async fn a_path_without_a_route_is_the_default_route_as_in_the_event() {
    let (fallback, nested, service) = Default::default();
    let layer = |asked: &Asked| http_layer(asked, &["$context.routeKey"]);
    let app = Router::new()
        .route("/pets", on_get(hello))
        .fallback(hello)
        .layer(layer(&fallback))
        .nest(
            "/nested",
            Router::new().fallback(hello).layer(layer(&nested)),
        )
        .nest_service(
            "/service",
            layer(&service).layer(Router::new().fallback(hello)),
        );
    for (asked, path, route_key) in [
        (&fallback, "/unknown", "$default"),
        (&fallback, "/pets", "GET /pets"),
        (&nested, "/nested/unknown", "$default"),
        (&service, "/service/unknown", "$default"),
    ] {
        let asked: &Asked = asked;
        assert_eq!(status(&app, get(path, "allow")).await, 200, "{path}");
        let request = asked.last();
        assert_eq!(request.identity(), [route_key, "allow"], "{path}");
        let event = serde_json::to_value(request.to_event()).unwrap();
        assert_eq!(event["routeKey"], route_key, "{path}");
    }
}

/// Otherwise one cached result would apply to all inner routes.
#[tokio::test]
async fn around_all_routers_the_route_is_unknown() {
    let asked = Asked::default();
    let router = Router::new().route("/pets", on_get(hello));
    let app = http_layer(&asked, &["$context.routeKey"]).layer(router);
    let response = app.oneshot(get("/pets", "allow")).await.unwrap();
    assert_eq!(response.status(), 401);
    let denial = response.extensions().get::<Denial>().unwrap().to_string();
    assert!(
        denial.contains("`$context.routeKey` is missing"),
        "{denial}"
    );
    assert_eq!(asked.count(), 0);
}

#[tokio::test]
async fn parameters_of_nested_routers_are_in_order_and_still_reach_the_handler() {
    let asked = Asked::default();
    let handler = async |Path((tenant, pet)): Path<(String, u32)>| format!("{tenant} {pet}");
    let pets = Router::new().route("/pets/{petId}", on_get(handler));
    let app = Router::new().nest("/{tenant}", pets.route_layer(token_layer(&asked)));
    let response = app.oneshot(get("/%C3%A9/pets/7", "allow")).await.unwrap();
    assert_eq!(text(response).await, "é 7");
    let expected = [("tenant".into(), "é".into()), ("petId".into(), "7".into())];
    assert_eq!(parameters(&asked), expected);
    assert_eq!(asked.last().resource(), Some("/{tenant}/pets/{petId}"));
}

#[tokio::test]
async fn a_query_parameter_is_an_identity_source_inside_nested_routers() {
    let asked = Asked::default();
    let layer = request_layer(&asked, &["method.request.querystring.order"]);
    let pets = Router::new()
        .route("/pets", on_get(hello))
        .route_layer(layer);
    let app = Router::new().nest("/api", Router::new().nest("/v1", pets));
    for (query, expected) in [
        ("?order=deny&order=%61llow", 200),
        ("?order=deny", 403),
        ("?order=", 401),
        ("", 401),
    ] {
        let request = get_without_token(&format!("/api/v1/pets{query}"));
        assert_eq!(status(&app, request).await, expected, "{query}");
    }
    assert_eq!(asked.count(), 2);
}

#[tokio::test]
async fn the_address_is_the_connections_or_a_mocked_one_but_not_a_headers() {
    let asked = Asked::default();
    let app = Router::new()
        .route("/pets", on_get(hello))
        .layer(token_layer(&asked));
    let forged = || {
        let mut request = get("/pets", "allow");
        for name in ["x-forwarded-for", "x-real-ip", "forwarded"] {
            request
                .headers_mut()
                .insert(name, "192.0.2.66".parse().unwrap());
        }
        request
    };
    assert_eq!(status(&app, forged()).await, 200);
    assert_eq!(asked.last().source_ip(), None);

    let mocked = app
        .clone()
        .layer(MockConnectInfo(SocketAddr::from(([203, 0, 113, 7], 4711))));
    assert_eq!(status(&mocked, forged()).await, 200);
    assert_eq!(asked.last().source_ip(), Some([203, 0, 113, 7].into()));

    let address = serve(mocked).await;
    assert_eq!(send(address, forged()).await.status(), 200);
    assert_eq!(
        asked.last().source_ip(),
        Some([127, 0, 0, 1].into()),
        "the real one counts"
    );
}

#[tokio::test]
async fn x_forwarded_for_counts_only_from_a_trusted_peer() {
    for (proxies, expected) in [
        (["127.0.0.0/8", "192.0.2.0/24"], [198, 51, 100, 9]),
        (["10.0.0.0/8", "192.0.2.0/24"], [127, 0, 0, 1]),
    ] {
        let asked = Asked::default();
        let layer = token_layer(&asked).client_ip(ClientIp::behind_proxies(proxies).unwrap());
        let app = Router::new().route("/pets", on_get(hello)).layer(layer);
        let address = serve(app).await;
        let mut request = get("/pets", "allow");
        let chain = "203.0.113.1, 198.51.100.9, 192.0.2.7";
        request
            .headers_mut()
            .insert("x-forwarded-for", chain.parse().unwrap());
        assert_eq!(send(address, request).await.status(), 200);
        assert_eq!(
            asked.last().source_ip(),
            Some(expected.into()),
            "{proxies:?}"
        );
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

#[tokio::test]
async fn every_context_variable_can_be_an_identity_source() {
    let asked = Asked::default();
    let layer = request_layer(
        &asked,
        &[
            "context.accountId",
            "context.apiId",
            "context.domainName",
            "context.domainPrefix",
            "context.httpMethod",
            "context.identity.sourceIp",
            "context.identity.userAgent",
            "context.path",
            "context.protocol",
            "context.resourcePath",
            "context.stage",
            "stageVariables.order_1",
            "context.extendedRequestId",
            "context.requestId",
            "context.requestTime",
            "context.requestTimeEpoch",
        ],
    );
    let api = Api::new("eu-west-1", "123456789012", "a1b2", "prod").unwrap();
    let layer = layer.api(api.with_stage_variable("order_1", "none").unwrap());
    let pets = Router::new()
        .route("/pets/{petId}", on_get(hello))
        .route_layer(layer);
    let address = serve(Router::new().nest("/api", pets)).await;
    let mut request = get("/api/pets/7%20?x=y", "unused");
    for (name, value) in [
        (header::HOST, "api.example.com:8080"),
        (header::USER_AGENT, "probe/1"),
    ] {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    let now = || {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_millis()
    };
    let before = now();
    let response = send(address, request).await;
    let after = now();

    assert_eq!(response.status(), 500, "no value is an order");
    let seen = asked.last();
    let (constant, drawn) = seen.identity().split_at(12);
    assert_eq!(
        constant,
        [
            "123456789012",
            "a1b2",
            "api.example.com",
            "api",
            "GET",
            "127.0.0.1",
            "probe/1",
            "/prod/api/pets/7%20",
            "HTTP/1.1",
            "/api/pets/{petId}",
            "prod",
            "none",
        ]
    );
    assert_eq!(drawn[0], response.headers()["x-amz-apigw-id"]);
    assert_eq!(drawn[1], response.headers()["x-amzn-requestid"]);
    let time = jiff::Timestamp::strptime("%d/%b/%Y:%H:%M:%S %z", &drawn[2]).unwrap();
    let epoch: u128 = drawn[3].parse().unwrap();
    assert!((before..=after).contains(&epoch), "{epoch}");
    assert_eq!(time.as_second().to_string(), (epoch / 1000).to_string());
    assert_eq!(seen.stage_variables()["order_1"], "none");
}

#[tokio::test]
async fn a_missing_source_is_a_401_without_a_call_of_the_authorizer() {
    for source in [
        "context.resourcePath",
        "context.identity.sourceIp",
        "context.identity.userAgent",
        "context.domainName",
        "context.identity.user",
        "stageVariables.order",
    ] {
        let asked = Asked::default();
        let layer = request_layer(&asked, &["context.stage", source]);
        let app = Router::new().fallback(hello).layer(layer);
        let response = app.oneshot(get("/pets", "allow")).await.unwrap();
        assert_eq!(response.status(), 401, "{source}");
        let denial = response.extensions().get::<Denial>().unwrap().to_string();
        assert!(
            denial.contains(&format!("`{source}` is missing")),
            "{denial}"
        );
        assert_eq!(asked.count(), 0, "{source}");
    }
}

#[tokio::test]
async fn a_stage_variable_as_identity_source_reaches_the_authorizer() {
    for (order, expected) in [("allow", 200), ("deny", 403), ("", 401)] {
        let layer = request_layer(&Asked::default(), &["stageVariables.order"]);
        let api = Api::default().with_stage_variable("order", order).unwrap();
        let app = Router::new()
            .route("/pets", on_get(hello))
            .layer(layer.api(api));
        assert_eq!(
            status(&app, get("/pets", "unused")).await,
            expected,
            "{order}"
        );
    }
}
