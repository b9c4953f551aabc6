//! `/health`: which version of the documents is in force.

use std::time::UNIX_EPOCH;

use axum::{Json, response::IntoResponse};
use serde_json::json;

use crate::live::Status;

/// The server is healthy as long as it answers: if the files cannot be used, the last version is in force.
pub(super) fn health(status: &Status) -> impl IntoResponse + use<> {
    let facts = status.facts();
    let loaded_at = facts
        .loaded_at
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Json(json!({
        "status": "ok",
        "loadedAtEpochSeconds": loaded_at.as_secs(),
        "reloads": facts.reloads,
        "lastReloadError": facts.error,
    }))
}
