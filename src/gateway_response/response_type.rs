//! The types of gateway responses.

use std::{fmt, str::FromStr};

use http::StatusCode;

use crate::error::ConfigError;

/// The type of a gateway response, named as in API Gateway's configuration. There are 21.
///
/// A layer answers with [`Unauthorized`](Self::Unauthorized), [`AccessDenied`](Self::AccessDenied),
/// [`AuthorizerConfigurationError`](Self::AuthorizerConfigurationError),
/// [`AuthorizerFailure`](Self::AuthorizerFailure) (where it is told to tell the two apart) and, for what
/// has no type of its own, [`Default4xx`](Self::Default4xx). The others are the application's to answer with:
/// see [`GatewayResponder`](crate::GatewayResponder).
///
/// ```
/// use tower_lambda_authorizer::ResponseType;
///
/// assert_eq!(ResponseType::AccessDenied.to_string(), "ACCESS_DENIED");
/// assert_eq!("ACCESS_DENIED".parse(), Ok(ResponseType::AccessDenied));
/// assert_eq!(ResponseType::ALL.len(), 21);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(
    clippy::exhaustive_enums,
    reason = "these are API Gateway's, unchanged for years; a new one should break who lists them"
)]
pub enum ResponseType {
    /// The policy does not let the caller in.
    AccessDenied,
    /// The API is configured wrongly.
    ApiConfigurationError,
    /// The authorizer, or its answer, is broken.
    AuthorizerConfigurationError,
    /// The authorizer failed.
    AuthorizerFailure,
    /// The body does not fit the request's model.
    BadRequestBody,
    /// A required parameter is missing.
    BadRequestParameters,
    /// All 4XX types that have no entry of their own, and 4XX failures without a type.
    Default4xx,
    /// All 5XX types that have no entry of their own, and 5XX failures without a type.
    Default5xx,
    /// The caller's AWS token has expired.
    ExpiredToken,
    /// The service behind failed.
    IntegrationFailure,
    /// The service behind did not answer in time.
    IntegrationTimeout,
    /// The API key is missing or unknown.
    InvalidApiKey,
    /// The AWS signature is wrong.
    InvalidSignature,
    /// There are no AWS credentials; also, there is no such resource or method.
    MissingAuthenticationToken,
    /// The usage plan's quota is used up.
    QuotaExceeded,
    /// The request is too large.
    RequestTooLarge,
    /// There is no such resource, for a caller who passed authorization.
    ResourceNotFound,
    /// There are too many requests.
    Throttled,
    /// The caller is not authenticated.
    Unauthorized,
    /// The body's media type is not supported.
    UnsupportedMediaType,
    /// A web application firewall has blocked the request.
    WafFiltered,
}

/// The class of a response, which decides what it falls back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "there are these two")]
pub enum ResponseFamily {
    /// 4XX: the client's fault, which falls back to `DEFAULT_4XX`.
    Client,
    /// 5XX: the server's fault, which falls back to `DEFAULT_5XX`.
    Server,
}

/// What does not change from failure to failure of one type.
struct Facts {
    name: &'static str,
    /// As API Gateway lists it; on the wire it is another one for some.
    listed: Option<StatusCode>,
    runtime: StatusCode,
    error_type: Option<&'static str>,
    message: Option<&'static str>,
    form: BodyForm,
}

/// How API Gateway writes the body of a response that nobody has customised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyForm {
    /// `{"message":"…"}`
    Compact,
    /// `{"message": "…"}`
    Spaced,
    /// `{"Message":"…"}`
    CapitalMessage,
    /// The message itself.
    PlainText,
    /// `{"message": "…", "connectionId":"…", "requestId":"…"}`
    WithConnection,
    /// The page of a front end.
    Html,
}

impl BodyForm {
    /// Whether a customised response without a template is made with the default template in its place.
    pub(super) fn is_a_template(self) -> bool {
        !matches!(self, Self::WithConnection | Self::Html)
    }
}

