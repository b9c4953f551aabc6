//! Translates the SDK's result of an invocation.

use aws_sdk_lambda::{
    config::http::HttpResponse,
    error::{ProvideErrorMetadata, SdkError},
    operation::invoke::{InvokeError as ServiceError, InvokeOutput},
    types::ThrottleReason,
};
use bytes::Bytes;

use super::super::{InvokeError, InvokeErrorKind as Kind, Invoked};
use crate::authorizer::bounded;

type CallError = SdkError<ServiceError, HttpResponse>;

/// The function ran. It failed if the response has the error header, with any value.
pub(super) fn invoked(output: InvokeOutput) -> Invoked {
    let failed = output.function_error.is_some();
    let payload = output
        .payload
        .map(|payload| Bytes::from(payload.into_inner()));
    let payload = payload.unwrap_or_default();
    if failed {
        Invoked::Failed(payload)
    } else {
        Invoked::Returned(payload)
    }
}

/// The call failed.
pub(super) fn not_invoked(error: CallError) -> Result<Invoked, InvokeError> {
    match error {
        SdkError::ServiceError(answer) => match failure_under_an_emulator(answer.raw()) {
            Some(payload) => Ok(Invoked::Failed(payload)),
            None => {
                let status = answer.raw().status().as_u16();
                let kind = kind_of(status, answer.err());
                Err(InvokeError::new(kind, description(status, answer.err())))
            }
        },
        SdkError::TimeoutError(_) => Err(caused(Kind::TimedOut, error)),
        SdkError::DispatchFailure(ref failure) if failure.is_io() || failure.is_timeout() => {
            Err(caused(Kind::Unreachable, error))
        }
        SdkError::ConstructionFailure(_) | SdkError::DispatchFailure(_) => {
            Err(caused(Kind::NotConfigured, error))
        }
        _ => Err(caused(Kind::Failed, error)),
    }
}

/// If the kind already says the same as the SDK's outermost error, the source is the error below that.
fn caused(kind: Kind, error: CallError) -> InvokeError {
    match error.into_source() {
        Ok(cause) => InvokeError::new(kind, cause),
        Err(error) => InvokeError::new(kind, error),
    }
}

fn kind_of(status: u16, error: &ServiceError) -> Kind {
    if error.code().is_some_and(is_about_credentials) {
        return Kind::CredentialsRejected;
    }
    match (status, error) {
        (429, _) | (_, ServiceError::TooManyRequestsException(_)) => Kind::Throttled,
        (_, ServiceError::ResourceNotFoundException(_)) => Kind::NoSuchFunction,
        (401 | 403, _) => Kind::NotPermitted,
        (413, _) | (_, ServiceError::RequestTooLargeException(_)) => Kind::EventTooLarge,
        _ => Kind::Failed,
    }
}

/// AWS sends these codes with and without the suffix `Exception`, with the status 403 or, for some of them, 400.
fn is_about_credentials(code: &str) -> bool {
    matches!(
        code.strip_suffix("Exception").unwrap_or(code),
        "ExpiredToken"
            | "IncompleteSignature"
            | "InvalidAccessKeyId"
            | "InvalidClientTokenId"
            | "InvalidSignature"
            | "MissingAuthenticationToken"
            | "RequestExpired"
            | "RequestTimeTooSkewed"
            | "SignatureDoesNotMatch"
            | "UnrecognizedClient"
    )
}

/// Such as `ResourceNotFoundException: Function not found: …`.
fn description(status: u16, error: &ServiceError) -> String {
    let reason = match error {
        ServiceError::TooManyRequestsException(throttled) => {
            throttled.reason().map(ThrottleReason::as_str)
        }
        _ => None,
    };
    let code = error
        .code()
        .map_or_else(|| format!("status {status}"), str::to_owned);
    // If a signature is wrong, the lines after the first show the request that should have been signed, with its
    // session token.
    let message = error.message().and_then(|message| message.lines().next());
    let parts = [Some(&*code), reason, message];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    bounded(parts.join(": "))
}

/// If a function fails, cargo-lambda's emulator responds with 500 and the payload, but the service with 200 and a
/// header. The service's own 500 has an error type, and the emulator's does not.
fn failure_under_an_emulator(response: &HttpResponse) -> Option<Bytes> {
    let has_error_type = response.headers().get("x-amzn-errortype").is_some();
    if response.status().as_u16() != 500 || has_error_type {
        return None;
    }
    let payload = response.body().bytes()?;
    let members: serde_json::Map<_, _> = serde_json::from_slice(payload).ok()?;
    members
        .contains_key("errorMessage")
        .then(|| Bytes::copy_from_slice(payload))
}
