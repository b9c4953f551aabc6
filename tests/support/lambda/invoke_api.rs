//! The Invoke API, which checks a call in the same order as the service.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Path, RawQuery, State},
    http::HeaderMap,
    response::Response,
    routing::post,
};
use bytes::Bytes;

use super::{answers, function::Function};

type Functions = Arc<HashMap<String, Arc<Function>>>;

/// The largest event, in bytes.
const MAX_EVENT: usize = 6 * 1024 * 1024;

pub(super) fn router(functions: Functions) -> Router {
    Router::new()
        .route("/2015-03-31/functions/{name}/invocations", post(invoke))
        .layer(DefaultBodyLimit::disable())
        .with_state(functions)
}

async fn invoke(
    State(functions): State<Functions>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    event: Bytes,
) -> Response {
    if !is_signed(&headers) {
        return answers::not_signed();
    }
    if event.len() > MAX_EVENT {
        return answers::event_too_large(event.len());
    }
    if serde_json::from_slice::<serde_json::Value>(&event).is_err() {
        return answers::event_not_json();
    }
    let found = functions.get(simple_name(&name));
    let Some(function) = found.filter(|_| is_version(query.as_deref())) else {
        return answers::no_such_function(&name);
    };
    if function.is_forbidden() {
        return answers::not_permitted(&name);
    }
    match function.invoke(event, trace_of(&headers)).await {
        Ok(outcome) => answers::outcome(outcome, function.timeout()),
        Err(_throttled) => answers::throttled(),
    }
}

/// Checks only that there is a signature, since the SDK is responsible for its value.
fn is_signed(headers: &HeaderMap) -> bool {
    let authorization = headers
        .get("authorization")
        .and_then(|value| value.to_str().ok());
    authorization
        .is_some_and(|value| value.starts_with("AWS4-HMAC-SHA256 ") && value.contains("Signature="))
}

/// Continues the caller's trace, or begins one that is not sampled.
fn trace_of(headers: &HeaderMap) -> String {
    let trace = headers.get("x-amzn-trace-id");
    let trace = trace.and_then(|value| value.to_str().ok());
    trace.map_or_else(
        || "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0".to_owned(),
        str::to_owned,
    )
}

/// The function's name in a name or an ARN.
fn simple_name(name: &str) -> &str {
    name.rsplit_once("function:").map_or(name, |(_, name)| name)
}

/// Every function has the version `$LATEST` and the alias `live`.
fn is_version(query: Option<&str>) -> bool {
    matches!(query, None | Some("Qualifier=live" | "Qualifier=%24LATEST"))
}
