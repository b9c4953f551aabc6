//! A reason's text without the credentials of the request: an authorizer may have put them into its message.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderName, header, request::Parts};

use crate::{context::decoded_pairs, decision::DenialReason};

static CREDENTIAL_HEADERS: [HeaderName; 4] = [
    header::AUTHORIZATION,
    header::COOKIE,
    header::PROXY_AUTHORIZATION,
    HeaderName::from_static("x-api-key"),
];

/// Shorter texts than this are not taken for a credential where they appear in an explanation.
const SHORTEST_CREDENTIAL: usize = 4;

/// So much of an explanation is shown: an authorizer's message may be long.
const LONGEST_EXPLANATION: usize = 2_000;

/// So much of it is looked through for credentials, and the rest never shown. A credential that is cut there is, too.
const LONGEST_MASKED: usize = 64 * 1024;

/// A request with more words in its credentials than this is not worth the work of masking them.
const MOST_CREDENTIALS: usize = 64;

/// Why, with the credentials of the request masked where the authorizer's own words have them as they were sent.
pub(crate) fn without_credentials(
    reason: &DenialReason,
    identity: &[String],
    request: &Parts,
) -> String {
    let text = reason.to_string();
    if !reason.quotes_the_authorizer() {
        return text;
    }
    let credentials = credentials(identity, request);
    if credentials.len() > MOST_CREDENTIALS {
        return "the authorizer's message is withheld: it may have a credential in it".to_owned();
    }
    let mut text: String = text.chars().take(LONGEST_MASKED).collect();
    for credential in credentials {
        text = text.replace(&credential, "***");
        mask_cut(&mut text, &credential);
    }
    text.chars().take(LONGEST_EXPLANATION).collect()
}

/// Masks the beginning of a credential at the end of a text that somebody has cut.
fn mask_cut(text: &mut String, credential: &str) {
    let longest = credential.len().min(text.len());
    let beginnings = (SHORTEST_CREDENTIAL..=longest).rev();
    let cut = beginnings
        .filter(|length| credential.is_char_boundary(*length))
        .find(|length| {
            let beginning = credential.get(..*length).unwrap_or_default();
            text.ends_with(beginning)
        });
    if let Some(length) = cut {
        text.truncate(text.len() - length);
        text.push_str("***");
    }
}

/// The texts that must not show, the longest first, so that no part of one is left of another.
fn credentials(identity: &[String], request: &Parts) -> Vec<String> {
    let query = request.uri.query().unwrap_or_default();
    let query = decoded_pairs(query).map(|(_, value)| value.into_owned());
    let values = header_values(&request.headers)
        .chain(identity.iter().cloned())
        .chain(query);
    let mut credentials: Vec<_> = values.flat_map(|value| credentials_in(&value)).collect();
    credentials.retain(|credential| credential.len() >= SHORTEST_CREDENTIAL);
    credentials.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    credentials.dedup();
    credentials
}

/// A value, and what is in it that may be shown by itself: a token behind `Bearer`, a cookie's value, a password.
pub(crate) fn credentials_in(value: &str) -> Vec<String> {
    let mut credentials = basic_credentials(value);
    for word in value.split([' ', ';', ',', '"']) {
        credentials.push(word.to_owned());
        // A cookie's name is no secret, and its value may have a `=` in it.
        credentials.extend(word.split_once('=').map(|(_, value)| value.to_owned()));
    }
    credentials.push(value.to_owned());
    credentials
}

fn header_values(headers: &HeaderMap) -> impl Iterator<Item = String> {
    let values = CREDENTIAL_HEADERS
        .iter()
        .flat_map(|name| headers.get_all(name));
    values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// Name and password of `Basic`, as an authorizer decodes them.
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
