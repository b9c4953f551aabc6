//! The default gateway response of each type: statuses, error type, message and form, as API Gateway has them.

use http::StatusCode;

use super::{
    body_form::BodyForm,
    response_type::{ResponseFamily, ResponseType},
};

/// What all default responses of one type have in common.
pub(super) struct DefaultResponse {
    /// The status that API Gateway lists.
    pub(super) listed: Option<StatusCode>,
    /// The status that API Gateway sends. It differs from the listed one for some types.
    pub(super) runtime: StatusCode,
    pub(super) error_type: Option<&'static str>,
    /// `None` for `null`.
    pub(super) message: Option<&'static str>,
    pub(super) form: BodyForm,
}

impl ResponseType {
    /// The status that API Gateway lists for the type. `None` for the two defaults.
    #[must_use]
    pub const fn listed_status(self) -> Option<StatusCode> {
        self.default_response().listed
    }

    /// The status that API Gateway sends, if nothing is customised. It is the listed one, except that
    /// [`IntegrationFailure`](Self::IntegrationFailure) is listed as 504 and sent as 500.
    #[must_use]
    pub const fn runtime_status(self) -> StatusCode {
        self.default_response().runtime
    }

    /// The value of `x-amzn-ErrorType`.
    #[must_use]
    pub const fn error_type(self) -> Option<&'static str> {
        self.default_response().error_type
    }

    /// The family of the type. A configured status does not change it.
    #[must_use]
    pub fn family(self) -> ResponseFamily {
        if self.runtime_status().is_server_error() {
            ResponseFamily::Server
        } else {
            ResponseFamily::Client
        }
    }

    pub(super) const fn default_response(self) -> DefaultResponse {
        use BodyForm::{CapitalMessage, Compact, PlainText, Spaced};
        const fn default(
            listed: StatusCode,
            error_type: &'static str,
            message: Option<&'static str>,
            form: BodyForm,
        ) -> DefaultResponse {
            DefaultResponse {
                listed: Some(listed),
                runtime: listed,
                error_type: Some(error_type),
                message,
                form,
            }
        }
        const BAD_REQUEST: StatusCode = StatusCode::BAD_REQUEST;
        const FORBIDDEN: StatusCode = StatusCode::FORBIDDEN;
        const INTERNAL: StatusCode = StatusCode::INTERNAL_SERVER_ERROR;
        const INTERNAL_TYPE: &str = "InternalServerErrorException";
        const INTERNAL_MESSAGE: Option<&str> = Some("Internal server error");
        match self {
            Self::AccessDenied => default(
                FORBIDDEN,
                "AccessDeniedException",
                Some("User is not authorized to access this resource"),
                CapitalMessage,
            ),
            Self::ApiConfigurationError => {
                default(INTERNAL, INTERNAL_TYPE, INTERNAL_MESSAGE, Spaced)
            }
            // No recording has `AuthorizerFailureException`.
            Self::AuthorizerConfigurationError | Self::AuthorizerFailure => {
                default(INTERNAL, "AuthorizerConfigurationException", None, Compact)
            }
            Self::BadRequestBody => default(
                BAD_REQUEST,
                "BadRequestException",
                Some("Invalid request body"),
                Spaced,
            ),
            Self::BadRequestParameters => default(
                BAD_REQUEST,
                "BadRequestException",
                Some("Missing required request parameters"),
                Spaced,
            ),
            Self::Default4xx => DefaultResponse {
                listed: None,
                runtime: BAD_REQUEST,
                error_type: Some("BadRequestException"),
                message: Some("Bad Request"),
                form: Compact,
            },
            // The response if the service behind the API gives an invalid answer.
            Self::Default5xx => DefaultResponse {
                listed: None,
                runtime: StatusCode::BAD_GATEWAY,
                error_type: Some(INTERNAL_TYPE),
                message: INTERNAL_MESSAGE,
                form: Spaced,
            },
            Self::ExpiredToken => default(
                FORBIDDEN,
                "ExpiredTokenException",
                Some("The security token included in the request is expired"),
                Compact,
            ),
            // Listed as 504 but recorded as 500.
            Self::IntegrationFailure => DefaultResponse {
                listed: Some(StatusCode::GATEWAY_TIMEOUT),
                runtime: INTERNAL,
                error_type: Some(INTERNAL_TYPE),
                message: INTERNAL_MESSAGE,
                form: Spaced,
            },
            Self::IntegrationTimeout => default(
                StatusCode::GATEWAY_TIMEOUT,
                INTERNAL_TYPE,
                Some("Endpoint request timed out"),
                Spaced,
            ),
            Self::InvalidApiKey | Self::WafFiltered => {
                default(FORBIDDEN, "ForbiddenException", Some("Forbidden"), Compact)
            }
            Self::InvalidSignature => default(
                FORBIDDEN,
                "InvalidSignatureException",
                Some(
                    "The request signature we calculated does not match the signature you provided.",
                ),
                Compact,
            ),
            Self::MissingAuthenticationToken => default(
                FORBIDDEN,
                "MissingAuthenticationTokenException",
                Some("Missing Authentication Token"),
                Compact,
            ),
            Self::QuotaExceeded => default(
                StatusCode::TOO_MANY_REQUESTS,
                "LimitExceededException",
                Some("Limit Exceeded"),
                Compact,
            ),
            // API Gateway sends plain text here, not JSON.
            Self::RequestTooLarge => default(
                StatusCode::PAYLOAD_TOO_LARGE,
                "RequestTooLargeException",
                Some("HTTP content length exceeded 10485760 bytes."),
                PlainText,
            ),
            Self::ResourceNotFound => default(
                StatusCode::NOT_FOUND,
                "ResourceNotFoundException",
                Some("Not Found"),
                Compact,
            ),
            Self::Throttled => default(
                StatusCode::TOO_MANY_REQUESTS,
                "TooManyRequestsException",
                Some("Too Many Requests"),
                Compact,
            ),
            Self::Unauthorized => default(
                StatusCode::UNAUTHORIZED,
                "UnauthorizedException",
                Some("Unauthorized"),
                Compact,
            ),
            Self::UnsupportedMediaType => default(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "BadRequestException",
                Some("Unsupported Media Type"),
                Spaced,
            ),
        }
    }
}
