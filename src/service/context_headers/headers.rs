//! Removes the client's headers under the prefix, and writes those of the context.

use std::collections::BTreeMap;

use http::{HeaderMap, HeaderName, HeaderValue, header};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::prefix::{is_under, plain};
use crate::authorizer::AuthorizerContext;

/// Removes the headers that a client sent under the prefix, and their names in `Connection`.
pub(super) fn remove(headers: &mut HeaderMap, prefix: &str) {
    let clients = headers
        .keys()
        .filter(|name| is_under(name.as_str().as_bytes(), prefix));
    let clients: Vec<HeaderName> = clients.cloned().collect();
    for name in clients {
        headers.remove(name);
    }
    let options = headers.get_all(header::CONNECTION).iter();
    let mut options = options.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    if !options.any(|option| is_under(option.trim_ascii(), prefix)) {
        return;
    }
    let options = headers.get_all(header::CONNECTION).iter();
    let options = options.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    let kept: Vec<_> = options
        .filter(|option| !is_under(option.trim_ascii(), prefix))
        .collect();
    let kept = HeaderValue::from_bytes(&kept.join(&b','));
    headers.remove(header::CONNECTION);
    if let Some(kept) = kept.ok().filter(|kept| !kept.is_empty()) {
        headers.insert(header::CONNECTION, kept);
    }
}

const PRINCIPAL_ID: &str = "principal-id";

/// Writes the principal and the values of the context.
pub(super) fn write(headers: &mut HeaderMap, prefix: &str, caller: &AuthorizerContext) {
    // `None` if several keys become the same name.
    let mut values: BTreeMap<String, Option<&str>> = BTreeMap::new();
    for (key, value) in caller.iter() {
        let name = key.chars().map(plain).collect();
        let several = |known: &mut Option<_>| *known = None;
        values
            .entry(name)
            .and_modify(several)
            .or_insert(Some(value));
    }
    // Overwrites a key of this name even if there is no principal, so that the key cannot pose as one.
    values.insert(PRINCIPAL_ID.to_owned(), caller.principal_id());
    for (name, value) in values {
        let name = HeaderName::try_from(format!("{prefix}{name}"));
        if let (Ok(name), Some(mut value)) = (name, value.and_then(escaped)) {
            value.set_sensitive(true);
            headers.insert(name, value);
        }
    }
}

const ESCAPED: &AsciiSet = &CONTROLS.add(b' ').add(b'%');

fn escaped(value: &str) -> Option<HeaderValue> {
    HeaderValue::try_from(utf8_percent_encode(value, ESCAPED).to_string()).ok()
}
