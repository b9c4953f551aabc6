//! The authorizer: who is asked, what it is asked, what it may answer.

mod answer;
mod bounded;
mod boxed;
mod calls;
mod context;
mod context_value;
mod error;
mod event;
mod function;
mod invoke;
pub mod lambda;
mod request;
mod response;
mod response_json;
mod strict_json;
mod tower_service;

use std::future::Future;

pub(crate) use self::{
    answer::{Answered, accept},
    bounded::bounded,
    calls::Calls,
    request::RequestFacts,
    response::{GivenText, SimpleAnswer},
    strict_json::{Ignored, Object},
};
pub use self::{
    boxed::BoxAuthorizer,
    context::AuthorizerContext,
    context_value::ContextValue,
    error::{AuthorizerError, AuthorizerErrorKind},
    event::AuthorizerEvent,
    function::{AuthorizerFn, authorizer_fn},
    request::AuthorizerRequest,
    response::AuthorizerResponse,
    response_json::MAX_RESPONSE_BYTES,
    tower_service::ServiceAuthorizer,
};

/// Decides about requests: the counterpart of API Gateway's authorizer function.
///
/// It is asked only for requests that have every identity source. Its answer is a policy, not a
/// verdict: the layer evaluates it for the request. (Only an HTTP API's authorizer with simple responses answers
/// with yes or no.)
///
/// Implement it with an `async fn`, or use [`authorizer_fn`] for a closure, [`ServiceAuthorizer`] for a
/// tower service, [`BoxAuthorizer`] where the type has to be hidden.
///
/// ```
/// use tower_lambda_authorizer::{
///     Authorizer, AuthorizerError, AuthorizerRequest, AuthorizerResponse,
/// };
///
/// struct Tokens;
///
/// impl Authorizer for Tokens {
///     async fn authorize(
///         &self,
///         request: AuthorizerRequest,
///     ) -> Result<AuthorizerResponse, AuthorizerError> {
///         match request.token() {
///             Some("allow") => Ok(AuthorizerResponse::allow(request.method_arn())
///                 .with_principal_id("user-1")
///                 .with_context("tenant", "acme")),
///             Some("deny") => Ok(AuthorizerResponse::deny(request.method_arn())),
///             // The client gets 401. Any other error would be a 500.
///             _ => Err(AuthorizerError::unauthorized()),
///         }
///     }
/// }
/// # fn is_authorizer(_: impl Authorizer) {}
/// # is_authorizer(Tokens);
/// ```
///
/// What becomes of its results follows the recordings of API Gateway: an error whose message is exactly
/// `Unauthorized` is answered with 401, any other error, a panic, an answer that cannot be used and no
/// answer in time with 500. Never does one of them let a request pass.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an authorizer",
    label = "needs to implement `Authorizer`",
    note = "implement `Authorizer` with an `async fn authorize`, or wrap a closure \
            `|request: AuthorizerRequest| async move {{ Ok(AuthorizerResponse::allow(\"*\")) }}` with \
            `authorizer_fn`, or a tower service with `ServiceAuthorizer::new`"
)]
pub trait Authorizer: Send + Sync + 'static {
    /// Answers one request.
    ///
    /// The future is dropped, wherever it stands, when the client goes away or the time is up.
    fn authorize(
        &self,
        request: AuthorizerRequest,
    ) -> impl Future<Output = Result<AuthorizerResponse, AuthorizerError>> + Send;
}

impl<A: Authorizer> Authorizer for std::sync::Arc<A> {
    fn authorize(
        &self,
        request: AuthorizerRequest,
    ) -> impl Future<Output = Result<AuthorizerResponse, AuthorizerError>> + Send {
        A::authorize(self, request)
    }
}
