//! What becomes of requests without a credential.

use super::IdentitySources;
use crate::error::ConfigError;

/// What becomes of an anonymous request: one that has none of the identity sources that a client sends (headers, query
/// parameters, cookies).
///
/// One that has some of them, or has one that is empty, not UTF-8, ambiguous or refused by the validation expression, is
/// not anonymous, and is refused with 401 in any case. (An HTTP API's empty header is a value, which the authorizer is
/// asked about.) So a bad credential is never worth more than a good one, or less than none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum AnonymousRequests {
    /// 401, as on API Gateway.
    #[default]
    Refuse,
    /// It goes to the service, without an [`AuthorizerContext`](crate::AuthorizerContext), and the authorizer is not
    /// asked. The service decides what it may do: no policy is evaluated. A request whose path or host is ambiguous is
    /// refused as any other.
    PassOn,
    /// The authorizer is asked about it, with no [`identity`](crate::AuthorizerRequest::identity) and no
    /// [`token`](crate::AuthorizerRequest::token), and its policy decides. The result is kept for all anonymous requests
    /// together, so it must not depend on anything else of the request. Stage variables and `$context` variables among
    /// the identity sources have to be there, and tell anonymous requests apart: with `$context.routeKey` each route is
    /// asked about.
    ///
    /// A TOKEN authorizer's event has the empty text as `authorizationToken`.
    Ask,
}

impl AnonymousRequests {
    /// Without a source that a client sends, no request is anonymous.
    pub(crate) fn check(self, sources: &IdentitySources) -> Result<(), ConfigError> {
        let mut sources = sources.iter();
        match self == Self::Refuse || sources.any(|source| source.place().is_sent_by_client()) {
            true => Ok(()),
            false => Err(ConfigError::AnonymousRequests),
        }
    }
}
