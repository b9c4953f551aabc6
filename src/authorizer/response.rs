//! The response that an authorizer returns.

use std::{fmt, num::NonZero};

use serde_json::Number;

use super::{ContextValue, lifetime::OwnLifetime};
use crate::policy::{Effect, HeapBytes, PolicyDocument, Resource, Statement};

/// An authorizer's response: a policy, or yes or no for an HTTP API with simple responses. It may also name the
/// principal, and have a context for the protected service and a usage identifier key.
///
/// A response that the type of API does not accept cannot be used: the client gets 500, and the
/// [`Denial`](crate::Denial) gives the reason. Examples are a simple response for an API that expects policies, and a
/// list in the context of an API that makes strings of its values. A [table](crate::api_types) shows what each type of
/// API accepts.
///
/// Create it in Rust, or read the JSON that an authorizer function returns. [`Serialize`](serde::Serialize) writes that
/// JSON.
///
/// ```
/// use tower_lambda_authorizer::AuthorizerResponse;
///
/// let arn = "arn:aws:execute-api:eu-west-1:123456789012:a1b2/prod/GET/pets";
/// let made = AuthorizerResponse::allow(arn)
///     .with_principal_id("user-1")
///     .with_context("level", 3);
/// let read = AuthorizerResponse::from_json(br#"{
///     "principalId": "user-1",
///     "policyDocument": {"Statement": [{
///         "Effect": "Allow", "Action": "execute-api:Invoke",
///         "Resource": "arn:aws:execute-api:eu-west-1:123456789012:a1b2/prod/GET/pets"
///     }]},
///     "context": {"level": 3}
/// }"#)?;
/// assert_eq!(made, read);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct AuthorizerResponse {
    pub(crate) principal_id: Option<GivenText>,
    pub(crate) policy: Option<PolicyDocument>,
    pub(crate) simple: Option<SimpleAnswer>,
    pub(crate) context: Vec<(String, ContextValue)>,
    // The next three are boxed, because few responses have them, and a response is moved often.
    pub(crate) usage_identifier_key: Option<Box<GivenText>>,
    pub(crate) lifetime: Option<Box<OwnLifetime>>,
    pub(crate) tags: Option<Box<Tags>>,
    pub(crate) received_length: ReceivedLength,
}

/// The value of a member that should be a string. Other values are kept, since an API that ignores the member accepts
/// them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum GivenText {
    Text(String),
    Number(Number),
    /// The kind of value, such as `a list`.
    Unusable(&'static str),
}

impl GivenText {
    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Number(_) | Self::Unusable(_) => None,
        }
    }
}

/// The length of the JSON that a response was read from. Responses that differ only in this are equal.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ReceivedLength(pub(crate) Option<NonZero<usize>>);

impl PartialEq for ReceivedLength {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for ReceivedLength {}

/// What an authorizer tags its response with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tags(pub(crate) Vec<String>);

impl HeapBytes for Tags {
    fn heap_bytes(&self) -> usize {
        self.0.heap_bytes()
    }
}

/// `isAuthorized`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SimpleAnswer {
    Authorized(bool),
    /// The kind of value, such as `a list`.
    Unusable(&'static str),
}

impl AuthorizerResponse {
    /// Creates a response with a policy that allows the requests that this resource covers.
    ///
    /// A string is a pattern for ARNs, or `*` for everything. A string that is not an ARN, such as `/pets`, covers
    /// nothing. A [`MethodArn`](crate::policy::MethodArn) covers only itself, even if the client's path contains wildcards; see
    /// [`Resource`].
    ///
    /// ```
    /// use tower_lambda_authorizer::{AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn, testing::Harness};
    ///
    /// # tokio_test::block_on(async {
    /// let authorizer = authorizer_fn(|_| async {
    ///     Ok(AuthorizerResponse::allow("arn:aws:execute-api:*:*:*/*/GET/pets*"))
    /// });
    /// Harness::new(LambdaAuthorizerLayer::token(authorizer)).run_table("
    ///     GET     /pets    t  allowed
    ///     GET     /pets/7  t  allowed
    ///     DELETE  /pets/7  t  denied
    /// ").await;
    /// # });
    /// ```
    #[must_use]
    pub fn allow(resource: impl Into<Resource>) -> Self {
        Self::policy(PolicyDocument::new([Statement::invoke(
            Effect::Allow,
            [resource],
        )]))
    }

    /// Creates a response with a policy that denies the requests that this resource covers. If the resource is not an
    /// ARN, the policy denies all requests. An `Allow` cannot override that. For an implicit deny, return a policy that
    /// does not cover the request.
    #[must_use]
    pub fn deny(resource: impl Into<Resource>) -> Self {
        Self::policy(PolicyDocument::new([Statement::invoke(
            Effect::Deny,
            [resource],
        )]))
    }

    /// Creates a response with this policy.
    #[must_use]
    pub fn policy(policy: PolicyDocument) -> Self {
        Self {
            policy: Some(policy),
            ..Self::empty()
        }
    }

    /// Creates a simple response, yes or no, for an HTTP API with [simple
    /// responses](crate::LambdaAuthorizerLayer::simple_responses). If results are cached, the response applies to every
    /// later request of the same identity.
    ///
    /// ```
    /// use tower_lambda_authorizer::AuthorizerResponse;
    ///
    /// let made = AuthorizerResponse::simple(true).with_context("tenant", "acme");
    /// let read = AuthorizerResponse::from_json(br#"{"isAuthorized": true, "context": {"tenant": "acme"}}"#)?;
    /// assert_eq!(made, read);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn simple(is_authorized: bool) -> Self {
        Self {
            simple: Some(SimpleAnswer::Authorized(is_authorized)),
            ..Self::empty()
        }
    }

