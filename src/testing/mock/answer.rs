//! What a mock authorizer does when it is invoked.

use std::{fmt, future::pending, time::Duration};

use crate::{
    authorizer::{AuthorizerError, AuthorizerRequest, AuthorizerResponse, ContextValue},
    policy::PolicyBuilder,
};

/// What a [`MockAuthorizer`](super::MockAuthorizer) does when it is invoked: answer, fail, panic or hang, immediately or
/// [after](Self::after) some time.
///
/// ```
/// use tower_lambda_authorizer::{
///     LambdaAuthorizerLayer,
///     testing::{Harness, MockAnswer, MockAuthorizer},
/// };
///
/// let reader = MockAnswer::allow_only([("GET", "/pets"), ("GET", "/pets/*")])
///     .with_principal_id("user-1")
///     .with_context("tenant", "acme");
/// # tokio_test::block_on(async {
/// let harness = Harness::new(LambdaAuthorizerLayer::token(MockAuthorizer::answering(reader)));
/// let response = harness.get("/pets/7").header("authorization", "t").send().await;
/// response.assert_principal("user-1").assert_context("tenant", "acme");
/// # });
/// ```
#[derive(Clone)]
#[must_use = "an answer does nothing until a `MockAuthorizer` has it"]
pub struct MockAnswer {
    does: Does,
    after: Option<Duration>,
    /// Added to a response.
    principal_id: Option<String>,
    context: Vec<(String, ContextValue)>,
}

#[derive(Clone)]
enum Does {
    Allow,
    AllowThis,
    AllowOnly(Vec<(String, String)>),
    Deny,
    Respond(AuthorizerResponse),
    Json(String),
    Fail(String),
    Panic(String),
    Hang,
}

impl MockAnswer {
    fn new(does: Does) -> Self {
        Self {
            does,
            after: None,
            principal_id: None,
            context: Vec::new(),
        }
    }

    /// Answers with a policy that allows everything.
    pub fn allow() -> Self {
        Self::new(Does::Allow)
    }

    /// Answers with a policy that allows only the method ARN of the request. If results are cached, it denies the same
    /// caller's next request to another path.
    pub fn allow_this() -> Self {
        Self::new(Does::AllowThis)
    }

    /// Answers with a policy that allows these methods and paths of the request's API, written as for
    /// [`PolicyBuilder::allow`]. If the builder refuses one of them, the authorizer fails.
    pub fn allow_only<M: Into<String>, P: Into<String>>(
        methods_and_paths: impl IntoIterator<Item = (M, P)>,
    ) -> Self {
        let pairs = methods_and_paths.into_iter();
        let pairs = pairs.map(|(method, path)| (method.into(), path.into()));
        Self::new(Does::AllowOnly(pairs.collect()))
    }

    /// Answers with a policy that denies everything.
    pub fn deny() -> Self {
        Self::new(Does::Deny)
    }

    /// Answers with this response.
    pub fn respond(response: AuthorizerResponse) -> Self {
        Self::new(Does::Respond(response))
    }

    /// Answers with this JSON, as a function would return it. It may be invalid.
    pub fn json(text: impl Into<String>) -> Self {
        Self::new(Does::Json(text.into()))
    }

    /// Answers `Unauthorized`, which becomes a 401.
    pub fn unauthorized() -> Self {
        Self::fail("Unauthorized")
    }

    /// Fails with this message, which becomes a 500, unless the message is exactly `Unauthorized`.
    pub fn fail(message: impl Into<String>) -> Self {
        Self::new(Does::Fail(message.into()))
    }

    /// Panics with this message.
    pub fn panic(message: impl Into<String>) -> Self {
        Self::new(Does::Panic(message.into()))
    }

