//! What of a case can be seen from outside of a server.

use std::collections::BTreeMap;

use http::{HeaderMap, HeaderName};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::{
    case::{Case, Expect},
    seen::Caller,
};

/// The headers in which the server behind the guard learns the principal and values of the context. Configurations of proxies
/// name all of them.
pub(crate) const CONTEXT_HEADERS: [&str; 12] = [
    PRINCIPAL,
    "x-context-0",
    "x-context-1",
    "x-context-2",
    "x-context-3",
    "x-context-4",
    "x-context-5",
    "x-context-6",
    "x-context-7",
    "x-context-8",
    "x-context-9",
    "x-context-10",
];

const PRINCIPAL: &str = "x-principal";

/// The options that fill the headers.
pub(super) fn context_headers(case: &Case) -> Vec<String> {
    let unused = (0..).map(|number| format!("unused{number}"));
    let keys = ["principalId".to_owned()]
        .into_iter()
        .chain(keys(case))
        .chain(unused);
    let headers = CONTEXT_HEADERS.iter().zip(keys);
    headers
        .flat_map(|(name, key)| ["--context-header".into(), format!("{name}={key}")])
        .collect()
}

/// The keys of the context that a case expects.
fn keys(case: &Case) -> Vec<String> {
    let exchanges = case.exchanges.iter();
    let expected = exchanges.filter_map(|exchange| exchange.expect.context.as_ref());
    let mut keys: Vec<_> = expected
        .flat_map(|context| context.keys().cloned())
        .collect();
    keys.sort_unstable();
    keys.dedup();
    assert!(keys.len() < CONTEXT_HEADERS.len(), "{}", case.name);
    keys
}

/// Headers are texts, and do not tell the type of a gateway response.
pub(super) fn visible(expect: &Expect) -> Expect {
    let text = |value: &Value| match value {
        Value::String(text) => Value::String(text.clone()),
        value => Value::String(value.to_string()),
    };
    let context = expect.context.iter().flatten();
    let context = context.map(|(key, value)| (key.clone(), text(value)));
    Expect {
        response_type: None,
        context: expect.context.as_ref().map(|_| context.collect()),
        ..expect.clone()
    }
}

/// What a server behind the guard knows of the caller.
pub(super) fn caller(case: &Case, headers: &HeaderMap) -> Caller {
    let value = |name: &str| {
        let name: HeaderName = name.parse().unwrap();
        let text = headers.get(name)?.to_str().unwrap();
        let text = percent_decode_str(text).decode_utf8().unwrap();
        // Proxies copy an empty header for an absent one.
        (!text.is_empty()).then(|| text.into_owned())
    };
    let [principal, names @ ..] = CONTEXT_HEADERS;
    let keys = keys(case).into_iter().zip(names);
    let context: BTreeMap<_, _> = keys
        .filter_map(|(key, name)| Some((key, Value::String(value(name)?))))
        .collect();
    Caller {
        principal_id: value(principal),
        context,
    }
}