    pub(super) fn empty() -> Self {
        Self {
            principal_id: None,
            policy: None,
            simple: None,
            context: Vec::new(),
            usage_identifier_key: None,
            lifetime: None,
            tags: None,
            received_length: ReceivedLength::default(),
        }
    }

    /// Sets the principal: who the caller is.
    #[must_use]
    pub fn with_principal_id(mut self, principal_id: impl Into<String>) -> Self {
        self.principal_id = Some(GivenText::Text(principal_id.into()));
        self
    }

    /// Adds a value to the context for the protected service. Replaces an earlier value of the same key.
    ///
    /// API Gateway reserves the keys `principalId` and `integrationLatency`: a response with one of them cannot be used
    /// (500). An HTTP API with the payload format 2.0 accepts them, but removes the key `claims`.
    ///
    /// ```
    /// use tower_lambda_authorizer::{LambdaAuthorizerLayer, AuthorizerResponse, authorizer_fn, testing::Harness};
    ///
    /// # tokio_test::block_on(async {
    /// let authorizer = authorizer_fn(|_| async {
    ///     Ok(AuthorizerResponse::allow("*").with_context("level", 3))
    /// });
    /// let harness = Harness::new(LambdaAuthorizerLayer::token(authorizer));
    /// let response = harness.get("/pets").header("authorization", "t").send().await;
    /// response.assert_context("level", "3"); // a REST API makes it a string
    /// # });
    /// ```
    #[must_use]
    pub fn with_context(mut self, key: impl Into<String>, value: impl Into<ContextValue>) -> Self {
        let key = key.into();
        self.context.retain(|(known, _)| *known != key);
        self.context.push((key, value.into()));
        self
    }

    /// Sets the API key for the caller's usage plan.
    #[must_use]
    pub fn with_usage_identifier_key(mut self, key: impl Into<String>) -> Self {
        self.usage_identifier_key = Some(Box::new(GivenText::Text(key.into())));
        self
    }

    /// Adds a tag, such as a tenant or a session.
    /// [`AuthorizerResults::invalidate_tag`](crate::caching::AuthorizerResults::invalidate_tag) removes all results
    /// that have the tag. A response with more than 250 tags is not stored in a shared cache.
    ///
    /// Tags are not part of the response's JSON. For a function that returns JSON, see
    /// [`tags_from_context`](crate::LambdaAuthorizerLayer::tags_from_context).
    ///
    /// ```
    /// use tower_lambda_authorizer::{LambdaAuthorizerLayer, AuthorizerResponse, authorizer_fn, testing::Harness};
    ///
    /// # tokio_test::block_on(async {
    /// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| async {
    ///     Ok(AuthorizerResponse::allow("*").with_tag("tenant:acme"))
    /// }));
    /// let results = layer.results();
    /// let harness = Harness::new(layer);
    /// let get = || harness.get("/pets").header("authorization", "t").send();
    ///
    /// get().await.assert_invoked();
    /// results.invalidate_tag("tenant:acme").await?;
    /// get().await.assert_invoked();
    /// # Ok::<(), tower_lambda_authorizer::caching::InvalidationError>(())
    /// # }).unwrap();
    /// ```
    #[must_use]
    pub fn with_tag(mut self, tag: impl Into<String>) -> Self {
        self.tags.get_or_insert_default().0.push(tag.into());
        self
    }

    /// The tags, in the order in which they were added.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        let tags = self.tags.iter().flat_map(|tags| &tags.0);
        tags.map(String::as_str)
    }

    /// The principal, if it is a string.
    #[must_use]
    pub fn principal_id(&self) -> Option<&str> {
        self.principal_id.as_ref()?.text()
    }

    /// The policy. `None` for a simple response.
    #[must_use]
    pub fn policy_document(&self) -> Option<&PolicyDocument> {
        self.policy.as_ref()
    }

    /// Yes or no. `None` if the response is a policy.
    #[must_use]
    pub fn is_authorized(&self) -> Option<bool> {
        match self.simple? {
            SimpleAnswer::Authorized(is_authorized) => Some(is_authorized),
            SimpleAnswer::Unusable(_) => None,
        }
    }

    /// The context, in the order of the response.
    pub fn context(&self) -> impl Iterator<Item = (&str, &ContextValue)> {
        self.context.iter().map(|(key, value)| (&**key, value))
    }

    /// The API key for the caller's usage plan, if it is a string.
    #[must_use]
    pub fn usage_identifier_key(&self) -> Option<&str> {
        self.usage_identifier_key.as_ref()?.text()
    }
}

/// Shows the context's keys only, since its values and the usage identifier key may be credentials.
impl fmt::Debug for AuthorizerResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<_> = self.context().map(|(key, _)| key).collect();
        f.debug_struct("AuthorizerResponse")
            .field("principal_id", &self.principal_id)
            .field("policy", &self.policy)
            .field("is_authorized", &self.is_authorized())
            .field("context_keys", &keys)
            .field("expiry", &self.expiry())
            .field("max_age", &self.max_age())
            .finish_non_exhaustive()
    }
}
