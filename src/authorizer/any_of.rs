//! Two authorizers, of which the second is asked about callers that the first does not know.

use super::{
    Authorizer, AuthorizerError, AuthorizerErrorKind, AuthorizerRequest, AuthorizerResponse,
};

/// Combines two authorizers for callers of two kinds. The second is asked only about requests to which the first
/// answers exactly [`Unauthorized`](AuthorizerError::unauthorized): it does not know the caller.
///
/// Any other outcome of the first is final: a policy that denies the request, `isAuthorized: false`, an error, a panic,
/// the end of the timeout. So a failure of the first authorizer never makes the second one decide. The second one's
/// outcome is final, too.
///
/// The answer is used as it was given, with its own principal and context. Policies are never merged: a merged policy
/// would mean something else for the other requests that it decides from the cache.
///
/// To the layer this is one authorizer. Both calls share the layer's timeout, and the answer is cached under the
/// identity of the request, whichever of the two gave it. So the identity sources must contain what both of them read.
/// If the two read credentials in different places, use [`IdentitySource::first_of`](crate::IdentitySource::first_of).
/// If the second one has allowed a caller whom the first one learns about later, the first one is asked again only
/// after the cached result has expired.
///
/// To require two authorizers, put one layer inside another: [several authorizers](crate::several_authorizers).
///
/// ```
/// # tokio_test::block_on(async {
/// use tower_lambda_authorizer::{
///     AuthorizerError, AuthorizerResponse, LambdaAuthorizerLayer, any_of, authorizer_fn,
/// };
///
/// let sessions = authorizer_fn(|request| async move {
///     match request.token() {
///         Some("session") => Ok(AuthorizerResponse::allow("*").with_principal_id("user-1")),
///         _ => Err(AuthorizerError::unauthorized()),
///     }
/// });
/// let api_keys = authorizer_fn(|request| async move {
///     match request.token() {
///         Some("key") => Ok(AuthorizerResponse::allow("*").with_principal_id("robot-1")),
///         _ => Err(AuthorizerError::unauthorized()),
///     }
/// });
/// let layer = LambdaAuthorizerLayer::token(any_of(sessions, api_keys));
///
/// for (token, is_allowed) in [("session", true), ("key", true), ("other", false)] {
///     let request = http::Request::get("/pets").header("authorization", token).body(()).unwrap();
///     assert_eq!(layer.explain(request).await.is_allowed(), is_allowed);
/// }
/// # });
/// ```
pub fn any_of<A: Authorizer, B: Authorizer>(first: A, second: B) -> AnyOf<A, B> {
    AnyOf { first, second }
}

/// The authorizer that [`any_of`] returns.
#[derive(Debug, Clone)]
pub struct AnyOf<A, B> {
    first: A,
    second: B,
}

impl<A: Authorizer, B: Authorizer> Authorizer for AnyOf<A, B> {
    async fn authorize(
        &self,
        request: AuthorizerRequest,
    ) -> Result<AuthorizerResponse, AuthorizerError> {
        match self.first.authorize(request.clone()).await {
            Err(error) if error.kind() == AuthorizerErrorKind::Unauthorized => {
                self.second.authorize(request).await
            }
            decided => decided,
        }
    }
}
