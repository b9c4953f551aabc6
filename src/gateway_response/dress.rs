//! How the gateway of each type of API answers by default.

use std::borrow::Cow;

use http::StatusCode;

use super::{
    body::BodyForm,
    failure::{GatewayFailure, IdHeaders},
    response_type::ResponseType,
};
use crate::{api::ResponseStyle, decision::DenialReason};

/// The failure in the style of this type of API. A failure without a reason is the application's and keeps its message.
pub(super) fn dress(
    style: ResponseStyle,
    failure: GatewayFailure,
    reason: Option<&DenialReason>,
) -> GatewayFailure {
    match style {
        ResponseStyle::ByResponseType => failure,
        ResponseStyle::StatusPhrase => status_phrase(failure, reason),
        ResponseStyle::WithConnection => with_connection(failure, reason),
    }
}

/// An HTTP API answers with the phrase of the status, also for an explicit and an implicit deny.
fn status_phrase(mut failure: GatewayFailure, reason: Option<&DenialReason>) -> GatewayFailure {
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

fn with_connection(failure: GatewayFailure, reason: Option<&DenialReason>) -> GatewayFailure {
    let failure = match reason {
        // The front end answers this before it knows the API.
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
