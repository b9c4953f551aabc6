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
    if cause.is_some() || failure.has_default_message() {
        failure.message = failure.status().canonical_reason().map(Cow::Borrowed);
    }
    GatewayFailure {
        form: BodyForm::Compact,
        error_type: None,
        ids: IdHeaders::ApigwRequestId,
        ..failure
    }
}

fn with_connection(failure: GatewayFailure, cause: Option<Cause>) -> GatewayFailure {
    let (form, ids) = match cause {
        // The front end answers this before it knows the API.
        Some(Cause::SeveralAuthorizationHeaders) => (BodyForm::Html, IdHeaders::None),
        _ => (BodyForm::WithConnection, IdHeaders::ApigwId),
    };
    let message = match cause {
        Some(Cause::MalformedResponse) => "".into(),
        _ => failure.message.unwrap_or("Internal server error".into()),
    };
    GatewayFailure {
        form,
        error_type: None,
        ids,
        message: Some(message),
        ..failure
    }
}
