//! The routes of the console.

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{
        DefaultBodyLimit, Extension, OriginalUri, Path, Request, State, rejection::BytesRejection,
    },
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::{
    assets::{self, ASSETS, Asset},
    body::{self, Problem, json},
    configuration,
    events::{self, MAX_PAGES},
    headers, policy_editor,
    record::Record,
    reproduce::reproduce,
    shared::Shared,
    story::Told,
    summary::Summary,
    try_request,
};

type Console = State<Arc<Shared>>;
type ReadBody = Result<Bytes, BytesRejection>;

/// The host under which the console was opened.
#[derive(Clone)]
struct Host(String);

pub(crate) fn router(shared: Arc<Shared>) -> Router {
    let mut router = Router::new()
        .route("/", get(page))
        .route("/decisions", get(list).delete(clear))
        .route("/decisions/{id}", get(story))
        .route("/events", get(listen))
        .route("/configuration", get(configuration))
        .route("/try", post(try_request))
        .route("/policy", post(policy))
        .route("/flush", post(flush));
    for file in &ASSETS {
        router = router.route(
            &format!("/{}", file.name),
            get(move || async { asset(file) }),
        );
    }
    router
        .fallback(unknown)
        .layer(DefaultBodyLimit::max(body::MAX_BYTES))
        .layer(from_fn_with_state(Arc::clone(&shared), guard))
        .with_state(shared)
}

/// Checks who sends the request, and adds the headers of every answer.
async fn guard(State(console): Console, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let mut response = match console.access.check(&parts) {
        Ok(host) => {
            parts.extensions.insert(Host(host));
            next.run(Request::from_parts(parts, body)).await
        }
        Err(refusal) => (refusal.status, refusal.message).into_response(),
    };
    headers::add(response.headers_mut());
    response
}

async fn page(OriginalUri(uri): OriginalUri) -> Response {
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    typed(html, assets::index(uri.path()))
}

fn asset(asset: &'static Asset) -> Response {
    typed(asset.content_type(), asset.text)
}

fn typed(content_type: HeaderValue, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, content_type);
    response
}

async fn list(State(console): Console) -> Response {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct List<'l> {
        decisions: Vec<&'l Summary>,
        total: u64,
        without_story: u64,
        started: u64,
    }
    let listing = console.ring.listing();
    let list = List {
        decisions: listing
            .records
            .iter()
            .map(|record| &record.summary)
            .collect(),
        total: listing.total,
        without_story: listing.without_story,
        started: console.ring.started,
    };
    json(StatusCode::OK, &list)
}

async fn clear(State(console): Console) -> StatusCode {
    console.ring.clear();
    StatusCode::NO_CONTENT
}

async fn story(
    State(console): Console,
    Extension(Host(host)): Extension<Host>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let record = id.parse().ok().and_then(|id| console.ring.get(id));
    let record = record.ok_or_else(|| {
        Problem::new(
            StatusCode::NOT_FOUND,
            "The console has no such decision. It keeps only the last ones.",
        )
    })?;
    Ok(json(StatusCode::OK, &told(&record, &host)))
}

fn told<'r>(record: &'r Record, host: &str) -> Told<'r> {
    let (curl, test) = reproduce(record, host);
    Told {
        summary: &record.summary,
        story: record.story.as_deref(),
        curl,
        test,
    }
}

async fn listen(State(console): Console) -> Result<Response, Problem> {
    let place = console.pages.take_place().ok_or_else(|| {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            format!("The console is open in {MAX_PAGES} pages. Close one of them."),
        )
    })?;
    Ok(events::events(&console.ring, place).into_response())
}

async fn configuration(State(console): Console) -> Response {
    configuration::configuration(&console)
}

async fn try_request(
    State(console): Console,
    headers: HeaderMap,
    body: ReadBody,
) -> Result<Response, Problem> {
    try_request::try_request(&console, body::read(&headers, body)?).await
}

async fn policy(
    State(console): Console,
    headers: HeaderMap,
    body: ReadBody,
) -> Result<Response, Problem> {
    policy_editor::policy(&console, &body::read(&headers, body)?)
}

async fn flush(
    State(console): Console,
    headers: HeaderMap,
    body: ReadBody,
) -> Result<Response, Problem> {
    configuration::flush(&console, body::read(&headers, body)?).await
}

async fn unknown() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "The console has no such address.")
}
