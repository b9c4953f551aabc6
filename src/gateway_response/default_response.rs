//! The default gateway response of each type: name, statuses, error type, message and form, as API Gateway has them.

use http::StatusCode;

use super::{body::BodyForm, response_type::ResponseType};

/// What all default responses of one type have in common.
pub(super) struct DefaultResponse {
    pub(super) name: &'static str,
    /// The status that API Gateway lists.
    pub(super) listed: Option<StatusCode>,
    /// The status that API Gateway sends. It differs from the listed one for some types.
    pub(super) runtime: StatusCode,
    pub(super) error_type: Option<&'static str>,
    /// None for `null`.
    pub(super) message: Option<&'static str>,
    pub(super) form: BodyForm,
}

impl ResponseType {
    pub(super) const fn default_response(self) -> DefaultResponse {
        use BodyForm::{CapitalMessage, Compact, PlainText, Spaced};
        const fn default(
            name: &'static str,
            listed: StatusCode,
            error_type: &'static str,
            message: Option<&'static str>,
            form: BodyForm,
        ) -> DefaultResponse {
            DefaultResponse {
                name,
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
                "ACCESS_DENIED",
                FORBIDDEN,
                "AccessDeniedException",
                Some("User is not authorized to access this resource"),
                CapitalMessage,
            ),
            Self::ApiConfigurationError => default(
                "API_CONFIGURATION_ERROR",
                INTERNAL,
                INTERNAL_TYPE,
                INTERNAL_MESSAGE,
                Spaced,
            ),
            Self::AuthorizerConfigurationError => default(
                "AUTHORIZER_CONFIGURATION_ERROR",
                INTERNAL,
                "AuthorizerConfigurationException",
                None,
                Compact,
            ),
            // No recording has `AuthorizerFailureException`.
            Self::AuthorizerFailure => default(
                "AUTHORIZER_FAILURE",
                INTERNAL,
                "AuthorizerConfigurationException",
                None,
                Compact,
            ),
            Self::BadRequestBody => default(
                "BAD_REQUEST_BODY",
                BAD_REQUEST,
                "BadRequestException",
                Some("Invalid request body"),
                Spaced,
            ),
            Self::BadRequestParameters => default(
                "BAD_REQUEST_PARAMETERS",
                BAD_REQUEST,
                "BadRequestException",
                Some("Missing required request parameters"),
                Spaced,
            ),
            Self::Default4xx => DefaultResponse {
                name: "DEFAULT_4XX",
                listed: None,
                runtime: BAD_REQUEST,
                error_type: Some("BadRequestException"),
                message: Some("Bad Request"),
                form: Compact,
            },
            // The response if the service behind the API gives an invalid answer.
            Self::Default5xx => DefaultResponse {
                name: "DEFAULT_5XX",
                listed: None,
                runtime: StatusCode::BAD_GATEWAY,
                error_type: Some(INTERNAL_TYPE),
                message: INTERNAL_MESSAGE,
                form: Spaced,
            },
            Self::ExpiredToken => default(
                "EXPIRED_TOKEN",
                FORBIDDEN,
                "ExpiredTokenException",
                Some("The security token included in the request is expired"),
                Compact,
            ),
            // Listed as 504 but recorded as 500.
            Self::IntegrationFailure => DefaultResponse {
                name: "INTEGRATION_FAILURE",
                listed: Some(StatusCode::GATEWAY_TIMEOUT),
                runtime: INTERNAL,
                error_type: Some(INTERNAL_TYPE),
                message: INTERNAL_MESSAGE,
                form: Spaced,
            },
            Self::IntegrationTimeout => default(
                "INTEGRATION_TIMEOUT",
                StatusCode::GATEWAY_TIMEOUT,
                INTERNAL_TYPE,
                Some("Endpoint request timed out"),
                Spaced,
            ),
            Self::InvalidApiKey => default(
                "INVALID_API_KEY",
                FORBIDDEN,
                "ForbiddenException",
                Some("Forbidden"),
                Compact,
            ),
            Self::InvalidSignature => default(
                "INVALID_SIGNATURE",
                FORBIDDEN,
                "InvalidSignatureException",
                Some(
                    "The request signature we calculated does not match the signature you provided.",
                ),
                Compact,
            ),
            Self::MissingAuthenticationToken => default(
                "MISSING_AUTHENTICATION_TOKEN",
                FORBIDDEN,
                "MissingAuthenticationTokenException",
                Some("Missing Authentication Token"),
                Compact,
            ),
            Self::QuotaExceeded => default(
                "QUOTA_EXCEEDED",
                StatusCode::TOO_MANY_REQUESTS,
                "LimitExceededException",
                Some("Limit Exceeded"),
                Compact,
            ),
            // API Gateway sends plain text here, not JSON.
            Self::RequestTooLarge => default(
                "REQUEST_TOO_LARGE",
                StatusCode::PAYLOAD_TOO_LARGE,
                "RequestTooLargeException",
                Some("HTTP content length exceeded 10485760 bytes."),
                PlainText,
            ),
            Self::ResourceNotFound => default(
                "RESOURCE_NOT_FOUND",
                StatusCode::NOT_FOUND,
                "ResourceNotFoundException",
                Some("Not Found"),
                Compact,
            ),
            Self::Throttled => default(
                "THROTTLED",
                StatusCode::TOO_MANY_REQUESTS,
                "TooManyRequestsException",
                Some("Too Many Requests"),
                Compact,
            ),
            Self::Unauthorized => default(
                "UNAUTHORIZED",
                StatusCode::UNAUTHORIZED,
                "UnauthorizedException",
                Some("Unauthorized"),
                Compact,
            ),
            Self::UnsupportedMediaType => default(
                "UNSUPPORTED_MEDIA_TYPE",
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "BadRequestException",
                Some("Unsupported Media Type"),
                Spaced,
            ),
            Self::WafFiltered => default(
                "WAF_FILTERED",
                FORBIDDEN,
                "ForbiddenException",
                Some("Forbidden"),
                Compact,
            ),
        }
    }
}
