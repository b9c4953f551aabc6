//! Compares the observed exchange with the expectation of the case.

use std::{collections::BTreeMap, fmt::Debug};

use serde_json::Value;

use super::{
    case::Expect,
    seen::{Caller, Seen},
};

/// Returns one line for each difference.
pub(crate) fn differences(expect: &Expect, seen: &Seen) -> Vec<String> {
    let mut found = Differences(Vec::new());
    let body = String::from_utf8_lossy(&seen.body);
    found.compare("status", expect.status, &seen.status.as_u16());
    found.compare("body", expect.body.as_deref(), &&*body);
    found.compare(
        "json",
        expect.json.as_ref(),
        &&serde_json::from_str(&body).unwrap_or_default(),
    );
    for part in expect
        .body_contains
        .iter()
        .filter(|part| !body.contains(*part))
    {
        found
            .0
            .push(format!("body: expected {part:?} within {body:?}"));
    }
    for (name, value) in &expect.headers {
        let got = seen
            .headers
            .get(name)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        found.compare(&format!("header {name}"), Some(value), &&got);
    }
    found.compare(
        "responseType",
        expect.response_type.as_ref().map(Some),
        &seen.response_type.as_ref(),
    );
    found.compare("reached", expect.reached, &seen.caller.is_some());
    found.compare("invocations", expect.invocations, &seen.invocations);
    let Caller {
        principal_id,
        context,
    } = seen.caller.clone().unwrap_or_default();
    found.compare("principalId", expect.principal_id.as_ref(), &&principal_id);
    found.compare("context", expect.context.as_ref(), &&context);
    if let Some(event) = &expect.event {
        let seen = seen.event.as_ref().unwrap_or(&Value::Null);
        compare_event("event", event, seen, &mut found);
    }
    found.0
}

/// Compares JSON. `<any>` matches anything, and the case of header names does not matter.
fn compare_event(place: &str, expected: &Value, got: &Value, found: &mut Differences) {
    match (expected, got) {
        (Value::String(any), _) if any == "<any>" => {}
        (Value::Object(expected), Value::Object(got)) => {
            let ignores_case = place.to_ascii_lowercase().ends_with("headers");
            let name = |name: &String| {
                if ignores_case {
                    name.to_ascii_lowercase()
                } else {
                    name.clone()
                }
            };
            let mut got: BTreeMap<_, _> =
                got.iter().map(|(key, value)| (name(key), value)).collect();
            for (key, value) in expected {
                let place = format!("{place}.{key}");
                match got.remove(&name(key)) {
                    Some(got) => compare_event(&place, value, got, found),
                    None => found.0.push(format!("{place}: missing")),
                }
            }
            let more = got.keys().map(|key| format!("{place}.{key}: not expected"));
            found.0.extend(more);
        }
        (expected, got) => found.compare(place, Some(expected), &got),
    }
}

struct Differences(Vec<String>);

impl Differences {
    fn compare<T: PartialEq + Debug>(&mut self, what: &str, expected: Option<T>, got: &T) {
        if let Some(expected) = expected.filter(|expected| expected != got) {
            self.0
                .push(format!("{what}: expected {expected:?}, got {got:?}"));
        }
    }
}
