//! A closure as an authorizer.

use std::{any::type_name, fmt, future::Future};

use super::{Authorizer, AuthorizerError, AuthorizerRequest, AuthorizerResponse};

/// Creates an [`Authorizer`] from an async closure or function.
///
/// ```
/// use tower_lambda_authorizer::{
///     AuthorizerError, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn, testing::Harness,
/// };
///
/// let authorizer = authorizer_fn(|request| async move {
///     match request.token() {
///         Some("allow") => Ok(AuthorizerResponse::allow(request.method_arn())),
///         _ => Err(AuthorizerError::unauthorized()),
///     }
/// });
/// # tokio_test::block_on(async {
/// Harness::new(LambdaAuthorizerLayer::token(authorizer)).run_table("
///     GET /pets allow allowed
///     GET /pets who?  unauthorized
/// ").await;
/// # });
/// ```
///
/// Clone shared state for each request:
///
/// ```
/// use std::{collections::HashSet, sync::Arc};
/// use tower_lambda_authorizer::{
///     AuthorizerError, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn, testing::Harness,
/// };
///
/// let known: Arc<HashSet<String>> = Arc::new(["t1".to_owned()].into());
/// let authorizer = authorizer_fn(move |request| {
///     let known = Arc::clone(&known);
///     async move {
///         if request.token().is_some_and(|token| known.contains(token)) {
///             Ok(AuthorizerResponse::allow(request.method_arn()))
///         } else {
///             Err(AuthorizerError::unauthorized())
///         }
///     }
/// });
/// # tokio_test::block_on(async {
/// Harness::new(LambdaAuthorizerLayer::token(authorizer)).run_table("
///     GET /pets t1 allowed
///     GET /pets t2 unauthorized
/// ").await;
/// # });
/// ```
/// The function returns an [`AuthorizerError`], because only you know whether the caller (401) or the authorizer (500) is
/// at fault. If a function returns another error (`anyhow::Result`, a boxed error), the compiler expects
/// `Result<AuthorizerResponse, AuthorizerError>` (E0271). Put a closure around the function that says it:
///
/// ```
/// use tower_lambda_authorizer::{
///     AuthorizerRequest, AuthorizerResponse, LambdaAuthorizerLayer, OrFailed, authorizer_fn, testing::Harness,
/// };
///
/// async fn authorize(
///     request: AuthorizerRequest,
/// ) -> Result<AuthorizerResponse, Box<dyn std::error::Error + Send + Sync>> {
///     let days: u32 = request.token().unwrap_or_default().parse()?;
///     Ok(AuthorizerResponse::allow("*").with_context("days", days))
/// }
///
/// // Each error is a 500. With `or_unauthorized`, it would be a 401.
/// let authorizer = authorizer_fn(async |request| authorize(request).await.or_failed());
/// # tokio_test::block_on(async {
/// Harness::new(LambdaAuthorizerLayer::token(authorizer)).run_table("
///     GET /pets 30    allowed
///     GET /pets soon  broken
/// ").await;
/// # });
/// ```
pub fn authorizer_fn<F, Fut>(function: F) -> AuthorizerFn<F>
where
    F: Fn(AuthorizerRequest) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<AuthorizerResponse, AuthorizerError>> + Send,
{
    AuthorizerFn { function }
}

/// The authorizer that [`authorizer_fn`] returns.
#[derive(Clone, Copy)]
pub struct AuthorizerFn<F> {
    function: F,
}

impl<F, Fut> Authorizer for AuthorizerFn<F>
where
    F: Fn(AuthorizerRequest) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<AuthorizerResponse, AuthorizerError>> + Send,
{
    fn authorize(
        &self,
        request: AuthorizerRequest,
    ) -> impl Future<Output = Result<AuthorizerResponse, AuthorizerError>> + Send {
        (self.function)(request)
    }
}

impl<F> fmt::Debug for AuthorizerFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AuthorizerFn")
            .field(&type_name::<F>())
            .finish()
    }
}
