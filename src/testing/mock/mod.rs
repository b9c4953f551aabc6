//! An authorizer with the answers that a test sets.

mod answer;

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

pub use self::answer::MockAnswer;
use crate::authorizer::{Authorizer, AuthorizerError, AuthorizerRequest, AuthorizerResponse};

/// An authorizer that gives the answers that a test sets, and records its requests. Clones share the answers and the
/// recorded requests.
///
/// For each request it gives the first of these answers that exists:
///
/// 1. the next answer that was queued with [`then`](Self::then);
/// 2. the answer for the request's token, set with [`with_token`](Self::with_token);
/// 3. the answer for all other requests: the one given to the constructor, or a later one from [`set`](Self::set). For
///    [`new`](Self::new) it is `Unauthorized`.
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
/// A policy that allows or denies has the principal `mock`, unless the test sets another one, because HTTP APIs require a
/// principal.
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
    /// Creates a mock that answers `Unauthorized` to every request.
    #[must_use]
    pub fn new() -> Self {
        Self::answering(MockAnswer::unauthorized())
    }

    /// Creates a mock that allows every request.
    #[must_use]
    pub fn allowing() -> Self {
        Self::answering(MockAnswer::allow())
    }

    /// Creates a mock that denies every request.
    #[must_use]
    pub fn denying() -> Self {
        Self::answering(MockAnswer::deny())
    }

    /// Creates a mock that gives this answer to every request. An [`AuthorizerResponse`] is also an answer.
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

    /// Sets the answer for one token. The token is the whole value of the first identity source, including `Bearer `.
    #[must_use]
    pub fn with_token(self, token: impl Into<String>, answer: impl Into<MockAnswer>) -> Self {
        let (token, answer) = (token.into(), answer.into());
        self.state().by_token.insert(token, answer);
        self
    }

    /// Queues an answer for one request, after the answers that are already queued.
    ///
    /// ```
    /// use tower_lambda_authorizer::{
    ///     LambdaAuthorizerLayer,
    ///     testing::{Harness, MockAnswer, MockAuthorizer},
    /// };
    ///
    /// let recovering = MockAuthorizer::allowing().then(MockAnswer::fail("out of order"));
    /// # tokio_test::block_on(async {
    /// Harness::new(LambdaAuthorizerLayer::token(recovering)).run_table("
    ///     GET /pets t broken
    ///     GET /pets t allowed
    /// ").await;
    /// # });
    /// ```
    #[must_use]
    pub fn then(self, answer: impl Into<MockAnswer>) -> Self {
        let answer = answer.into();
        self.state().queued.push_back(answer);
        self
    }

    /// Sets the answer for all requests without an answer of their own.
    pub fn set(&self, answer: impl Into<MockAnswer>) {
        let answer = answer.into();
        self.state().otherwise = answer;
    }

    /// The requests that the mock was invoked with, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<AuthorizerRequest> {
        self.state().requests.clone()
    }

    /// How often the mock was invoked.
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

/// Leaves out the tokens.
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
