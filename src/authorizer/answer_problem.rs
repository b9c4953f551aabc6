//! What is wrong with an answer: a kind for programs, and a sentence for people.

/// What is wrong with an authorizer's answer, as far as the layer recognises it. It is a part of
/// [`DenialReason::MalformedResponse`](crate::DenialReason::MalformedResponse).
///
/// None of these answers is accepted, even if it is clear what was meant: API Gateway answers 500 to all of them. The
/// [`Remedy`](crate::explanations::Remedy) says what to change.
///
/// ```
/// # tokio_test::block_on(async {
/// use std::convert::Infallible;
/// use http::{Request, Response};
/// use tower::{Layer, ServiceExt, service_fn};
/// use tower_lambda_authorizer::{
///     AnswerProblem, AuthorizerResponse, Denial, DenialReason, LambdaAuthorizerLayer, authorizer_fn,
/// };
///
/// // The runtime serializes what a function returns. This function did that itself, too.
/// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| async {
///     Ok(AuthorizerResponse::from_json(br#""{\"policyDocument\":{\"Statement\":[]}}""#)?)
/// }));
/// let service = layer.layer(service_fn(async |_: Request<String>| {
///     Ok::<_, Infallible>(Response::new(String::new()))
/// }));
/// let request = Request::get("/pets").header("authorization", "t").body(String::new())?;
/// let response = service.oneshot(request).await.unwrap();
/// assert_eq!(response.status(), 500);
/// let denial = response.extensions().get::<Denial>().unwrap();
/// assert!(matches!(
///     denial.reason(),
///     DenialReason::MalformedResponse { kind: AnswerProblem::AnswerInString, .. }
/// ));
/// assert_eq!(denial.explanation().remedies()[0].cause(), "answer-in-a-string");
/// # Ok::<(), http::Error>(())
/// # }).unwrap();
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AnswerProblem {
    /// The answer is a string that contains JSON.
    AnswerInString,
    /// The answer is the string `Unauthorized`. The function returned it instead of failing with it.
    UnauthorizedReturned,
    /// The answer is `null`: the function returned nothing.
    NothingReturned,
    /// The answer is `true`, a number, a list, or another string than those above.
    #[non_exhaustive]
    NoObject {
        /// What it is: `a string`.
        found: &'static str,
    },
    /// The answer is an HTTP response, with a `statusCode`.
    HttpResponse,
    /// The answer is wrapped in a `body`.
    AnswerInBody,
    /// The answer is a policy, without the member `policyDocument` around it.
    PolicyWithoutWrapper,
    /// `policyDocument` is a string.
    PolicyInString,
    /// A member has a similar name, such as `PolicyDocument`, `isAuthorised` or `statement`.
    #[non_exhaustive]
    MisspeltMember {
        /// The correct name.
        meant: &'static str,
    },
    /// A member of the policy is `null`, such as the `Condition` of a statement.
    #[non_exhaustive]
    NullMember {
        /// The member's name.
        member: &'static str,
    },
    /// A context value is a list or an object, and this type of API accepts neither.
    NestedContext,
    /// The answer is a policy, but simple responses are on.
    PolicyWithSimpleResponses,
    /// The answer is a simple response, but simple responses are off.
    SimpleResponsesOff,
    /// The answer is a simple response, which only HTTP APIs accept.
    SimpleResponsesNotSupported,
    /// The answer is a policy for an HTTP API, without a `principalId`.
    PrincipalMissing,
    /// Any other problem. The `problem` of [`MalformedResponse`](crate::DenialReason::MalformedResponse) describes it.
    Other,
}

/// Why an answer cannot be used. The sentence shows no value of the answer, since it may be a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MalformedAnswer {
    pub(crate) kind: AnswerProblem,
    pub(crate) problem: String,
}

impl MalformedAnswer {
    pub(crate) fn new(kind: AnswerProblem, problem: impl Into<String>) -> Self {
        Self {
            kind,
            problem: problem.into(),
        }
    }
}

impl From<String> for MalformedAnswer {
    fn from(problem: String) -> Self {
        Self::new(AnswerProblem::Other, problem)
    }
}

impl From<&str> for MalformedAnswer {
    fn from(problem: &str) -> Self {
        Self::new(AnswerProblem::Other, problem)
    }
}
