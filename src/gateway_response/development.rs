//! Responses for development: they tell the client why, and that they do.

use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::{failure::GatewayFailure, reference::json_string};
use crate::decision::Denial;

static EXPLANATION: HeaderName = HeaderName::from_static("x-lambda-authorizer-explanation");
static NOT_FOR_PRODUCTION: HeaderName =
    HeaderName::from_static("x-lambda-authorizer-not-for-production");

const WARNING: &str =
    "these gateway responses are for development; they tell clients why they are refused";

/// Shorter texts than this are not taken for a credential where they appear in an explanation.
const SHORTEST_CREDENTIAL: usize = 4;

/// Why, without the credentials of the request: an authorizer may have put them into its message.
pub(super) fn explanation(denial: &Denial, identity: &[String], request: &HeaderMap) -> String {
    let mut text = denial.to_string();
    if !denial.reason().quotes_the_authorizer() {
        return text;
    }
    let credentials = [
        header::AUTHORIZATION,
        header::COOKIE,
        header::PROXY_AUTHORIZATION,
    ];
    let values = credentials.iter().flat_map(|name| request.get_all(name));
    let values = values.filter_map(|value| std::str::from_utf8(value.as_bytes()).ok());
    let words = values.flat_map(|value| {
        let words = value.split([' ', ';', '=', ',']);
        [value.trim()].into_iter().chain(words)
    });
    for credential in words.chain(identity.iter().map(String::as_str)) {
        if credential.len() >= SHORTEST_CREDENTIAL {
            text = text.replace(credential, "***");
        }
    }
    text
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
