//! Which cases need what the crate does not have yet.

use serde_json::Value;

use crate::case::{Case, Exchange};

/// The feature that a case waits for, if any.
pub(crate) fn feature_needed(case: &Case) -> Option<&'static str> {
    match case.api.api_type.as_str() {
        "REST" => {}
        "HTTP" => return Some("HTTP APIs"),
        "WEBSOCKET" => return Some("WebSocket APIs"),
        _ => return Some("another type of API"),
    }
    if !case.gateway_responses.is_empty() {
        return Some("customised gateway responses");
    }
    let outputs = || {
        case.answers
            .iter()
            .filter_map(|answer| answer.output.as_ref())
    };
    if outputs().any(has_condition) {
        return Some("policy conditions");
    }
    if outputs().any(has_policy_variable) {
        return Some("policy variables");
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

/// `Condition: null` is not a condition but a mistake, which is refused.
fn has_condition(json: &Value) -> bool {
    any_object(json, &|object| {
        object
            .get("Condition")
            .is_some_and(|condition| !condition.is_null())
    })
}

fn has_policy_variable(json: &Value) -> bool {
    any_object(json, &|object| {
        object.get("Version") == Some(&"2012-10-17".into()) && json.to_string().contains("${")
    })
}

fn any_object(json: &Value, fits: &dyn Fn(&serde_json::Map<String, Value>) -> bool) -> bool {
    match json {
        Value::Object(object) => {
            fits(object) || object.values().any(|value| any_object(value, fits))
        }
        Value::Array(list) => list.iter().any(|value| any_object(value, fits)),
        _ => false,
    }
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