    /// Never answers. The layer's [timeout](crate::LambdaAuthorizerLayer::authorizer_timeout) ends the call. With
    /// paused time, `#[tokio::test(start_paused = true)]`, the test does not wait for it.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tower_lambda_authorizer::{LambdaAuthorizerLayer, testing::{Harness, MockAnswer, MockAuthorizer}};
    ///
    /// # tokio_test::block_on(async {
    /// let layer = LambdaAuthorizerLayer::token(MockAuthorizer::answering(MockAnswer::hang()))
    ///     .authorizer_timeout(Duration::from_millis(5))?;
    /// let harness = Harness::new(layer);
    /// harness.get("/pets").header("authorization", "t").send().await.assert_authorizer_broken();
    /// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
    /// # }).unwrap();
    /// ```
    pub fn hang() -> Self {
        Self::new(Does::Hang)
    }

    /// Delays the answer by this time on tokio's clock.
    pub fn after(mut self, delay: Duration) -> Self {
        self.after = Some(delay);
        self
    }

    /// Sets the principal of a response.
    pub fn with_principal_id(mut self, principal_id: impl Into<String>) -> Self {
        self.principal_id = Some(principal_id.into());
        self
    }

    /// Adds a value to a response's context.
    pub fn with_context(mut self, key: impl Into<String>, value: impl Into<ContextValue>) -> Self {
        self.context.push((key.into(), value.into()));
        self
    }

    pub(super) async fn give(
        self,
        request: &AuthorizerRequest,
    ) -> Result<AuthorizerResponse, AuthorizerError> {
        if let Some(delay) = self.after {
            tokio::time::sleep(delay).await;
        }
        let mut response = self.does.done(request).await?;
        if let Some(principal_id) = self.principal_id {
            response = response.with_principal_id(principal_id);
        }
        let context = self.context.into_iter();
        Ok(context.fold(response, |response, (key, value)| {
            response.with_context(key, value)
        }))
    }
}

impl Does {
    async fn done(
        self,
        request: &AuthorizerRequest,
    ) -> Result<AuthorizerResponse, AuthorizerError> {
        match self {
            // HTTP APIs require a principal.
            Self::Allow => Ok(AuthorizerResponse::allow("*").with_principal_id(NOBODY)),
            Self::AllowThis => {
                let response = AuthorizerResponse::allow(request.method_arn());
                Ok(response.with_principal_id(NOBODY))
            }
            Self::AllowOnly(pairs) => {
                let builder = PolicyBuilder::for_api(request.api());
                let allow = |builder: PolicyBuilder, (method, path): &(String, String)| {
                    builder.allow(method, path)
                };
                let policy = pairs.iter().fold(builder, allow).build()?;
                Ok(AuthorizerResponse::policy(policy).with_principal_id(NOBODY))
            }
            Self::Deny => Ok(AuthorizerResponse::deny("*").with_principal_id(NOBODY)),
            Self::Respond(response) => Ok(response),
            Self::Json(text) => Ok(AuthorizerResponse::from_json(text.as_bytes())?),
            Self::Fail(message) => Err(AuthorizerError::new(message)),
            Self::Panic(message) => panic!("{message}"),
            Self::Hang => pending().await,
        }
    }
}

/// The principal if a test sets none.
const NOBODY: &str = "mock";

impl From<AuthorizerResponse> for MockAnswer {
    fn from(response: AuthorizerResponse) -> Self {
        Self::respond(response)
    }
}

/// Leaves out the context's values, which may be credentials.
impl fmt::Debug for MockAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let does = match &self.does {
            Does::Allow => "allow",
            Does::AllowThis => "allow_this",
            Does::AllowOnly(_) => "allow_only",
            Does::Deny => "deny",
            Does::Respond(_) => "respond",
            Does::Json(_) => "json",
            Does::Fail(_) => "fail",
            Does::Panic(_) => "panic",
            Does::Hang => "hang",
        };
        f.debug_struct("MockAnswer")
            .field("does", &does)
            .field("after", &self.after)
            .finish_non_exhaustive()
    }
}
