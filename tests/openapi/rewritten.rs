//! A layer between an axum router and the guard rewrites the path. Both paths count: the router keeps the one that the
//! client sent, and the service gets the other one.

use ::axum::{
    Router,
    body::Body,
    routing::{any, get},
};
use ::tower::{Layer, ServiceExt, util::MapRequestLayer};
use http::{Request, Uri};
use tower_lambda_authorizer::{
    AmbiguousPaths, Denial,
    openapi::{ApiAuthorizerLayer, UnknownRoutes},
};

use crate::spellings::{layer, store};

/// Removes `/v1` from the path.
fn without_version(mut request: Request<Body>) -> Request<Body> {
    if let Some(path) = request.uri().path().strip_prefix("/v1/") {
        *request.uri_mut() = format!("/{path}").parse::<Uri>().unwrap();
    }
    request
}

/// The guard of an inner router, behind a layer that rewrites paths, in each place of an outer router.
fn apps(guard: &ApiAuthorizerLayer) -> [(&'static str, Router); 3] {
    let pets = Router::new()
        .route("/admin", get("admin"))
        .route("/api/admin", get("admin"))
        .fallback(any("other"));
    let api = MapRequestLayer::new(without_version).layer(guard.layer(pets));
    let router = || Router::new().route("/health", get("healthy"));
    [
        ("", router().fallback_service(api.clone())),
        ("", router().route_service("/{*rest}", api.clone())),
        ("/api", router().nest_service("/api", api)),
    ]
}

async fn status(app: &Router, path: &str, token: Option<&str>) -> (u16, Option<Denial>) {
    let mut request = Request::get(path);
    if let Some(token) = token {
        request = request.header("authorization", token);
    }
    let request = request.body(Body::empty()).unwrap();
    let Ok(response) = app.clone().oneshot(request).await;
    let denial = response.extensions().get::<Denial>().cloned();
    (response.status().as_u16(), denial)
}

#[tokio::test]
async fn a_guarded_operation_prevails_over_the_path_that_the_client_sent() {
    let guarded = "{get: {security: [{keepers: []}]}}";
    let paths = format!(
        "  /admin: {guarded}\n  /api/admin: {guarded}\n  /{{proxy+}}: {{get: {{}}}}\n  /: {{get: {{}}}}\n"
    );
    for unknown in [UnknownRoutes::PassOn, UnknownRoutes::Refuse] {
        for (prefix, app) in apps(&layer(&paths, unknown)) {
            for path in ["/admin", "/v1/admin", "/v1/%61dmin", "/v1//admin/"] {
                let path = format!("{prefix}{path}");
                let (status, _) = status(&app, &path, None).await;
                assert_eq!(status, 401, "{path} {unknown:?}");
            }
            let path = format!("{prefix}/v1/admin");
            assert_eq!(status(&app, &path, Some("allow me")).await.0, 200, "{path}");
            for path in ["/other", "/v1/other", "/v1/", "/v1"] {
                let path = format!("{prefix}{path}");
                assert_eq!(status(&app, &path, None).await.0, 200, "{path}");
            }
        }
    }
}

#[tokio::test]
async fn the_same_holds_if_paths_count_as_received() {
    let paths = "  /admin: {get: {security: [{keepers: []}]}}\n  /{proxy+}: {get: {}}\n";
    let definition = store(paths).definition;
    let definition = definition
        .ambiguous_paths(AmbiguousPaths::AsReceived)
        .unknown_routes(UnknownRoutes::PassOn);
    let [(_, app), ..] = apps(&definition.into_layer().unwrap());
    assert_eq!(status(&app, "/v1/admin", None).await.0, 401);
    assert_eq!(status(&app, "/v1/other", None).await.0, 200);
}

#[tokio::test]
async fn two_authorizers_or_two_resources_of_one_are_refused() {
    for (admin, rest) in [("keepers", "tenants"), ("keepers", "keepers")] {
        let paths = format!(
            "  /admin: {{get: {{security: [{{{admin}: []}}]}}}}\n  /{{proxy+}}: {{get: {{security: [{{{rest}: []}}]}}}}\n"
        );
        let [(_, app), ..] = apps(&layer(&paths, UnknownRoutes::Refuse));
        let (status, denial) = status(&app, "/v1/admin", Some("allow me")).await;
        assert_eq!(status, 400, "{admin} {rest}");
        let denial = denial.unwrap().to_string();
        assert!(
            denial.contains("a path that a layer has rewritten"),
            "{denial}"
        );
    }
}

#[tokio::test]
async fn a_rewritten_path_that_can_be_read_in_two_ways_is_refused() {
    let guard = layer("  /{proxy+}: {get: {}}\n", UnknownRoutes::PassOn);
    let to_parent = |mut request: Request<Body>| {
        *request.uri_mut() = Uri::from_static("/x/../admin");
        request
    };
    let api =
        MapRequestLayer::new(to_parent).layer(guard.layer(Router::new().fallback(any("reached"))));
    let app = Router::new().fallback_service(api);
    assert_eq!(status(&app, "/x", None).await.0, 400);
}
