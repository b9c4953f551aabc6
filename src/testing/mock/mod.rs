//! An authorizer that does as it is told.

mod answer;

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

pub use self::answer::MockAnswer;
use crate::authorizer::{Authorizer, AuthorizerError, AuthorizerRequest, AuthorizerResponse};

/// An authorizer that does as it is told, and keeps what it was asked. Its clones are one: they are told together, and
/// share what they were asked.
///
/// When it is asked, the first of these is what it does:
///
/// 1. the next of those that were queued with [`then`](Self::then);
/// 2. what was set for the request's token with [`with_token`](Self::with_token);
/// 3. what was said for all others: with [`answering`](Self::answering) and the like, or later with [`set`](Self::set).
///    [`new`](Self::new) says `Unauthorized`.
///
/// ```
/// use tower_lambda_authorizer::{
///     LambdaAuthorizerLayer,
///     testing::{Harness, MockAnswer, MockAuthorizer},
/// };
///
/// # tokio_test::block_on(async {
/// let authorizer = MockAuthorizer::new()
///     .with_token("reader", MockAnswer::allow_only([("GET", "/*")]))
///     .with_token("nobody", MockAnswer::deny());
/// let harness = Harness::new(LambdaAuthorizerLayer::token(authorizer.clone()));
/// let send = async |token| harness.get("/pets").header("authorization", token).send().await;
///
/// send("reader").await.assert_allowed();
/// send("nobody").await.assert_denied();
/// send("who?").await.assert_unauthorized();
///
/// assert_eq!(authorizer.invocations(), 3);
/// assert_eq!(authorizer.requests()[2].token(), Some("who?"));
/// # });
/// ```
///
/// What it allows or denies names a principal, `mock` where the test names none, because an HTTP API wants one.
#[derive(Clone)]
pub struct MockAuthorizer {
    state: Arc<Mutex<State>>,
}

struct State {
    queued: VecDeque<MockAnswer>,
    by_token: HashMap<String, MockAnswer>,
    otherwise: MockAnswer,
    requests: Vec<AuthorizerRequest>,
}

impl MockAuthorizer {
    /// Says `Unauthorized` until it is told something else.
    #[must_use]
    pub fn new() -> Self {
        Self::answering(MockAnswer::unauthorized())
    }

    /// Allows everything.
    #[must_use]
    pub fn allowing() -> Self {
        Self::answering(MockAnswer::allow())
    }

    /// Denies everything.
    #[must_use]
    pub fn denying() -> Self {
        Self::answering(MockAnswer::deny())
    }

    /// Does this, whoever asks. An [`AuthorizerResponse`] is an answer, too.
    #[must_use]
    pub fn answering(answer: impl Into<MockAnswer>) -> Self {
        Self {
            state: Arc::new(Mutex::new(State {
                queued: VecDeque::new(),
                by_token: HashMap::new(),
                otherwise: answer.into(),
                requests: Vec::new(),
            })),
        }
    }

    /// Does this for one token, that is for the whole value of the first identity source: `Bearer ` is part of it.
    #[must_use]
    pub fn with_token(self, token: impl Into<String>, answer: impl Into<MockAnswer>) -> Self {
        let (token, answer) = (token.into(), answer.into());
        self.state().by_token.insert(token, answer);
        self
    }

    /// Does this once, after what was queued before.
    ///
    /// ```
    /// use tower_lambda_authorizer::testing::{MockAnswer, MockAuthorizer};
    ///
    /// let recovering = MockAuthorizer::allowing().then(MockAnswer::fail("out of order"));
    /// # let _ = recovering;
    /// ```
    #[must_use]
    pub fn then(self, answer: impl Into<MockAnswer>) -> Self {
        let answer = answer.into();
        self.state().queued.push_back(answer);
        self
    }

    /// From now on does this, for all who have no answer of their own.
    pub fn set(&self, answer: impl Into<MockAnswer>) {
        let answer = answer.into();
        self.state().otherwise = answer;
    }

    /// What it was asked, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<AuthorizerRequest> {
        self.state().requests.clone()
    }

    /// How often it was asked.
    #[must_use]
    pub fn invocations(&self) -> usize {
        self.state().requests.len()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn asked(&mut self, request: &AuthorizerRequest) -> MockAnswer {
        self.requests.push(request.clone());
        let queued = self.queued.pop_front();
        let token = request.identity().first();
        let set = || token.and_then(|token| self.by_token.get(token)).cloned();
        queued
            .or_else(set)
            .unwrap_or_else(|| self.otherwise.clone())
    }
}

impl Authorizer for MockAuthorizer {
    async fn authorize(
        &self,
        request: AuthorizerRequest,
    ) -> Result<AuthorizerResponse, AuthorizerError> {
        let answer = self.state().asked(&request);
        answer.give(&request).await
    }
}

impl Default for MockAuthorizer {
    fn default() -> Self {
        Self::new()
    }
}

/// Without the tokens.
impl fmt::Debug for MockAuthorizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct("MockAuthorizer")
            .field("queued", &state.queued)
            .field("otherwise", &state.otherwise)
            .field("invocations", &state.requests.len())
            .finish_non_exhaustive()
    }
}
