//! The context reaches an upstream as headers, and a client's headers with such names do not.

use std::convert::Infallible;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, request::Builder};
use http_body_util::Full;
use serde_json::json;
use tower::{Layer, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    AuthorizerResponse, ConfigError, LambdaAuthorizerLayer, authorizer_fn,
    context_headers::ContextHeadersLayer,
    openapi::{ApiDefinition, UnknownRoutes},
};

type Body = Full<Bytes>;

/// Returns the headers that an upstream would receive.
async fn echo(request: Request<Body>) -> Result<Response<Body>, Infallible> {
    let mut response = Response::new(Body::default());
    response.extensions_mut().insert(request.headers().clone());
    Ok(response)
}

fn spoofed(request: Builder) -> Request<Body> {
    request
        .header("authorization", "t")
        .header("X-Caller-Tenant", "stolen")
        .header("x-caller-tenant", "stolen twice")
        .header("x_caller_tenant", "stolen")
        .header("x-caller_admin", "true")
        .header("X.Caller-Principal.Id", "root")
        .header("x-callers", "mine")
        .header("x-call", "mine")
        .header("connection", "close, X-Caller-Tenant, te")
        .header("connection", "x_caller_roles")
        .body(Body::default())
        .unwrap()
}

fn answering(response: AuthorizerResponse) -> impl tower_lambda_authorizer::Authorizer + Clone {
    authorizer_fn(move |_| {
        let response = response.clone();
        async move { Ok(response) }
    })
}

async fn upstream_gets(response: AuthorizerResponse) -> HeaderMap {
    let layer = LambdaAuthorizerLayer::http_api(answering(response));
    let inner = ContextHeadersLayer::new("X-Caller-")
        .unwrap()
        .layer(service_fn(echo));
    let service = layer.layer(inner);
    let response = service.oneshot(spoofed(Request::get("/"))).await.unwrap();
    assert_eq!(response.status(), 200);
    response.extensions().get::<HeaderMap>().unwrap().clone()
}

/// The headers with the prefix, which must not come from the client.
fn callers(headers: &HeaderMap) -> Vec<(&str, &str)> {
    let is_callers =
        |name: &str| name.starts_with("x") && name.contains("caller") && name != "x-callers";
    let mut callers: Vec<_> = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
        .filter(|(name, _)| is_callers(name))
        .collect();
    callers.sort_unstable();
    callers
}

