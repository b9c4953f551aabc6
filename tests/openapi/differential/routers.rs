//! The applications behind the layer: axum's router in several arrangements, and models of other routers. Each handler
//! reports its operation.

use std::{collections::BTreeMap, convert::Infallible};

use ::tower::{Layer, ServiceExt, service_fn, util::BoxCloneSyncService};
use axum::{
    Extension, Router,
    body::Body,
    response::{IntoResponse, Response},
    routing::{MethodFilter, MethodRouter},
};
use fastrand::Rng;
use http::Request;
use tower_http::normalize_path::NormalizePathLayer;
use tower_lambda_authorizer::openapi::ApiAuthorizerLayer;
use tower_service::Service;

use super::{
    documents::{Document, Operation, text},
    model::Model,
    requests::Sent,
};

pub(super) type App = BoxCloneSyncService<Request<Body>, Response, Infallible>;

/// An extension of the response: the operation whose handler created it.
#[derive(Clone, Copy, Debug)]
struct Reached(usize);

fn reached(operation: usize) -> Response {
    Extension(Reached(operation)).into_response()
}

/// The operation that a request reaches, if any.
pub(super) async fn send(app: &App, sent: &Sent) -> Option<usize> {
    let response = app.clone().oneshot(sent.request()).await.unwrap();
    let reached = response.extensions().get();
    reached.map(|&Reached(operation)| operation)
}

/// A model of a router, inside the document's layer.
pub(super) fn modelled(document: &Document, model: Model) -> App {
    guarded(&document.layer(), service(document, model))
}

/// Everything that a document is tested with, with a name for messages.
pub(super) fn all(document: &Document, rng: &mut Rng) -> Vec<(String, App)> {
    let layer = &document.layer();
    let trim = NormalizePathLayer::trim_trailing_slash;
    let append = NormalizePathLayer::append_trailing_slash;
    let axum = axum_router(document, "");
    let mut apps = vec![
        ("axum".to_owned(), guarded(layer, axum.clone())),
        (
            "axum with Router::layer".to_owned(),
            app(axum.clone().layer(layer.clone())),
        ),
        (
            "axum, trimmed behind the layer".to_owned(),
            guarded(layer, trim().layer(axum.clone())),
        ),
        (
            "axum, trimmed before the layer".to_owned(),
            app(trim().layer(guarded(layer, axum.clone()))),
        ),
        (
            "axum, trimmed before the layer inside of a router".to_owned(),
            app(Router::new().fallback_service(trim().layer(guarded(layer, axum)))),
        ),
        (
            "axum with slashes at the end, appended behind the layer".to_owned(),
            guarded(layer, append().layer(axum_router(document, "/"))),
        ),
    ];
    for _ in 0..4 {
        let model = Model::random(rng);
        apps.push((
            format!("{model:?}"),
            guarded(layer, service(document, model)),
        ));
    }
    apps
}

fn guarded<S>(layer: &ApiAuthorizerLayer, service: S) -> App
where
    S: Service<Request<Body>, Response = Response, Error = Infallible>
        + Clone
        + Send
        + Sync
        + 'static,
    S::Future: Send + 'static,
{
    app(layer
        .layer(service)
        .map_response(|response| response.map(Body::new)))
}

fn app<S>(service: S) -> App
where
    S: Service<Request<Body>, Response = Response, Error = Infallible>
        + Clone
        + Send
        + Sync
        + 'static,
    S::Future: Send + 'static,
{
    BoxCloneSyncService::new(service)
}

/// The document's operations as an axum application.
fn axum_router(document: &Document, end: &str) -> Router {
    let mut paths: BTreeMap<Option<String>, MethodRouter> = BTreeMap::new();
    for (at, operation) in document.operations.iter().enumerate() {
        let path = operation.template.as_ref().map(|template| {
            let path = text(template, "{*rest}");
            if path.ends_with(['/']) || path.ends_with("{*rest}") {
                path
            } else {
                path + end
            }
        });
        let methods = paths.remove(&path).unwrap_or_default();
        let handler = move || async move { reached(at) };
        let methods = match operation.method {
            None => methods.fallback(handler),
            Some("GET") => methods.on(MethodFilter::GET, handler),
            Some("POST") => methods.on(MethodFilter::POST, handler),
            Some("HEAD") => methods.on(MethodFilter::HEAD, handler),
            Some(other) => panic!("{other}"),
        };
        paths.insert(path, methods);
    }
    let add = |router: Router, (path, methods): (Option<String>, MethodRouter)| match path {
        Some(path) => router.route(&path, methods),
        None => router.fallback_service(methods),
    };
    paths.into_iter().fold(Router::new(), add)
}

fn service(
    document: &Document,
    model: Model,
) -> impl Service<Request<Body>, Response = Response, Error = Infallible, Future: Send>
+ Clone
+ Send
+ Sync
+ 'static {
    let operations: Vec<Operation> = document.operations.clone();
    service_fn(move |request: Request<Body>| {
        let operation = model.route(&operations, request.method().as_str(), request.uri().path());
        async move { Ok(operation.map_or_else(Response::default, reached)) }
    })
}
