//! Finds the credentials of a request, in each form in which a text may repeat them.

use std::borrow::Cow;

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderName, request::Parts};

use super::MIN_CREDENTIAL_LENGTH;
use crate::{
    identity::{IdentitySource, IdentitySources},
    request::context::{RequestContext, decoded_pairs},
};

/// What the names of headers with credentials contain: `authorization`, `x-api-key`, `cookie`, `x-csrf-token`.
const SECRET_NAMES: [&str; 12] = [
    "auth",
    "cookie",
    "credential",
    "jwt",
    "key",
    "otp",
    "passw",
    "secret",
    "session",
    "signature",
    "token",
    "ticket",
];

/// The values to mask. The longest come first, because one may be part of another.
pub(super) fn credentials(sources: &IdentitySources, request: &RequestContext<'_>) -> Vec<String> {
    let parts: &Parts = request.parts;
    let query = parts.uri.query().unwrap_or_default();
    // Decoded, and as it was sent.
    let sent_values = query.split('&').filter_map(|pair| pair.split_once('='));
    let sent_values = sent_values.map(|(_, value)| value.to_owned());
    let query = decoded_pairs(query).map(|(_, value)| value.into_owned());
    let query = query.chain(sent_values);
    let places = sources.iter().flat_map(IdentitySource::places);
    let secret = parts.headers.keys().filter(|name| is_secret(name));
    let values = secret
        .flat_map(|name| header_values(&parts.headers, name))
        .chain(places.flat_map(|source| sent(source, request)))
        .chain(query);
    let mut credentials: Vec<_> = values.flat_map(|value| credentials_in(&value)).collect();
    credentials.retain(|credential| credential.len() >= MIN_CREDENTIAL_LENGTH);
    // A gateway response's body may repeat them in JSON.
    let escaped: Vec<_> = credentials
        .iter()
        .filter_map(|text| escaped(text))
        .collect();
    credentials.extend(escaped);
    credentials.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    credentials.dedup();
    credentials
}

/// A text as JSON writes it, if that is another one.
fn escaped(text: &str) -> Option<String> {
    let json = serde_json::to_string(text).ok()?;
    let escaped = json.strip_prefix('"')?.strip_suffix('"')?;
    (escaped != text).then(|| escaped.to_owned())
}

/// Whether a header's name says that its value is a credential.
fn is_secret(name: &HeaderName) -> bool {
    let name = name.as_str();
    SECRET_NAMES.iter().any(|secret| name.contains(secret))
}

/// A value and the credentials inside it: the token after `Bearer`, a cookie's value, a password.
pub(crate) fn credentials_in(value: &str) -> Vec<String> {
    let mut credentials = basic_credentials(value);
    for word in value.split([' ', ';', ',', '"']) {
        credentials.push(word.to_owned());
        // The name of a cookie is not secret, and its value may contain `=`.
        credentials.extend(word.split_once('=').map(|(_, value)| value.to_owned()));
    }
    credentials.push(value.to_owned());
    credentials
}

/// The values that the request has in the place of a source. If a header is repeated, they are all of its values,
/// because the authorizer sees all of them.
fn sent(source: &IdentitySource, request: &RequestContext<'_>) -> Vec<String> {
    let repeated = source.header_name().into_iter();
    let repeated = repeated.flat_map(|name| header_values(&request.parts.headers, name));
    let value = source.read(request).ok();
    repeated.chain(value.map(Cow::into_owned)).collect()
}

fn header_values<'r>(
    headers: &'r HeaderMap,
    name: &HeaderName,
) -> impl Iterator<Item = String> + use<'r> {
    let values = headers.get_all(name).into_iter();
    values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// The user name and password of `Basic` authentication, decoded as an authorizer decodes them.
fn basic_credentials(value: &str) -> Vec<String> {
    let encoded = value.trim().strip_prefix("Basic ");
    let decoded = encoded.and_then(|encoded| STANDARD.decode(encoded.trim()).ok());
    let decoded = decoded.and_then(|decoded| String::from_utf8(decoded).ok());
    let Some(decoded) = decoded else {
        return Vec::new();
    };
    let parts: Vec<_> = decoded.split(':').map(str::to_owned).collect();
    [decoded].into_iter().chain(parts).collect()
}