impl ResponseType {
    /// All types.
    pub const ALL: [Self; 21] = [
        Self::AccessDenied,
        Self::ApiConfigurationError,
        Self::AuthorizerConfigurationError,
        Self::AuthorizerFailure,
        Self::BadRequestBody,
        Self::BadRequestParameters,
        Self::Default4xx,
        Self::Default5xx,
        Self::ExpiredToken,
        Self::IntegrationFailure,
        Self::IntegrationTimeout,
        Self::InvalidApiKey,
        Self::InvalidSignature,
        Self::MissingAuthenticationToken,
        Self::QuotaExceeded,
        Self::RequestTooLarge,
        Self::ResourceNotFound,
        Self::Throttled,
        Self::Unauthorized,
        Self::UnsupportedMediaType,
        Self::WafFiltered,
    ];

    const fn facts(self) -> Facts {
        use BodyForm::{CapitalMessage, Compact, PlainText, Spaced};
        const fn facts(
            name: &'static str,
            listed: StatusCode,
            error_type: &'static str,
            message: Option<&'static str>,
            form: BodyForm,
        ) -> Facts {
            Facts {
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
            Self::AccessDenied => facts(
                "ACCESS_DENIED",
                FORBIDDEN,
                "AccessDeniedException",
                Some("User is not authorized to access this resource"),
                CapitalMessage,
            ),
            Self::ApiConfigurationError => facts(
                "API_CONFIGURATION_ERROR",
                INTERNAL,
                INTERNAL_TYPE,
                INTERNAL_MESSAGE,
                Spaced,
            ),
            Self::AuthorizerConfigurationError => facts(
                "AUTHORIZER_CONFIGURATION_ERROR",
                INTERNAL,
                "AuthorizerConfigurationException",
                None,
                Compact,
            ),
            // Nobody has recorded one that says `AuthorizerFailureException`.
            Self::AuthorizerFailure => facts(
                "AUTHORIZER_FAILURE",
                INTERNAL,
                "AuthorizerConfigurationException",
                None,
                Compact,
            ),
            Self::BadRequestBody => facts(
                "BAD_REQUEST_BODY",
                BAD_REQUEST,
                "BadRequestException",
                Some("Invalid request body"),
                Spaced,
            ),
            Self::BadRequestParameters => facts(
                "BAD_REQUEST_PARAMETERS",
                BAD_REQUEST,
                "BadRequestException",
                Some("Missing required request parameters"),
                Spaced,
            ),
            Self::Default4xx => Facts {
                name: "DEFAULT_4XX",
                listed: None,
                runtime: BAD_REQUEST,
                error_type: Some("BadRequestException"),
                message: Some("Bad Request"),
                form: Compact,
            },
            // As for an answer of the service behind that cannot be used.
            Self::Default5xx => Facts {
                name: "DEFAULT_5XX",
                listed: None,
                runtime: StatusCode::BAD_GATEWAY,
                error_type: Some(INTERNAL_TYPE),
                message: INTERNAL_MESSAGE,
                form: Spaced,
            },
            Self::ExpiredToken => facts(
                "EXPIRED_TOKEN",
                FORBIDDEN,
                "ExpiredTokenException",
                Some("The security token included in the request is expired"),
                Compact,
            ),
            // Listed as 504, recorded as 500.
            Self::IntegrationFailure => Facts {
                name: "INTEGRATION_FAILURE",
                listed: Some(StatusCode::GATEWAY_TIMEOUT),
                runtime: INTERNAL,
                error_type: Some(INTERNAL_TYPE),
                message: INTERNAL_MESSAGE,
                form: Spaced,
            },
            Self::IntegrationTimeout => facts(
                "INTEGRATION_TIMEOUT",
                StatusCode::GATEWAY_TIMEOUT,
                INTERNAL_TYPE,
                Some("Endpoint request timed out"),
                Spaced,
            ),
            Self::InvalidApiKey => facts(
                "INVALID_API_KEY",
                FORBIDDEN,
                "ForbiddenException",
                Some("Forbidden"),
                Compact,
            ),
            Self::InvalidSignature => facts(
                "INVALID_SIGNATURE",
                FORBIDDEN,
                "InvalidSignatureException",
                Some(
                    "The request signature we calculated does not match the signature you provided.",
                ),
                Compact,
            ),
            Self::MissingAuthenticationToken => facts(
                "MISSING_AUTHENTICATION_TOKEN",
                FORBIDDEN,
                "MissingAuthenticationTokenException",
                Some("Missing Authentication Token"),
                Compact,
            ),
            Self::QuotaExceeded => facts(
                "QUOTA_EXCEEDED",
                StatusCode::TOO_MANY_REQUESTS,
                "LimitExceededException",
                Some("Limit Exceeded"),
                Compact,
            ),
            // Not JSON on API Gateway.
            Self::RequestTooLarge => facts(
                "REQUEST_TOO_LARGE",
                StatusCode::PAYLOAD_TOO_LARGE,
                "RequestTooLargeException",
                Some("HTTP content length exceeded 10485760 bytes."),
                PlainText,
            ),
            Self::ResourceNotFound => facts(
                "RESOURCE_NOT_FOUND",
                StatusCode::NOT_FOUND,
                "ResourceNotFoundException",
                Some("Not Found"),
                Compact,
            ),
            Self::Throttled => facts(
                "THROTTLED",
                StatusCode::TOO_MANY_REQUESTS,
                "TooManyRequestsException",
                Some("Too Many Requests"),
                Compact,
            ),
            Self::Unauthorized => facts(
                "UNAUTHORIZED",
                StatusCode::UNAUTHORIZED,
                "UnauthorizedException",
                Some("Unauthorized"),
                Compact,
            ),
            Self::UnsupportedMediaType => facts(
                "UNSUPPORTED_MEDIA_TYPE",
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "BadRequestException",
                Some("Unsupported Media Type"),
                Spaced,
            ),
            Self::WafFiltered => facts(
                "WAF_FILTERED",
                FORBIDDEN,
                "ForbiddenException",
                Some("Forbidden"),
                Compact,
            ),
        }
    }

    /// The name in API Gateway's configuration.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.facts().name
    }

