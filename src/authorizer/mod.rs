//! The authorizer: the trait, its adapters, the request it receives and the response it returns.

mod answer;
mod answer_problem;
mod answer_shape;
mod any_of;
#[cfg(feature = "axum")]
mod authorized;
mod bounded;
mod boxed;
mod call_breaker;
mod call_error;
mod calls;
mod compare;
mod context;
mod context_handles;
mod context_value;
mod error;
mod event;
#[cfg(feature = "axum")]
mod extractor;
mod function;
mod invalid_response;
mod invoke;
pub mod lambda;
mod lifetime;
mod or_unauthorized;
mod own_hosts;
mod question_mark;
mod request;
mod request_texts;
mod response;
mod response_json;
mod strict_json;
mod tower_service;
mod typed_context;

use std::future::Future;

#[cfg(feature = "openapi")]
pub(crate) use self::strict_json::{is_number, read_number};
pub(crate) use self::{
    answer::{Answered, accept},
    answer_problem::MalformedAnswer,
    bounded::bounded,
    call_breaker::CallBreaker,
    call_error::CallError,
    calls::Calls,
    context_handles::ContextHandles,
    event::has_member,
    own_hosts::OwnHosts,
    request::RequestFacts,
    request_texts::{IdentityValues, RequestTexts},
    response::{GivenText, SimpleAnswer, Tags},
    strict_json::{Ignored, Object},
};
pub use self::{
    answer_problem::AnswerProblem,
    any_of::{AnyOf, any_of},
    boxed::BoxAuthorizer,
    compare::{CompareAuthorizers, ComparedOutcome, Difference, compare},
    context::AuthorizerContext,
    context_value::ContextValue,
    error::{AuthorizerError, AuthorizerErrorKind},
    event::AuthorizerEvent,
    function::{AuthorizerFn, authorizer_fn},
    invalid_response::InvalidResponse,
    or_unauthorized::{OrFailed, OrUnauthorized},
    request::AuthorizerRequest,
    response::AuthorizerResponse,
    response_json::MAX_RESPONSE_BYTES,
    tower_service::ServiceAuthorizer,
    typed_context::AuthorizerContextError,
};
#[cfg(feature = "axum")]
pub use self::{
    authorized::{Authorized, AuthorizedRejection},
    extractor::MissingAuthorizerContext,
};

/// Decides which requests may pass: the counterpart of API Gateway's authorizer function.
///
/// The layer calls it only for requests that have a value for every identity source. It returns a policy, which the
/// layer evaluates for the request. (An HTTP API's authorizer with simple responses returns yes or no instead.)
///
/// Implement it with an `async fn`, or use [`authorizer_fn`] for a closure, [`ServiceAuthorizer`] for a tower service
/// and [`BoxAuthorizer`] to hide the type.
///
/// ```
/// use tower_lambda_authorizer::{
///     Authorizer, AuthorizerError, AuthorizerRequest, AuthorizerResponse, LambdaAuthorizerLayer,
///     testing::Harness,
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
///             _ => Err(AuthorizerError::unauthorized().because("there is no such token")),
///         }
///     }
/// }
///
/// # tokio_test::block_on(async {
/// Harness::new(LambdaAuthorizerLayer::token(Tokens)).run_table("
///     GET /pets allow allowed
///     GET /pets deny  denied
///     GET /pets who?  unauthorized
/// ").await;
/// # });
/// ```
///
/// Failures have the same effect as on API Gateway. If the message of an error is exactly `Unauthorized`, the client
/// gets 401. Any other error, a panic, a response that cannot be used and a timeout are 500. None of them lets a
/// request pass. (If the program is compiled with `panic = "abort"`, a panic ends it.)
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an authorizer",
    label = "needs to implement `Authorizer`",
    note = "for a closure or an async function, write `authorizer_fn(…)`, as in \
            `authorizer_fn(|request| async move {{ Ok(AuthorizerResponse::allow(request.method_arn())) }})`",
    note = "for a `Box<dyn …>`, write `BoxAuthorizer::new(authorizer)`, whose type is `BoxAuthorizer` for every authorizer",
    note = "for a tower service, write `ServiceAuthorizer::new(service)`",
    note = "for a type of your own, implement `Authorizer` with an `async fn authorize`"
)]
pub trait Authorizer: Send + Sync + 'static {
    /// Authorizes one request.
    ///
    /// The future is dropped before it completes if the client disconnects or the timeout ends.
    // The compiler shows the next lines if somebody writes `dyn Authorizer`.
    fn authorize(
        &self,
        request: AuthorizerRequest,
    ) -> impl Future<Output = Result<AuthorizerResponse, AuthorizerError>> + Send; // Not `dyn`: use `BoxAuthorizer`.
}

impl<A: Authorizer> Authorizer for std::sync::Arc<A> {
    fn authorize(
        &self,
        request: AuthorizerRequest,
    ) -> impl Future<Output = Result<AuthorizerResponse, AuthorizerError>> + Send {
        A::authorize(self, request)
    }
}

// Otherwise the compiler would say of a `Box<dyn Authorizer>` that its content has no size, and not what to write instead.
#[diagnostic::do_not_recommend]
impl<A: Authorizer> Authorizer for Box<A> {
    fn authorize(
        &self,
        request: AuthorizerRequest,
    ) -> impl Future<Output = Result<AuthorizerResponse, AuthorizerError>> + Send {
        A::authorize(self, request)
    }
}
