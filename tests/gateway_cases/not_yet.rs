//! Which cases need what the crate does not have yet.

use crate::case::{Case, Exchange};

/// The feature that a case waits for, if any.
pub(crate) fn feature_needed(case: &Case) -> Option<&'static str> {
    match case.api.api_type.as_str() {
        "REST" => {}
        "HTTP" => return Some("HTTP APIs"),
        "WEBSOCKET" => return Some("WebSocket APIs"),
        _ => return Some("another type of API"),
    }
    if expects_a_cache_hit(&case.exchanges)
        || case.exchanges.iter().any(|exchange| exchange.advance > 0.0)
    {
        return Some("the result cache");
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

/// A policy decided, and yet the authorizer was not asked: its answer came from the cache.
fn expects_a_cache_hit(exchanges: &[Exchange]) -> bool {
    let mut before = 0;
    exchanges.iter().any(|exchange| {
        let expect = &exchange.expect;
        let decided = expect.reached == Some(true) || expect.status == Some(403);
        let hit = decided && expect.invocations == Some(before);
        before = expect.invocations.unwrap_or(before);
        hit
    })
}
