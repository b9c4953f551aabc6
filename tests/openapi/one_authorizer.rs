//! Several resources with one authorizer that decides by the resource. No spelling of a path leads to a resource that
//! the authorizer was not asked about.

use std::convert::Infallible;

use ::axum::{Router, body::Body, routing::get};
use ::tower::{Layer, ServiceExt, service_fn};
use http::{Request, Response, StatusCode};
use tower_http::normalize_path::NormalizePathLayer;
use tower_lambda_authorizer::{
    AmbiguousPaths, AuthorizerRequest, AuthorizerResponse, Denial, authorizer_fn,
    openapi::{ApiAuthorizerLayer, ApiDefinition, UnknownRoutes},
};

const PATHS: &str = "
  /admin: {get: {}}
  /admin/{name}: {get: {}}
  /pages/{page}: {get: {}}
  /$default: {x-amazon-apigateway-any-method: {}}";

fn layer(sources: &str, ttl: u32) -> ApiAuthorizerLayer {
    layer_of(PATHS, sources, ttl)
}

fn layer_of(paths: &str, sources: &str, ttl: u32) -> ApiAuthorizerLayer {
    definition_of(paths, sources, ttl).into_layer().unwrap()
}

/// Lets everybody use each resource except `/admin`.
fn definition_of(paths: &str, sources: &str, ttl: u32) -> ApiDefinition {
    let document = format!(
        "openapi: 3.0.1
components:
  securitySchemes:
    gate:
      type: apiKey
      in: header
      name: Authorization
      x-amazon-apigateway-authorizer:
        type: request
        identitySource: {sources}
        authorizerPayloadFormatVersion: '2.0'
        enableSimpleResponses: true
        authorizerResultTtlInSeconds: {ttl}
security: [{{gate: []}}]
paths:{paths}"
    );
    let gate = authorizer_fn(|request: AuthorizerRequest| async move {
        Ok(AuthorizerResponse::simple(
            request.resource() != Some("/admin"),
        ))
    });
    let definition = ApiDefinition::from_openapi(&document).unwrap();
    definition.authorizer("gate", gate).unwrap()
}

const BY_TOKEN: &str = "$request.header.Authorization";
const BY_ROUTE: &str = "$request.header.Authorization,$context.routeKey";

/// The status and, for a refusal, the reason.
async fn send(layer: &ApiAuthorizerLayer, method: &str, path: &str) -> (StatusCode, String) {
    let service = layer.layer(service_fn(async |_: Request<Body>| {
        Ok::<_, Infallible>(Response::new(Body::empty()))
    }));
    let request = Request::builder().method(method).uri(path);
    let request = request.header("authorization", "user").body(Body::empty());
    let response = service.oneshot(request.unwrap()).await.unwrap();
    let denial = response.extensions().get::<Denial>();
    let reason = denial.map(ToString::to_string).unwrap_or_default();
    (response.status(), reason)
}

#[tokio::test]
async fn a_path_with_several_spellings_is_for_one_resource() {
    let layer = layer(BY_TOKEN, 0);
    assert_eq!(send(&layer, "GET", "/admin").await.0, 403);
    for path in [
        "/%61dmin",
        "//admin",
        "/admin//",
        "/admin;x",
        "/admin%3Bx",
        "/;x/admin",
        "/admin;x/a",
        "/%61dmin/",
    ] {
        let (status, reason) = send(&layer, "GET", path).await;
        assert_eq!(status, 400, "{path}");
        assert!(reason.contains("different resources"), "{path}: {reason}");
    }
    for path in [
        "/admin/a",
        "/pages/caf%C3%A9",
        "/pages/a;b",
        "/x//y",
        "/%78",
    ] {
        assert_eq!(send(&layer, "GET", path).await.0, 200, "{path}");
    }
    // A slash at the end is common, and API Gateway's choice counts.
    for path in ["/pages/1/", "/x/", "/admin/a/"] {
        assert_eq!(send(&layer, "GET", path).await.0, 200, "{path}");
    }
}

