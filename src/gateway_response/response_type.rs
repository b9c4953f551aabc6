//! The types of gateway responses.

use std::str::FromStr;

use crate::{error::ConfigError, names::names};

/// The type of a gateway response, named as in API Gateway's configuration. There are 21, and API Gateway can add others.
///
/// A layer answers with [`Unauthorized`](Self::Unauthorized), [`AccessDenied`](Self::AccessDenied),
/// [`AuthorizerConfigurationError`](Self::AuthorizerConfigurationError), [`RequestTooLarge`](Self::RequestTooLarge),
/// [`MissingAuthenticationToken`](Self::MissingAuthenticationToken) and, for failures without a type of their own,
/// [`Default4xx`](Self::Default4xx). If
/// [`authorizer_failures_apart`](crate::gateway_responses::GatewayResponses::authorizer_failures_apart) is set, it also
/// answers with [`AuthorizerFailure`](Self::AuthorizerFailure). The application can answer with any type through a
/// [`GatewayResponder`](crate::gateway_responses::GatewayResponder).
///
/// ```
/// use tower_lambda_authorizer::gateway_responses::ResponseType;
///
/// assert_eq!(ResponseType::AccessDenied.to_string(), "ACCESS_DENIED");
/// assert_eq!("ACCESS_DENIED".parse(), Ok(ResponseType::AccessDenied));
/// assert_eq!(ResponseType::ALL.len(), 21);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ResponseType {
    /// The policy does not allow the request.
    AccessDenied,
    /// The API is configured wrongly.
    ApiConfigurationError,
    /// The authorizer failed, or its answer is not valid.
    AuthorizerConfigurationError,
    /// The authorizer failed.
    AuthorizerFailure,
    /// The body does not match the request's model.
    BadRequestBody,
    /// A required parameter is missing.
    BadRequestParameters,
    /// All 4XX types that have no entry of their own, and 4XX failures without a type.
    Default4xx,
    /// All 5XX types that have no entry of their own, and 5XX failures without a type.
    Default5xx,
    /// The caller's AWS token has expired.
    ExpiredToken,
    /// The service behind the API failed.
    IntegrationFailure,
    /// The service behind the API did not answer in time.
    IntegrationTimeout,
    /// The API key is missing or unknown.
    InvalidApiKey,
    /// The AWS signature is wrong.
    InvalidSignature,
    /// There are no AWS credentials, or the API has no such resource or method.
    MissingAuthenticationToken,
    /// The usage plan's quota is used up.
    QuotaExceeded,
    /// The request is too large.
    RequestTooLarge,
    /// There is no such resource. The caller was authorized.
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

/// The family of a response type. It decides which default entry the type falls back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "there are only these two")]
pub enum ResponseFamily {
    /// 4XX, the client's fault. It falls back to `DEFAULT_4XX`.
    Client,
    /// 5XX, the server's fault. It falls back to `DEFAULT_5XX`.
    Server,
}

impl ResponseType {
    /// All types.
    pub const ALL: &'static [Self] = &[
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
}

names! {
    /// The name in API Gateway's configuration.
    ResponseType {
        AccessDenied "ACCESS_DENIED",
        ApiConfigurationError "API_CONFIGURATION_ERROR",
        AuthorizerConfigurationError "AUTHORIZER_CONFIGURATION_ERROR",
        AuthorizerFailure "AUTHORIZER_FAILURE",
        BadRequestBody "BAD_REQUEST_BODY",
        BadRequestParameters "BAD_REQUEST_PARAMETERS",
        Default4xx "DEFAULT_4XX",
        Default5xx "DEFAULT_5XX",
        ExpiredToken "EXPIRED_TOKEN",
        IntegrationFailure "INTEGRATION_FAILURE",
        IntegrationTimeout "INTEGRATION_TIMEOUT",
        InvalidApiKey "INVALID_API_KEY",
        InvalidSignature "INVALID_SIGNATURE",
        MissingAuthenticationToken "MISSING_AUTHENTICATION_TOKEN",
        QuotaExceeded "QUOTA_EXCEEDED",
        RequestTooLarge "REQUEST_TOO_LARGE",
        ResourceNotFound "RESOURCE_NOT_FOUND",
        Throttled "THROTTLED",
        Unauthorized "UNAUTHORIZED",
        UnsupportedMediaType "UNSUPPORTED_MEDIA_TYPE",
        WafFiltered "WAF_FILTERED",
    }
}

impl FromStr for ResponseType {
    type Err = ConfigError;

    fn from_str(name: &str) -> Result<Self, ConfigError> {
        let known = Self::ALL
            .iter()
            .copied()
            .find(|known| known.as_str() == name);
        known.ok_or_else(|| ConfigError::ResponseType { name: name.into() })
    }
}

impl ResponseFamily {
    /// The type whose entry the family falls back to.
    pub(crate) const fn default_type(self) -> ResponseType {
        match self {
            Self::Client => ResponseType::Default4xx,
            Self::Server => ResponseType::Default5xx,
        }
    }
}
