//! Answers the requests of a process.

use std::{sync::Arc, time::SystemTime};

use axum::{
    Json,
    body::Body,
    extract::{Path, State},
    http::{Response, StatusCode},
    response::{AppendHeaders, IntoResponse},
};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use serde_json::json;
use tower_lambda_authorizer::lambda::Invoked;
use uuid::Uuid;

use super::{
    super::failure,
    shared::{Event, Shared, Stage},
};
use crate::functions::MAX_ANSWER_BYTES;

/// The process asks for an event.
pub(super) async fn next(State(shared): State<Arc<Shared>>) -> Response<Body> {
    // An event that waits stays.
    if !matches!(*shared.stage(), Stage::Offered(_)) {
        if let Stage::Running(_, ended) = shared.change(Stage::Ready) {
            let problem = failure(
                "Runtime.NoAnswer",
                "the function asked for the next event without an answer to this one",
            );
            let _ = ended.send(problem);
        }
    }
    loop {
        let changed = shared.changed.notified();
        if let Some(event) = shared.take() {
            return hand_over(&shared, event);
        }
        changed.await;
    }
}

fn hand_over(shared: &Shared, event: Event) -> Response<Body> {
    let id = Uuid::new_v4();
    let since_epoch = event.deadline.duration_since(SystemTime::UNIX_EPOCH);
    let deadline = since_epoch.unwrap_or_default().as_millis();
    let arn = format!(
        "arn:aws:lambda:us-east-1:000000000000:function:{}",
        shared.function
    );
    let (high, low) = Uuid::new_v4().as_u64_pair();
    let trace = format!(
        "Root=1-{:08x}-{low:016x}{:08x};Sampled=0",
        deadline / 1000,
        high >> 32
    );
    shared.change(Stage::Running(id.to_string(), event.ended));
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("lambda-runtime-aws-request-id", id.to_string()),
        ("lambda-runtime-deadline-ms", deadline.to_string()),
        ("lambda-runtime-invoked-function-arn", arn),
        ("lambda-runtime-trace-id", trace),
    ];
    (AppendHeaders(headers), event.payload).into_response()
}

/// The function has returned this.
pub(super) async fn returned(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    body: Body,
) -> Response<Body> {
    answer(&shared, &id, body, Invoked::Returned).await
}

/// The function has failed.
pub(super) async fn failed(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    body: Body,
) -> Response<Body> {
    answer(&shared, &id, body, Invoked::Failed).await
}

async fn answer(
    shared: &Shared,
    id: &str,
    body: Body,
    outcome: impl FnOnce(Bytes) -> Invoked,
) -> Response<Body> {
    let body = read(body).await;
    let Some(ended) = shared.end(id) else {
        return refused(
            StatusCode::BAD_REQUEST,
            "InvalidRequestID",
            "no event with this id waits for an answer",
        );
    };
    let (response, outcome) = match body {
        Some(body) => (accepted(), outcome(body)),
        None => {
            let kind = "Function.ResponseSizeTooLarge";
            let problem = "the answer is longer than 6 MB, or broke off";
            (
                refused(StatusCode::PAYLOAD_TOO_LARGE, kind, problem),
                failure(kind, problem),
            )
        }
    };
    // Nobody waits any more if the client has gone.
    let _ = ended.send(outcome);
    response
}

/// The function could not start.
pub(super) async fn broken(State(shared): State<Arc<Shared>>, body: Body) -> Response<Body> {
    let why = read(body).await.unwrap_or_default();
    shared.change(Stage::Broken(why));
    accepted()
}

/// Reads all of a body, so that the process learns about it if the body is too long.
async fn read(mut body: Body) -> Option<Bytes> {
    let (mut read, mut is_too_long) = (BytesMut::new(), false);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.ok()?.into_data() else {
            continue;
        };
        is_too_long |= read.len() + data.len() > MAX_ANSWER_BYTES;
        if !is_too_long {
            read.extend_from_slice(&data);
        }
    }
    (!is_too_long).then(|| read.freeze())
}

fn accepted() -> Response<Body> {
    (StatusCode::ACCEPTED, Json(json!({"status": "OK"}))).into_response()
}

fn refused(status: StatusCode, kind: &str, problem: &str) -> Response<Body> {
    let body = Json(json!({"errorType": kind, "errorMessage": problem}));
    (status, body).into_response()
}