/// With the route among the identity sources, a result is for one route.
#[tokio::test]
async fn a_result_for_one_route_is_used_for_no_other_reading() {
    let layer = layer(BY_ROUTE, 300);
    assert_eq!(send(&layer, "GET", "/elsewhere").await.0, 200);
    for (method, path) in [("GET", "/admin/"), ("HEAD", "/admin"), ("GET", "/%61dmin")] {
        let (status, reason) = send(&layer, method, path).await;
        assert_eq!(status, 400, "{method} {path}");
        assert!(reason.contains("different resources"), "{path}: {reason}");
    }
    for (method, path) in [
        ("GET", "/admin/a"),
        ("GET", "/x/"),
        ("POST", "/admin"),
        ("HEAD", "/x"),
    ] {
        assert_eq!(send(&layer, method, path).await.0, 200, "{method} {path}");
    }
}

/// A HEAD request then reaches the handler for GET.
#[tokio::test]
async fn if_unknown_routes_pass_the_authorizer_is_asked_about_the_resource_that_answers_head() {
    let paths = "
  /admin: {get: {}}
  /{proxy+}: {x-amazon-apigateway-any-method: {}}";
    let definition = definition_of(paths, BY_TOKEN, 0);
    let layer = definition.unknown_routes(UnknownRoutes::PassOn);
    let layer = layer.into_layer().unwrap();
    for (method, path, status) in [
        ("GET", "/admin", 403),
        ("HEAD", "/admin", 403),
        ("POST", "/admin", 200),
        ("HEAD", "/x", 200),
    ] {
        let (found, reason) = send(&layer, method, path).await;
        assert_eq!(found, status, "{method} {path}: {reason}");
    }
}

/// A greedy parameter may match nothing, but a resource of its own hides it.
#[tokio::test]
async fn a_plain_path_keeps_its_route_next_to_greedy_parameters() {
    let paths = "
  /pets: {get: {}, post: {}}
  /pets/{proxy+}: {x-amazon-apigateway-any-method: {}}
  /{proxy+}: {x-amazon-apigateway-any-method: {}}";
    let layer = layer_of(paths, BY_ROUTE, 300);
    for (method, path) in [
        ("GET", "/pets"),
        ("POST", "/pets"),
        ("GET", "/pets/7"),
        ("DELETE", "/pets/7/toys"),
        ("GET", "/x"),
    ] {
        assert_eq!(send(&layer, method, path).await.0, 200, "{method} {path}");
    }
    // Nothing hides it from other methods.
    assert_eq!(send(&layer, "DELETE", "/pets").await.0, 400);
}

/// If case is ignored, a path that has both resources only in another case is for the more specific one. But a nested router may
/// serve the other one, and a result that is kept for one of them must not be used for it.
#[tokio::test]
async fn results_that_are_kept_for_each_resource_need_a_path_for_one_of_them_in_each_case() {
    let paths = "
  /users/me: {get: {}}
  /users/{id}: {get: {}}";
    for (sources, status) in [(BY_TOKEN, 200), (BY_ROUTE, 400)] {
        let definition = definition_of(paths, sources, 300);
        let definition = definition.unknown_routes(UnknownRoutes::PassOn);
        let definition = definition.ambiguous_paths(AmbiguousPaths::IgnoreCase);
        let layer = definition.into_layer().unwrap();
        assert_eq!(send(&layer, "GET", "/users/me").await.0, 200);
        let (found, reason) = send(&layer, "GET", "/USERS/me").await;
        assert_eq!(found, status, "{sources}: {reason}");
    }
}

/// A real router behind the layer.
#[tokio::test]
async fn a_router_that_trims_slashes_serves_no_resource_that_was_not_judged() {
    let app = Router::new()
        .route("/admin", get(|| async { "the secrets" }))
        .fallback(|| async { "a page" });
    let app = layer(BY_ROUTE, 300).layer(NormalizePathLayer::trim_trailing_slash().layer(app));
    for (path, status) in [("/page", 200), ("/admin", 403), ("/admin/", 400)] {
        let request = Request::get(path).header("authorization", "user");
        let request = request.body(Body::empty()).unwrap();
        let response = app.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), status, "{path}");
    }
}
