//! The Runtime API of one process, which fetches its next event here and reports the result.

use std::{sync::Arc, time::SystemTime};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Path, State},
    http::{HeaderMap, HeaderName, StatusCode},
    routing::{get, post},
};
use bytes::Bytes;
use tokio::sync::{
    Mutex,
    mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
};

/// The longest response, in bytes: six megabytes and a hundred bytes.
pub(super) const MAX_ANSWER: usize = 6 * 1024 * 1024 + 100;

pub(super) struct Event {
    pub(super) id: String,
    pub(super) deadline: SystemTime,
    pub(super) payload: Bytes,
    pub(super) trace: String,
}

pub(super) enum Report {
    Returned(Bytes),
    Failed(Bytes),
    TooLarge,
}

/// The other end of the API, which sends events and receives results.
pub(super) struct Mailbox {
    events: UnboundedSender<Event>,
    reports: UnboundedReceiver<Report>,
}

impl Mailbox {
    pub(super) fn post(&self, event: Event) {
        let _ = self.events.send(event);
    }

    /// The next report. Waits forever if the process has ended.
    pub(super) async fn report(&mut self) -> Report {
        match self.reports.recv().await {
            Some(report) => report,
            None => std::future::pending().await,
        }
    }
}

#[derive(Clone)]
struct Desk {
    function_arn: String,
    events: Arc<Mutex<UnboundedReceiver<Event>>>,
    reports: UnboundedSender<Report>,
}

pub(super) fn router(function: &str) -> (Mailbox, Router) {
    let (events, taken) = unbounded_channel();
    let (reports, received) = unbounded_channel();
    let desk = Desk {
        function_arn: format!("arn:aws:lambda:eu-west-1:123456789012:function:{function}"),
        events: Arc::new(Mutex::new(taken)),
        reports,
    };
    let router = Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route(
            "/2018-06-01/runtime/invocation/{id}/response",
            post(response),
        )
        .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
        .route("/2018-06-01/runtime/init/error", post(error_at_start))
        .layer(DefaultBodyLimit::disable())
        .with_state(desk);
    let mailbox = Mailbox {
        events,
        reports: received,
    };
    (mailbox, router)
}

/// Waits until there is an event.
async fn next(State(desk): State<Desk>) -> (StatusCode, HeaderMap, Bytes) {
    let Some(event) = desk.events.lock().await.recv().await else {
        return (StatusCode::GONE, HeaderMap::new(), Bytes::new());
    };
    let deadline = event.deadline.duration_since(SystemTime::UNIX_EPOCH);
    let deadline = deadline.map_or(0, |since| since.as_millis());
    let headers = [
        ("lambda-runtime-aws-request-id", event.id),
        ("lambda-runtime-deadline-ms", deadline.to_string()),
        ("lambda-runtime-invoked-function-arn", desk.function_arn),
        ("lambda-runtime-trace-id", event.trace),
    ];
    let headers =
        headers.map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
    (StatusCode::OK, HeaderMap::from_iter(headers), event.payload)
}

async fn response(State(desk): State<Desk>, Path(_id): Path<String>, payload: Bytes) -> StatusCode {
    if payload.len() > MAX_ANSWER {
        let _ = desk.reports.send(Report::TooLarge);
        return StatusCode::PAYLOAD_TOO_LARGE;
    }
    let _ = desk.reports.send(Report::Returned(payload));
    StatusCode::ACCEPTED
}

async fn error(State(desk): State<Desk>, Path(_id): Path<String>, payload: Bytes) -> StatusCode {
    let _ = desk.reports.send(Report::Failed(payload));
    StatusCode::ACCEPTED
}

async fn error_at_start(State(desk): State<Desk>, payload: Bytes) -> StatusCode {
    let _ = desk.reports.send(Report::Failed(payload));
    StatusCode::ACCEPTED
}
