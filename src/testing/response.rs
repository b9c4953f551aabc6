//! The response to a request, with a record of how it was decided.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};

use super::{
    app::Answer,
    failure::Sent,
    trail::{Decision, Trail},
};
use crate::{authorizer::AuthorizerContext, explanation::Denial};

/// The response to a request, with a record of how the request was decided.
///
/// Each assertion returns the response, so assertions can be chained. A failed assertion points at its own line and says
/// why the request was decided this way. The message shows no value of the request's headers or query parameters.
///
/// ```
/// use tower_lambda_authorizer::{LambdaAuthorizerLayer, testing::{Harness, MockAnswer, MockAuthorizer}};
///
/// # tokio_test::block_on(async {
/// let authorizer = MockAuthorizer::answering(MockAnswer::allow_only([("GET", "/pets")]));
/// let harness = Harness::new(LambdaAuthorizerLayer::token(authorizer));
/// let response = harness.get("/admin").header("authorization", "t").send().await;
/// let response = response.assert_denied().assert_invoked();
///
/// assert_eq!(response.status(), 403);
/// let why = response.denial().unwrap().to_string();
/// assert!(why.starts_with("no statement of the policy allows"), "{why}");
/// # });
/// ```
pub struct TestResponse {
    pub(super) sent: Sent,
    pub(super) answer: Answer,
    pub(super) decision: Option<Decision>,
    pub(super) times_asked: usize,
    pub(super) times_asked_in_all: usize,
    pub(super) is_clock_another: bool,
}

impl TestResponse {
    pub(super) fn new(sent: Sent, answer: Answer, trail: &Trail) -> Self {
        Self {
            sent,
            answer,
            decision: trail.decision(),
            times_asked: trail.times_asked(),
            times_asked_in_all: trail.times_asked_in_all(),
            is_clock_another: trail.is_clock_another(),
        }
    }

    /// The response's status.
    ///
    /// # Panics
    ///
    /// Panics if the service failed, because then there is no response.
    #[must_use]
    #[track_caller]
    pub fn status(&self) -> StatusCode {
        self.response().status()
    }

    /// The response's headers.
    ///
    /// # Panics
    ///
    /// Panics like [`status`](Self::status).
    #[must_use]
    #[track_caller]
    pub fn headers(&self) -> &HeaderMap {
        self.response().headers()
    }

    /// The response's body.
    ///
    /// # Panics
    ///
    /// Panics like [`status`](Self::status).
    #[must_use]
    #[track_caller]
    pub fn body(&self) -> &Bytes {
        self.response().body()
    }

    /// Why the request was refused, if it was.
    #[must_use]
    pub fn denial(&self) -> Option<&Denial> {
        match &self.decision {
            Some(Decision::Refused(denial)) => Some(denial),
            Some(Decision::Passed(_) | Decision::Shadowed(_)) | None => None,
        }
    }

    /// Why a layer in [shadow](crate::LambdaAuthorizerLayer::unprotected_shadow) would have refused the request, if it
    /// would have.
    #[must_use]
    pub fn shadow_denial(&self) -> Option<&Denial> {
        match &self.decision {
            Some(Decision::Shadowed(denial)) => Some(denial),
            Some(Decision::Passed(_) | Decision::Refused(_)) | None => None,
        }
    }

    /// The context that the protected service received. `None` if the request was refused.
    #[must_use]
    pub fn context(&self) -> Option<&AuthorizerContext> {
        match &self.decision {
            Some(Decision::Passed(context)) => Some(context),
            Some(Decision::Refused(_) | Decision::Shadowed(_)) | None => None,
        }
    }

    /// Whether the authorizer was invoked for this request. It is not if a result is cached, or if the request waited for
    /// another request's call.
    #[must_use]
    pub fn was_invoked(&self) -> bool {
        self.times_asked > 0
    }

    #[track_caller]
    pub(super) fn response(&self) -> &Response<Bytes> {
        match &self.answer {
            Ok(response) => response,
            Err(_) => self.fail("a response"),
        }
    }
}

/// Leaves out the authorizer's answer, which may repeat a credential.
impl fmt::Debug for TestResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestResponse")
            .field("status", &self.answer.as_ref().ok().map(Response::status))
            .field("refused_with", &self.denial().map(Denial::response_type))
            .field("was_invoked", &self.was_invoked())
            .finish_non_exhaustive()
    }
}
