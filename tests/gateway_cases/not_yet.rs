//! Which cases need what the crate does not have yet.

use crate::case::Case;

/// The feature that a case waits for, if any.
pub(crate) fn feature_needed(case: &Case) -> Option<&'static str> {
    match case.api.api_type.as_str() {
        "REST" => {}
        "HTTP" => return Some("HTTP APIs"),
        "WEBSOCKET" => return Some("WebSocket APIs"),
        _ => return Some("another type of API"),
    }
    let wants_event = case
        .exchanges
        .iter()
        .any(|exchange| exchange.expect.event.is_some());
    if wants_event && case.authorizer.get("type") != Some(&"TOKEN".into()) {
        return Some("events of REQUEST authorizers");
    }
    None
}