#[tokio::test]
async fn the_context_takes_the_place_of_what_the_client_sent() {
    let headers = upstream_gets(
        AuthorizerResponse::allow("*")
            .with_principal_id("user-1")
            .with_context("tenant", "acme")
            .with_context("userId", 7)
            .with_context("roles", json!(["a", "b"])),
    )
    .await;
    assert_eq!(
        callers(&headers),
        [
            ("x-caller-principal-id", "user-1"),
            ("x-caller-roles", r#"["a","b"]"#),
            ("x-caller-tenant", "acme"),
            ("x-caller-userid", "7"),
        ]
    );
    // Similar headers stay, and `Connection` does not name any of them.
    assert_eq!(
        (&headers["x-callers"], &headers["x-call"]),
        (
            &HeaderValue::from_static("mine"),
            &HeaderValue::from_static("mine")
        )
    );
    let connection: Vec<_> = headers.get_all("connection").iter().collect();
    assert_eq!(connection, ["close, te"]);
    assert!(headers["x-caller-tenant"].is_sensitive());
}

#[tokio::test]
async fn a_value_cannot_break_out_of_its_header() {
    let headers = upstream_gets(
        AuthorizerResponse::allow("*")
            .with_principal_id("a\r\nx-admin: true")
            .with_context("name", " K\u{e4}se 100% ")
            .with_context("nothing", "")
            .with_context("a:b/c\r\n", "key"),
    )
    .await;
    assert_eq!(
        callers(&headers),
        [
            ("x-caller-a-b-c--", "key"),
            ("x-caller-name", "%20K%C3%A4se%20100%25%20"),
            ("x-caller-nothing", ""),
            ("x-caller-principal-id", "a%0D%0Ax-admin:%20true"),
        ]
    );
}

/// A claim that an authorizer copies into the context must not replace the principal.
#[tokio::test]
async fn a_key_of_the_context_is_not_a_principal() {
    let said = AuthorizerResponse::simple(true)
        .with_context("principal_id", "root")
        .with_context("tenant", "acme");
    let layer = LambdaAuthorizerLayer::http_api(answering(said));
    let inner = ContextHeadersLayer::new("X-Caller-").unwrap();
    let service = layer.simple_responses().unwrap();
    let service = service.layer(inner.layer(service_fn(echo)));
    let response = service.oneshot(spoofed(Request::get("/"))).await.unwrap();
    assert_eq!(response.status(), 200);
    let headers = response.extensions().get::<HeaderMap>().unwrap();
    assert_eq!(callers(headers), [("x-caller-tenant", "acme")]);
}

#[tokio::test]
async fn keys_with_the_same_header_name_are_left_out() {
    let headers = upstream_gets(
        AuthorizerResponse::allow("*")
            .with_principal_id("user-1")
            .with_context("tenant", "acme")
            .with_context("Tenant", "other")
            .with_context("user_id", "1")
            .with_context("user-id", "2")
            .with_context("user.id", "3")
            .with_context("principal_id", "root"),
    )
    .await;
    assert_eq!(callers(&headers), [("x-caller-principal-id", "user-1")]);
}

#[tokio::test]
async fn nothing_of_a_client_passes_without_an_authorizer_either() {
    const DOCUMENT: &str = r#"{"openapi": "3.0.1",
        "components": {"securitySchemes": {"keepers": {
            "type": "apiKey", "name": "Authorization", "in": "header",
            "x-amazon-apigateway-authorizer": {"type": "token"}
        }}},
        "paths": {
            "/open": {"get": {}},
            "/guarded": {"get": {"security": [{"keepers": []}]}}
        }}"#;
    let headers = || {
        ContextHeadersLayer::new("x-caller-")
            .unwrap()
            .layer(service_fn(echo))
    };
    let allow = answering(AuthorizerResponse::allow("*").with_principal_id("user-1"));
    let api = ApiDefinition::from_openapi(DOCUMENT)
        .unwrap()
        .unknown_routes(UnknownRoutes::PassOn)
        .authorizer("keepers", allow.clone())
        .unwrap()
        .into_layer()
        .unwrap()
        .layer(headers());
    for (path, principal) in [
        ("/open", None),
        ("/unknown", None),
        ("/guarded", Some("user-1")),
    ] {
        let request = spoofed(Request::get(path));
        let response = api.clone().oneshot(request).await.unwrap();
        let headers = response.extensions().get::<HeaderMap>().unwrap();
        let expected: Vec<_> = principal
            .map(|id| ("x-caller-principal-id", id))
            .into_iter()
            .collect();
        assert_eq!(callers(headers), expected, "{path}");
    }
    let exempt = LambdaAuthorizerLayer::token(allow)
        .exempt_preflights()
        .layer(headers());
    let preflight = Request::options("/")
        .header("origin", "https://a.example")
        .header("access-control-request-method", "GET");
    let response = exempt.oneshot(spoofed(preflight)).await.unwrap();
    assert_eq!(
        callers(response.extensions().get::<HeaderMap>().unwrap()),
        []
    );
}

#[test]
fn a_prefix_cannot_cover_headers_that_servers_need() {
    for prefix in [
        "",
        "-",
        "x",
        "x-",
        "--",
        "x--a-",
        "-x-a-",
        "x-a--",
        "x_a-",
        "x a-",
        "content-",
        "X-Forwarded-",
        "sec-",
        "proxy-",
    ] {
        let error = ContextHeadersLayer::new(prefix).unwrap_err();
        assert!(matches!(error, ConfigError::ContextHeaders { .. }));
        assert!(
            error.to_string().contains("such as `x-authorizer-`"),
            "{error}"
        );
    }
    for prefix in ["x-authorizer-", "X-Caller-", "authorizer-", "x-a-b2-"] {
        assert!(ContextHeadersLayer::new(prefix).is_ok(), "{prefix}");
    }
}
