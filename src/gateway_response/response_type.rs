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

    /// The name in API Gateway's configuration.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.default_response().name
    }

    /// The status that API Gateway lists for the type. None for the two defaults.
    #[must_use]
    pub const fn listed_status(self) -> Option<StatusCode> {
        self.default_response().listed
    }

    /// The status on the wire, where nothing is customised: as listed, but 500 for
    /// [`IntegrationFailure`](Self::IntegrationFailure), which is listed as 504.
    #[must_use]
    pub const fn runtime_status(self) -> StatusCode {
        self.default_response().runtime
    }

    /// The value of `x-amzn-ErrorType`.
    #[must_use]
    pub const fn error_type(self) -> Option<&'static str> {
        self.default_response().error_type
    }

    /// What it falls back to: decided by the type, whatever status is configured.
    #[must_use]
    pub fn family(self) -> ResponseFamily {
        match self.runtime_status().is_server_error() {
            true => ResponseFamily::Server,
            false => ResponseFamily::Client,
        }
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
