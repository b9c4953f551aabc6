//! One failure of one request, which a gateway response reports.

use std::borrow::Cow;

use http::StatusCode;

use super::{body_form::BodyForm, cause::Cause, response_type::ResponseType, wording::Wording};

/// One failure, which is answered with a gateway response.
///
/// ```
/// use tower_lambda_authorizer::gateway_responses::{GatewayFailure, ResponseType};
///
/// let failure = GatewayFailure::new(ResponseType::BadRequestParameters)
///     .with_message("Missing required request parameters: [limit]");
/// assert_eq!(failure.response_type(), ResponseType::BadRequestParameters);
/// assert_eq!(failure.message(), Some("Missing required request parameters: [limit]"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a failure does nothing until it is answered"]
pub struct GatewayFailure {
    pub(super) response_type: ResponseType,
    pub(super) status: StatusCode,
    /// `None` for `null`.
    pub(super) message: Option<Cow<'static, str>>,
    pub(super) validation_errors: Option<String>,
    pub(super) error_type: Option<&'static str>,
    pub(super) form: BodyForm,
    pub(super) ids: IdHeaders,
}

/// The headers with the request's ids that a response has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IdHeaders {
    /// `x-amzn-RequestId` and `x-amz-apigw-id`.
    RequestIdAndApigwId,
    /// `apigw-requestid`.
    ApigwRequestId,
    /// `x-amz-apigw-id`.
    ApigwId,
    None,
}

impl GatewayFailure {
    /// Creates a failure of this type, with the type's status and message.
    pub fn new(response_type: ResponseType) -> Self {
        Self {
            response_type,
            status: response_type.runtime_status(),
            message: response_type.default_message().map(Cow::Borrowed),
            validation_errors: None,
            error_type: response_type.error_type(),
            form: response_type.default_form(),
            ids: IdHeaders::RequestIdAndApigwId,
        }
    }

    /// Sets the message, `$context.error.message`.
    pub fn with_message(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// Sets the errors of the request's validation, `$context.error.validationErrorString`.
    pub fn with_validation_errors(mut self, errors: impl Into<String>) -> Self {
        self.validation_errors = Some(errors.into());
        self
    }

    /// Sets the status of the response, unless an entry configures one.
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The failure for a layer's refusal.
    pub(super) fn of(cause: Cause, wording: Wording, response_type: ResponseType) -> Self {
        let failure = Self::new(response_type);
        match cause {
            Cause::ExplicitDeny => failure.with_message(wording.explicit_deny()),
            Cause::ImplicitDeny => failure.with_message(wording.implicit_deny()),
            // Only the message is documented. No body and no error type was recorded.
            Cause::MethodArnTooLong => Self {
                error_type: None,
                ..failure
                    .with_message("Request URI too long")
                    .with_status(StatusCode::URI_TOO_LONG)
            },
            _ => failure,
        }
    }

    /// The type of the gateway response.
    #[must_use]
    pub fn response_type(&self) -> ResponseType {
        self.response_type
    }

    /// The status of the response, unless an entry configures one.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The message. `None` stands for `null`, as for a broken authorizer.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// Whether the message is the default of the type.
    pub(super) fn has_default_message(&self) -> bool {
        self.message() == self.response_type.default_message()
    }
}
