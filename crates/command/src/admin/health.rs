//! `/health`: which version of the documents is in force.

use std::time::UNIX_EPOCH;

use axum::{Json, response::IntoResponse};
use http::StatusCode;
use serde_json::json;

use crate::live::Status;

/// The server is healthy until it ends: if the files cannot be used, the last version is in force.
pub(super) fn health(status: &Status) -> impl IntoResponse + use<> {
    let facts = status.facts();
    let loaded_at = facts
        .loaded_at
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let (code, status) = if facts.is_ending {
        (StatusCode::SERVICE_UNAVAILABLE, "ending")
    } else {
        (StatusCode::OK, "ok")
    };
    let body = json!({
        "status": status,
        "loadedAtEpochSeconds": loaded_at.as_secs(),
        "reloads": facts.reloads,
        "lastReloadError": facts.error,
    });
    (code, Json(body))
}
