//! The treatment of requests without a credential.

use super::IdentitySources;
use crate::error::ConfigError;

/// How a layer treats anonymous requests.
///
/// A request is anonymous if it has none of the identity sources that a client sends (headers, query parameters,
/// cookies). If it has only some of them, or if one is empty, not UTF-8, ambiguous or does not match the validation
/// expression, the request is not anonymous. It is refused with 401, regardless of this setting. So a client gains
/// nothing by adding a bad credential. (On an HTTP API an empty header is a value, so the authorizer is called.)
///
/// ```
/// use tower_lambda_authorizer::{
///     AnonymousRequests, LambdaAuthorizerLayer, testing::{Harness, MockAnswer, MockAuthorizer},
/// };
///
/// # tokio_test::block_on(async {
/// let authorizer = MockAuthorizer::new().with_token("ann", MockAnswer::allow());
/// let layer = LambdaAuthorizerLayer::token(authorizer)
///     .anonymous_requests(AnonymousRequests::PassOn)?;
/// Harness::new(layer).run_table("
///     GET  /pets  ann   allowed
///     GET  /pets  -     open
///     GET  /pets  who?  unauthorized
/// ").await;
/// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
/// # }).unwrap();
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
#[non_exhaustive]
pub enum AnonymousRequests {
    /// Refuse them with 401, as API Gateway does.
    #[default]
    Refuse,
    /// Pass them on to the service, without an [`AuthorizerContext`](crate::AuthorizerContext). The authorizer is not
    /// called, and no policy is evaluated: the service decides what an anonymous request may do. A request whose path
    /// or host is ambiguous is still refused.
    PassOn,
    /// Call the authorizer, without an [`identity`](crate::AuthorizerRequest::identity) and without a
    /// [`token`](crate::AuthorizerRequest::token). Its policy decides.
    ///
    /// All anonymous requests share one cached result, so it must not depend on the request. But if stage variables or
    /// `$context` variables are identity sources, only requests with the same values share a result. For example, with
    /// `$context.routeKey` each route has its own result. A request without such a value is refused with 401.
    ///
    /// In a TOKEN authorizer's event, `authorizationToken` is the empty string.
    Ask,
}

impl AnonymousRequests {
    /// Fails if anonymous requests are not refused but no request can be anonymous, because clients send none of the
    /// sources.
    pub(crate) fn check_sources(self, sources: &IdentitySources) -> Result<(), ConfigError> {
        let mut sources = sources.iter();
        if self == Self::Refuse || sources.any(|source| source.place().is_sent_by_client()) {
            Ok(())
        } else {
            Err(ConfigError::AnonymousRequests)
        }
    }
}
