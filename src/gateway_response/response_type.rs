//! The types of gateway responses.

use std::fmt;

/// The type of a gateway response, named as in API Gateway's configuration.
///
/// ```
/// assert_eq!(
///     tower_lambda_authorizer::ResponseType::AccessDenied.to_string(),
///     "ACCESS_DENIED"
/// );
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ResponseType {
    /// 401: the caller is not authenticated.
    Unauthorized,
    /// 403: the policy does not let the caller in.
    AccessDenied,
    /// 500: the authorizer, or its answer, is broken.
    AuthorizerConfigurationError,
    /// What has no type of its own among the 4XX: 400 for an ambiguous path, 414 for a method ARN that
    /// is too long.
    Default4xx,
}

impl ResponseType {
    /// The name in API Gateway's configuration.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unauthorized => "UNAUTHORIZED",
            Self::AccessDenied => "ACCESS_DENIED",
            Self::AuthorizerConfigurationError => "AUTHORIZER_CONFIGURATION_ERROR",
            Self::Default4xx => "DEFAULT_4XX",
        }
    }
}

impl fmt::Display for ResponseType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
