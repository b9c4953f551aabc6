//! The responses of the Invoke API.

use std::time::Duration;

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use serde_json::{Value, json};

use super::{environment::Outcome, runtime_api::MAX_ANSWER};

const REQUEST_ID: &str = "52fdfc07-2182-454f-963f-5f0f9a621d72";

/// The response after a function ran or could not be started. The status is always 200.
pub(super) fn outcome(outcome: Outcome, timeout: Duration) -> Response {
    match outcome {
        Outcome::Returned(payload) => executed([], payload),
        Outcome::Failed(payload) => failed(payload),
        Outcome::TooLarge => failed(json_bytes(&json!({
            "errorMessage": format!("Response payload size exceeded maximum allowed payload size ({MAX_ANSWER} bytes)."),
            "errorType": "Function.ResponseSizeTooLarge",
        }))),
        Outcome::Exited(status) => failed(json_bytes(&json!({
            "errorType": "Runtime.ExitError",
            "errorMessage": format!("RequestId: {REQUEST_ID} Error: Runtime exited with error: {status}"),
        }))),
        Outcome::TimedOut => failed(json_bytes(&json!({
            "errorType": "Sandbox.Timedout",
            "errorMessage": format!("RequestId: {REQUEST_ID} Error: Task timed out after {:.2} seconds", timeout.as_secs_f64()),
        }))),
        Outcome::NotStarted => failed(json_bytes(&json!({
            "errorType": "Runtime.InvalidEntrypoint",
            "errorMessage": format!("RequestId: {REQUEST_ID} Error: fork/exec /var/task/bootstrap: no such file or directory"),
        }))),
    }
}

pub(super) fn throttled() -> Response {
    let reason = "ReservedFunctionConcurrentInvocationLimitExceeded";
    let body = json!({"Reason": reason, "Type": "User", "message": "Rate Exceeded."});
    refused(
        StatusCode::TOO_MANY_REQUESTS,
        "TooManyRequestsException",
        &body,
    )
}

pub(super) fn no_such_function(name: &str) -> Response {
    let message =
        format!("Function not found: arn:aws:lambda:eu-west-1:123456789012:function:{name}");
    let body = json!({"Type": "User", "Message": message});
    refused(StatusCode::NOT_FOUND, "ResourceNotFoundException", &body)
}

pub(super) fn not_permitted(name: &str) -> Response {
    let message = format!(
        "User: arn:aws:iam::123456789012:user/gateway is not authorized to perform: lambda:InvokeFunction on resource: {name}"
    );
    refused(
        StatusCode::FORBIDDEN,
        "AccessDeniedException",
        &json!({"Message": message}),
    )
}

pub(super) fn not_signed() -> Response {
    let body = json!({"message": "Missing Authentication Token"});
    refused(
        StatusCode::FORBIDDEN,
        "MissingAuthenticationTokenException",
        &body,
    )
}

pub(super) fn event_not_json() -> Response {
    let body = json!({"Type": "User", "Message": "Could not parse request body into json"});
    refused(
        StatusCode::BAD_REQUEST,
        "InvalidRequestContentException",
        &body,
    )
}

pub(super) fn event_too_large(bytes: usize) -> Response {
    let message =
        format!("{bytes} byte payload is too large for the RequestResponse invocation type");
    let body = json!({"Type": "User", "message": message});
    refused(
        StatusCode::PAYLOAD_TOO_LARGE,
        "RequestTooLargeException",
        &body,
    )
}

fn failed(payload: Bytes) -> Response {
    executed([("x-amz-function-error", "Unhandled")], payload)
}

fn executed<const N: usize>(more: [(&'static str, &'static str); N], payload: Bytes) -> Response {
    let headers = [
        ("content-type", "application/json"),
        ("x-amz-executed-version", "$LATEST"),
        ("x-amzn-requestid", REQUEST_ID),
    ];
    (headers, more, payload).into_response()
}

/// The SDK reads the type of an error from the header.
fn refused(status: StatusCode, error_type: &'static str, body: &Value) -> Response {
    let headers = [
        ("content-type", "application/json"),
        ("x-amzn-errortype", error_type),
        ("x-amzn-requestid", REQUEST_ID),
    ];
    (status, headers, json_bytes(body)).into_response()
}

fn json_bytes(value: &Value) -> Bytes {
    Bytes::from(value.to_string())
}