    /// The status that API Gateway lists for the type. None for the two defaults.
    #[must_use]
    pub const fn listed_status(self) -> Option<StatusCode> {
        self.facts().listed
    }

    /// The status on the wire, where nothing is customised: as listed, but 500 for
    /// [`IntegrationFailure`](Self::IntegrationFailure), which is listed as 504.
    #[must_use]
    pub const fn runtime_status(self) -> StatusCode {
        self.facts().runtime
    }

    /// The value of `x-amzn-ErrorType`.
    #[must_use]
    pub const fn error_type(self) -> Option<&'static str> {
        self.facts().error_type
    }

    /// What it falls back to: decided by the type, whatever status is configured.
    #[must_use]
    pub fn family(self) -> ResponseFamily {
        match self.runtime_status().is_server_error() {
            true => ResponseFamily::Server,
            false => ResponseFamily::Client,
        }
    }

    /// None where it is `null`.
    pub(crate) const fn default_message(self) -> Option<&'static str> {
        self.facts().message
    }

    pub(crate) const fn body_form(self) -> BodyForm {
        self.facts().form
    }
}

impl fmt::Display for ResponseType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ResponseType {
    type Err = ConfigError;

    fn from_str(name: &str) -> Result<Self, ConfigError> {
        let known = Self::ALL.into_iter().find(|known| known.as_str() == name);
        known.ok_or_else(|| ConfigError::ResponseType { name: name.into() })
    }
}

impl ResponseFamily {
    /// The type that the family falls back to.
    pub(crate) const fn default_type(self) -> ResponseType {
        match self {
            Self::Client => ResponseType::Default4xx,
            Self::Server => ResponseType::Default5xx,
        }
    }
}
