//! Responses for development. They explain the refusal to the client, and warn that they do.

use http::{HeaderMap, HeaderName, HeaderValue};

use super::{failure::GatewayFailure, reference::json_string};

static EXPLANATION: HeaderName = HeaderName::from_static("x-lambda-authorizer-explanation");
static NOT_FOR_PRODUCTION: HeaderName =
    HeaderName::from_static("x-lambda-authorizer-not-for-production");

const WARNING: &str =
    "these gateway responses are for development; they tell clients why they are refused";

pub(super) fn body(failure: &GatewayFailure, explanation: &str) -> String {
    let message = failure.message().map_or("null".to_owned(), json_string);
    let explanation = json_string(explanation);
    let warning = json_string(WARNING);
    format!(r#"{{"message":{message},"explanation":{explanation},"notForProduction":{warning}}}"#)
}

pub(super) fn set_headers(headers: &mut HeaderMap, explanation: &str) {
    // Many clients read headers as ASCII only. The explanation has no line breaks.
    let ascii = explanation.replace(|c: char| !c.is_ascii(), " ");
    if let Ok(explanation) = HeaderValue::try_from(ascii) {
        headers.insert(&EXPLANATION, explanation);
    }
    headers.insert(&NOT_FOR_PRODUCTION, HeaderValue::from_static(WARNING));
}
