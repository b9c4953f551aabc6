//! Reads the outcome of a request from its response, as a client sees it.
//!
//! A gateway response of a REST API has the header `x-amzn-errortype`, even if it is customised. A response of the
//! integration does not have it. Gateway responses of HTTP APIs have no such header. They are recognised by their exact
//! bytes, so an integration can look like them.

use http::header::CONTENT_ENCODING;
use tower_lambda_authorizer::gateway_responses::ResponseType;

use super::client::{Body, Received};
use crate::{failure::in_one_line, table::Outcome};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Seen {
    /// With a remark for the reader of the table.
    Known(Outcome, Option<String>),
    /// The outcome is unclear. The text says why.
    Unclear(String),
}

pub(super) fn outcome_of(response: &Received) -> Seen {
    let has = |name: &str| response.headers.contains_key(name);
    let error_type = response.headers.get("x-amzn-errortype");
    match error_type.map(|value| String::from_utf8_lossy(value.as_bytes())) {
        _ if !has("x-amz-apigw-id") && !has("apigw-requestid") => Seen::Unclear(format!(
            "the response ({}) has no header of API Gateway, so something else answered; use the API's own URL",
            response.status.as_u16()
        )),
        Some(error_type) => of_gateway(error_type.trim(), response),
        None if has("x-amz-apigw-id") => of_integration(response),
        None => of_http_api(response),
    }
}

/// A REST API's gateway response.
fn of_gateway(error_type: &str, response: &Received) -> Seen {
    let status = response.status.as_u16();
    let known = |outcome, usual: u16, remark: Option<&str>| {
        let unusual = (status != usual).then(|| format!("with the status {status}"));
        let remarks: Vec<_> = remark
            .map(str::to_owned)
            .into_iter()
            .chain(unusual)
            .collect();
        Seen::Known(outcome, (!remarks.is_empty()).then(|| remarks.join(", ")))
    };
    let unclear = |why: &str| Seen::Unclear(format!("{status} {error_type}: {why}"));
    match error_type {
        "UnauthorizedException" => known(Outcome::Unauthorized, 401, None),
        "AccessDeniedException" => known(Outcome::Denied, 403, who_denied(response)),
        "AuthorizerConfigurationException" | "AuthorizerFailureException" => {
            known(Outcome::Broken, 500, None)
        }
        "MissingAuthenticationTokenException" => known(
            Outcome::Refused(ResponseType::MissingAuthenticationToken),
            403,
            Some("there is no such operation, or IAM guards it"),
        ),
        // If no authorizer reads `Authorization`, API Gateway treats any value of it as a signature.
        "IncompleteSignatureException" => known(
            Outcome::Refused(ResponseType::MissingAuthenticationToken),
            403,
            Some("IncompleteSignatureException: there is no such operation, or IAM guards it"),
        ),
        // A request validator and the integration come after the authorizer.
        "BadRequestException" if is_of_validator(response) => known(
            Outcome::Passed,
            400,
            Some("then refused by a request validator"),
        ),
        "InternalServerErrorException" => {
            Seen::Known(Outcome::Passed, Some(format!("then failed with {status}")))
        }
        "ForbiddenException" => {
            unclear("an API key, AWS WAF or the stage decided, not the authorizer alone")
        }
        "TooManyRequestsException" | "LimitExceededException" => {
            unclear("API Gateway throttled the request; try a longer `--pause`")
        }
        "InvalidSignatureException" | "ExpiredTokenException" => {
            unclear("IAM decided, not an authorizer")
        }
        _ => Seen::Unclear(format!(
            "{status} with the error type {}, which is not known here",
            shortened(error_type)
        )),
    }
}

fn who_denied(response: &Received) -> Option<&'static str> {
    let message = message(response)?;
    match &*message {
        message if message.starts_with("User: ") => Some("by IAM or a resource policy"),
        message if message.contains("with an explicit deny") => Some("by a statement"),
        message if message.starts_with("User is not authorized to access this resource") => {
            Some("no statement allows it")
        }
        _ => None,
    }
}

fn is_of_validator(response: &Received) -> bool {
    message(response).is_some_and(|message| {
        message == "Invalid request body"
            || message == "Unsupported Media Type"
            || message.starts_with("Missing required request parameters")
    })
}

/// The message of a gateway response that is not customised.
fn message(response: &Received) -> Option<String> {
    let Body::Whole(body) = &response.body else {
        return None;
    };
    let json: serde_json::Value = serde_json::from_slice(body).ok()?;
    let message = json.get("message").or_else(|| json.get("Message"))?;
    message.as_str().map(str::to_owned)
}

fn of_integration(response: &Received) -> Seen {
    let status = response.status.as_u16();
    let is_refusal = matches!(status, 401 | 403);
    let remark = is_refusal.then(|| format!("the integration's own {status}"));
    Seen::Known(Outcome::Passed, remark)
}

/// A response of an HTTP API. The bytes of its gateway responses are always the same.
fn of_http_api(response: &Received) -> Seen {
    const TWIN: &str = "unless the integration answers with the same bytes";
    let certain = |outcome| Seen::Known(outcome, None);
    let probable = |outcome| Seen::Known(outcome, Some(TWIN.to_owned()));
    let status = response.status.as_u16();
    let body: &[u8] = match &response.body {
        Body::Whole(body) => body,
        // None of API Gateway's own refusals is so long.
        Body::TooLong => b"?",
        Body::Incomplete if is_known_by_its_bytes(status) => {
            return Seen::Unclear(format!(
                "{status}, but the response ended too early, and an HTTP API's refusals are known by their bytes"
            ));
        }
        Body::Incomplete => b"",
    };
    if is_known_by_its_bytes(status) && response.headers.contains_key(CONTENT_ENCODING) {
        return Seen::Unclear(format!(
            "{status} with an encoded body, but an HTTP API's refusals are known by their bytes; leave out the request's \
             `Accept-Encoding`"
        ));
    }
    match (status, body) {
        (status, b"") if is_known_by_its_bytes(status) => Seen::Unclear(format!(
            "{status} without a body, by which an HTTP API's refusals are known; record GET instead of HEAD"
        )),
        (401, br#"{"message":"Unauthorized"}"#) => probable(Outcome::Unauthorized),
        (403, br#"{"message":"Forbidden"}"#) => probable(Outcome::Denied),
        (404, br#"{"message":"Not Found"}"#) => probable(Outcome::Status(404)),
        (429, br#"{"message":"Too Many Requests"}"#) => Seen::Unclear(
            "429: API Gateway throttled the request; try a longer `--pause`".to_owned(),
        ),
        (500, br#"{"message":"Internal Server Error"}"#) => Seen::Unclear(
            "500: the authorizer or the integration failed; `$context.authorizer.error` in the access log tells which"
                .to_owned(),
        ),
        (401 | 403, _) => of_integration(response),
        _ => certain(Outcome::Passed),
    }
}

/// The statuses that an HTTP API itself answers with, too.
fn is_known_by_its_bytes(status: u16) -> bool {
    matches!(status, 401 | 403 | 404 | 429 | 500)
}

/// Shortens a text of the server, which may contain anything.
fn shortened(text: &str) -> String {
    let text = in_one_line(text);
    text.chars().take(60).collect()
}
