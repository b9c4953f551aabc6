//! The default gateway response of each type: statuses, error type, message and form, as API Gateway has them.

use http::StatusCode;

use super::{
    body_form::BodyForm,
    response_type::{ResponseFamily, ResponseType},
};

impl ResponseType {
    /// The status that API Gateway lists for the type. `None` for the two defaults.
    #[must_use]
    pub const fn listed_status(self) -> Option<StatusCode> {
        match self {
            Self::Default4xx | Self::Default5xx => None,
            // Recorded as 500.
            Self::IntegrationFailure => Some(StatusCode::GATEWAY_TIMEOUT),
            _ => Some(self.runtime_status()),
        }
    }

    /// The status that API Gateway sends, if nothing is customised. It is the listed one, except that
    /// [`IntegrationFailure`](Self::IntegrationFailure) is listed as 504 and sent as 500.
    #[must_use]
    pub const fn runtime_status(self) -> StatusCode {
        match self {
            Self::BadRequestBody | Self::BadRequestParameters | Self::Default4xx => {
                StatusCode::BAD_REQUEST
            }
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::AccessDenied
            | Self::ExpiredToken
            | Self::InvalidApiKey
            | Self::InvalidSignature
            | Self::MissingAuthenticationToken
            | Self::WafFiltered => StatusCode::FORBIDDEN,
            Self::ResourceNotFound => StatusCode::NOT_FOUND,
            Self::RequestTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::QuotaExceeded | Self::Throttled => StatusCode::TOO_MANY_REQUESTS,
            Self::ApiConfigurationError
            | Self::AuthorizerConfigurationError
            | Self::AuthorizerFailure
            | Self::IntegrationFailure => StatusCode::INTERNAL_SERVER_ERROR,
            // As sent if the service behind the API gives an invalid answer.
            Self::Default5xx => StatusCode::BAD_GATEWAY,
            Self::IntegrationTimeout => StatusCode::GATEWAY_TIMEOUT,
        }
    }

    /// The value of `x-amzn-ErrorType`.
    #[must_use]
    pub const fn error_type(self) -> Option<&'static str> {
        Some(match self {
            Self::AccessDenied => "AccessDeniedException",
            // No recording has `AuthorizerFailureException`.
            Self::AuthorizerConfigurationError | Self::AuthorizerFailure => {
                "AuthorizerConfigurationException"
            }
            Self::BadRequestBody
            | Self::BadRequestParameters
            | Self::Default4xx
            | Self::UnsupportedMediaType => "BadRequestException",
            Self::ExpiredToken => "ExpiredTokenException",
            Self::InvalidApiKey | Self::WafFiltered => "ForbiddenException",
            Self::ApiConfigurationError
            | Self::Default5xx
            | Self::IntegrationFailure
            | Self::IntegrationTimeout => "InternalServerErrorException",
            Self::InvalidSignature => "InvalidSignatureException",
            Self::MissingAuthenticationToken => "MissingAuthenticationTokenException",
            Self::QuotaExceeded => "LimitExceededException",
            Self::RequestTooLarge => "RequestTooLargeException",
            Self::ResourceNotFound => "ResourceNotFoundException",
            Self::Throttled => "TooManyRequestsException",
            Self::Unauthorized => "UnauthorizedException",
        })
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

    /// The message of the default response. `None` for `null`.
    pub(super) const fn default_message(self) -> Option<&'static str> {
        Some(match self {
            Self::AuthorizerConfigurationError | Self::AuthorizerFailure => return None,
            Self::AccessDenied => "User is not authorized to access this resource",
            Self::BadRequestBody => "Invalid request body",
            Self::BadRequestParameters => "Missing required request parameters",
            Self::Default4xx => "Bad Request",
            Self::ExpiredToken => "The security token included in the request is expired",
            Self::ApiConfigurationError | Self::Default5xx | Self::IntegrationFailure => {
                "Internal server error"
            }
            Self::IntegrationTimeout => "Endpoint request timed out",
            Self::InvalidApiKey | Self::WafFiltered => "Forbidden",
            Self::InvalidSignature => {
                "The request signature we calculated does not match the signature you provided."
            }
            Self::MissingAuthenticationToken => "Missing Authentication Token",
            Self::QuotaExceeded => "Limit Exceeded",
            Self::RequestTooLarge => "HTTP content length exceeded 10485760 bytes.",
            Self::ResourceNotFound => "Not Found",
            Self::Throttled => "Too Many Requests",
            Self::Unauthorized => "Unauthorized",
            Self::UnsupportedMediaType => "Unsupported Media Type",
        })
    }

    /// The form of the default body.
    pub(super) const fn default_form(self) -> BodyForm {
        match self {
            Self::AccessDenied => BodyForm::CapitalMessage,
            // API Gateway sends plain text here, not JSON.
            Self::RequestTooLarge => BodyForm::PlainText,
            Self::ApiConfigurationError
            | Self::BadRequestBody
            | Self::BadRequestParameters
            | Self::Default5xx
            | Self::IntegrationFailure
            | Self::IntegrationTimeout
            | Self::UnsupportedMediaType => BodyForm::Spaced,
            Self::AuthorizerConfigurationError
            | Self::AuthorizerFailure
            | Self::Default4xx
            | Self::ExpiredToken
            | Self::InvalidApiKey
            | Self::InvalidSignature
            | Self::MissingAuthenticationToken
            | Self::QuotaExceeded
            | Self::ResourceNotFound
            | Self::Throttled
            | Self::Unauthorized
            | Self::WafFiltered => BodyForm::Compact,
        }
    }
}
