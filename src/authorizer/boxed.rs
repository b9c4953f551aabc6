//! One type for every authorizer.

use std::{fmt, future::Future, sync::Arc};

use futures_util::future::BoxFuture;

use super::{Authorizer, AuthorizerError, AuthorizerRequest, AuthorizerResponse};

/// An [`Authorizer`] of any type, for a field of a struct or a choice at run time. Cheap to clone.
///
/// ```
/// use tower_lambda_authorizer::{
///     AuthorizerError, AuthorizerResponse, BoxAuthorizer, LambdaAuthorizerLayer, authorizer_fn,
///     testing::Harness,
/// };
///
/// fn choose(open: bool) -> BoxAuthorizer {
///     if open {
///         BoxAuthorizer::new(authorizer_fn(|_| async { Ok(AuthorizerResponse::allow("*")) }))
///     } else {
///         BoxAuthorizer::new(authorizer_fn(|_| async { Err(AuthorizerError::unauthorized()) }))
///     }
/// }
///
/// # tokio_test::block_on(async {
/// for (open, status) in [(true, 200), (false, 401)] {
///     let harness = Harness::new(LambdaAuthorizerLayer::token(choose(open)));
///     harness.get("/pets").header("authorization", "t").send().await.assert_status(status);
/// }
/// # });
/// ```
#[derive(Clone)]
pub struct BoxAuthorizer(Arc<dyn DynAuthorizer>);

/// The object-safe version of [`Authorizer`].
trait DynAuthorizer: Send + Sync + 'static {
    fn authorize(
        &self,
        request: AuthorizerRequest,
    ) -> BoxFuture<'_, Result<AuthorizerResponse, AuthorizerError>>;
}

impl<A: Authorizer> DynAuthorizer for A {
    fn authorize(
        &self,
        request: AuthorizerRequest,
    ) -> BoxFuture<'_, Result<AuthorizerResponse, AuthorizerError>> {
        Box::pin(Authorizer::authorize(self, request))
    }
}

impl BoxAuthorizer {
    /// Boxes the authorizer.
    pub fn new(authorizer: impl Authorizer) -> Self {
        Self(Arc::new(authorizer))
    }
}

impl Authorizer for BoxAuthorizer {
    fn authorize(
        &self,
        request: AuthorizerRequest,
    ) -> impl Future<Output = Result<AuthorizerResponse, AuthorizerError>> + Send {
        self.0.authorize(request)
    }
}

impl fmt::Debug for BoxAuthorizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BoxAuthorizer")
    }
}
