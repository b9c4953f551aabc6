//! Responses for development: they tell the client why, and that they do.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::{failure::GatewayFailure, reference::json_string};
use crate::decision::Denial;

static EXPLANATION: HeaderName = HeaderName::from_static("x-lambda-authorizer-explanation");
static NOT_FOR_PRODUCTION: HeaderName =
    HeaderName::from_static("x-lambda-authorizer-not-for-production");

static CREDENTIAL_HEADERS: [HeaderName; 4] = [
    header::AUTHORIZATION,
    header::COOKIE,
    header::PROXY_AUTHORIZATION,
    HeaderName::from_static("x-api-key"),
];

const WARNING: &str =
    "these gateway responses are for development; they tell clients why they are refused";

/// Shorter texts than this are not taken for a credential where they appear in an explanation.
const SHORTEST_CREDENTIAL: usize = 4;

/// So much of an explanation is shown: an authorizer's message may be long.
const LONGEST_EXPLANATION: usize = 2_000;

/// A request with more words in its credentials than this is not worth the work of masking them.
const MOST_CREDENTIALS: usize = 64;

/// Why, without the credentials of the request: an authorizer may have put them into its message.
pub(super) fn explanation(denial: &Denial, identity: &[String], request: &HeaderMap) -> String {
    let text = denial.to_string();
    if !denial.reason().quotes_the_authorizer() {
        return text;
    }
    let credentials = credentials(identity, request);
    if credentials.len() > MOST_CREDENTIALS {
        return "the authorizer's message is withheld: it may have a credential in it".to_owned();
    }
    let mut text: String = text.chars().take(LONGEST_EXPLANATION).collect();
    for credential in credentials {
        text = text.replace(&credential, "***");
    }
    text
}

/// The texts that must not show, the longest first, so that no part of one is left of another.
fn credentials(identity: &[String], request: &HeaderMap) -> Vec<String> {
    let values = CREDENTIAL_HEADERS
        .iter()
        .flat_map(|name| request.get_all(name));
    let values = values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let mut credentials = Vec::new();
    for value in values.chain(identity.iter().cloned()) {
        for word in value.split([' ', ';', ',', '"']) {
            credentials.push(word.to_owned());
            // A cookie's name is no secret, and its value may have a `=` in it.
            credentials.extend(word.split_once('=').map(|(_, value)| value.to_owned()));
        }
        credentials.extend(basic_credentials(&value));
        credentials.push(value);
    }
    credentials.retain(|credential| credential.len() >= SHORTEST_CREDENTIAL);
    credentials.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    credentials.dedup();
    credentials
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

pub(super) fn body(failure: &GatewayFailure, explanation: &str) -> String {
    let message = failure.message().map_or("null".to_owned(), json_string);
    let explanation = json_string(explanation);
    let warning = json_string(WARNING);
    format!(r#"{{"message":{message},"explanation":{explanation},"notForProduction":{warning}}}"#)
}

pub(super) fn set_headers(headers: &mut HeaderMap, explanation: &str) {
    let one_line: String = explanation
        .chars()
        .map(|c| {
            if c.is_control() || !c.is_ascii() {
                ' '
            } else {
                c
            }
        })
        .collect();
    if let Ok(explanation) = HeaderValue::try_from(one_line) {
        headers.insert(&EXPLANATION, explanation);
    }
    headers.insert(&NOT_FOR_PRODUCTION, HeaderValue::from_static(WARNING));
}
