//! How the gateway of each type of API answers by default.

use std::borrow::Cow;

use http::StatusCode;

use super::{
    body_form::BodyForm,
    cause::Cause,
    failure::{GatewayFailure, IdHeaders},
    response_type::ResponseType,
};
use crate::api::ResponseStyle;

/// The failure in the style of this type of API. A failure without a cause is the application's and keeps its message.
pub(super) fn in_style(
    style: ResponseStyle,
    failure: GatewayFailure,
    cause: Option<Cause>,
) -> GatewayFailure {
    match style {
        ResponseStyle::ByResponseType => failure,
        ResponseStyle::StatusPhrase => status_phrase(failure, cause),
        ResponseStyle::WithConnection => with_connection(failure, cause),
    }
}

/// An HTTP API answers with the phrase of the status, even for an explicit and an implicit deny.
fn status_phrase(mut failure: GatewayFailure, cause: Option<Cause>) -> GatewayFailure {
    let unknown = ResponseType::MissingAuthenticationToken;
    if failure.response_type() == unknown && failure.status() == unknown.runtime_status() {
        failure = failure.with_status(StatusCode::NOT_FOUND);
    }
    let phrase = failure.status().canonical_reason().map(Cow::Borrowed);
    if cause.is_some() || failure.has_default_message() {
        failure = failure.worded(phrase);
    }
    failure
        .formed(BodyForm::Compact)
        .without_error_type()
        .identified_by(IdHeaders::ApigwRequestId)
}

fn with_connection(failure: GatewayFailure, cause: Option<Cause>) -> GatewayFailure {
    let failure = match cause {
        // The front end answers this before it knows the API.
        Some(Cause::SeveralAuthorizationHeaders) => {
            return failure
                .formed(BodyForm::Html)
                .without_error_type()
                .identified_by(IdHeaders::None);
        }
        Some(Cause::MalformedResponse) => failure.worded(Some("".into())),
        _ if failure.message().is_none() => failure.worded(Some("Internal server error".into())),
        _ => failure,
    };
    failure
        .formed(BodyForm::WithConnection)
        .without_error_type()
        .identified_by(IdHeaders::ApigwId)
}
