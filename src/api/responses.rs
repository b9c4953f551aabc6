//! How the gateway of each type of API answers where nobody has customised it.

use std::borrow::Cow;

use http::StatusCode;

use crate::{
    decision::DenialReason,
    gateway_response::{BodyForm, GatewayFailure, IdHeaders, ResponseType},
};

/// How one type of API dresses a failure. A REST API's are recorded type by type, in `gateway_response/`; the others
/// are told by what they do otherwise.
#[derive(Debug)]
pub(crate) struct DefaultResponses {
    dress: fn(GatewayFailure, Option<&DenialReason>) -> GatewayFailure,
}

impl DefaultResponses {
    pub(super) const REST: Self = Self {
        dress: |failure, _| failure,
    };
    pub(super) const HTTP: Self = Self { dress: http };
    pub(super) const WEBSOCKET: Self = Self { dress: websocket };

    /// The failure as this type of API tells it. Without a reason it is the application's own, whose message stays.
    pub(crate) fn dress(
        &self,
        failure: GatewayFailure,
        reason: Option<&DenialReason>,
    ) -> GatewayFailure {
        (self.dress)(failure, reason)
    }
}

/// A status and its phrase: nothing tells an explicit deny from an implicit one.
fn http(mut failure: GatewayFailure, reason: Option<&DenialReason>) -> GatewayFailure {
    let unknown = ResponseType::MissingAuthenticationToken;
    if failure.response_type() == unknown && failure.status() == unknown.runtime_status() {
        failure = failure.with_status(StatusCode::NOT_FOUND);
    }
    let phrase = failure.status().canonical_reason().map(Cow::Borrowed);
    if reason.is_some() || failure.has_default_message() {
        failure = failure.worded(phrase);
    }
    failure
        .formed(BodyForm::Compact)
        .without_error_type()
        .identified_by(IdHeaders::ApigwRequestId)
}

fn websocket(failure: GatewayFailure, reason: Option<&DenialReason>) -> GatewayFailure {
    let failure = match reason {
        // From the front end, which knows of no API yet.
        Some(DenialReason::SeveralAuthorizationHeaders) => {
            return failure
                .formed(BodyForm::Html)
                .without_error_type()
                .identified_by(IdHeaders::None);
        }
        Some(DenialReason::MalformedResponse { .. }) => failure.worded(Some("".into())),
        _ if failure.message().is_none() => failure.worded(Some("Internal server error".into())),
        _ => failure,
    };
    failure
        .formed(BodyForm::WithConnection)
        .without_error_type()
        .identified_by(IdHeaders::ApigwId)
}
