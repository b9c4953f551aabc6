//! What an authorizer answers: a policy or a simple answer, and what goes with it.

use std::fmt;

use serde_json::Number;

use super::ContextValue;
use crate::policy::{Effect, PolicyDocument, Resource, Statement};

/// An authorizer's answer: a policy, or with an HTTP API's simple responses a yes or no, and optionally the
/// principal, a context for the protected service and a usage identifier key.
///
/// What of that the API at hand has no use for (a simple answer where it goes by policies, a list in a context that
/// is made strings) makes the answer unusable: the client gets 500, and the [`Denial`](crate::Denial) says why.
/// [Which API Gateway is yours](crate::api_types) has the table.
///
/// Made in Rust, or from the JSON that an authorizer function returns, which [`Serialize`](serde::Serialize) writes:
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
/// # Ok::<(), tower_lambda_authorizer::AuthorizerError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct AuthorizerResponse {
    pub(crate) principal_id: Option<GivenText>,
    pub(crate) policy: Option<PolicyDocument>,
    pub(crate) simple: Option<SimpleAnswer>,
    pub(crate) context: Vec<(String, ContextValue)>,
    pub(crate) usage_identifier_key: Option<GivenText>,
    pub(crate) received_length: ReceivedLength,
}

/// A member that is to be a text, as it was given. An API that ignores it does not mind what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum GivenText {
    Text(String),
    /// As it was written.
    Number(Number),
    /// What it is instead.
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

/// How long the JSON was that an answer was read from. It is nothing that the answer says, so it makes no difference.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ReceivedLength(pub(crate) Option<usize>);

impl PartialEq for ReceivedLength {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for ReceivedLength {}

/// `isAuthorized`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SimpleAnswer {
    Authorized(bool),
    /// What it is instead.
    Unusable(&'static str),
}

impl AuthorizerResponse {
    /// Allows what this resource covers: a text is a pattern of ARNs, or `*` for everything, and a text that is not an
    /// ARN, such as `/pets`, covers nothing. A [`MethodArn`](crate::MethodArn) covers itself and nothing else, whatever
    /// a client has put into its path; see [`Resource`].
    #[must_use]
    pub fn allow(resource: impl Into<Resource>) -> Self {
        Self::policy(PolicyDocument::new([Statement::invoke(
            Effect::Allow,
            [resource],
        )]))
    }

    /// Denies what this resource covers (everything, where it is no ARN), which an `Allow` could not make good. To refuse by saying
    /// nothing, answer with a policy that does not cover the request.
    #[must_use]
    pub fn deny(resource: impl Into<Resource>) -> Self {
        Self::policy(PolicyDocument::new([Statement::invoke(
            Effect::Deny,
            [resource],
        )]))
    }

    /// Answers with a policy.
    #[must_use]
    pub fn policy(policy: PolicyDocument) -> Self {
        Self {
            principal_id: None,
            policy: Some(policy),
            simple: None,
            context: Vec::new(),
            usage_identifier_key: None,
            received_length: ReceivedLength::default(),
        }
    }

    /// Answers with yes or no, as an HTTP API's authorizer does with
    /// [simple responses](crate::LambdaAuthorizerLayer::simple_responses). Where results are kept, the answer counts
    /// for whatever the same identity asks for next.
    ///
    /// ```
    /// use tower_lambda_authorizer::AuthorizerResponse;
    ///
    /// let made = AuthorizerResponse::simple(true).with_context("tenant", "acme");
    /// let read = AuthorizerResponse::from_json(br#"{"isAuthorized": true, "context": {"tenant": "acme"}}"#)?;
    /// assert_eq!(made, read);
    /// # Ok::<(), tower_lambda_authorizer::AuthorizerError>(())
    /// ```
    #[must_use]
    pub fn simple(is_authorized: bool) -> Self {
        Self {
            principal_id: None,
            policy: None,
            simple: Some(SimpleAnswer::Authorized(is_authorized)),
            context: Vec::new(),
            usage_identifier_key: None,
            received_length: ReceivedLength::default(),
        }
    }

    /// Names the caller.
    #[must_use]
    pub fn with_principal_id(mut self, principal_id: impl Into<String>) -> Self {
        self.principal_id = Some(GivenText::Text(principal_id.into()));
        self
    }

    /// Adds a value to the context that the protected service gets; a value of the same key is replaced.
    ///
    /// The keys `principalId` and `integrationLatency` are API Gateway's own, and `claims` is reserved by HTTP APIs.
    #[must_use]
    pub fn with_context(mut self, key: impl Into<String>, value: impl Into<ContextValue>) -> Self {
        let key = key.into();
        self.context.retain(|(known, _)| *known != key);
        self.context.push((key, value.into()));
        self
    }

    /// Sets the API key that counts for the caller's usage plan.
    #[must_use]
    pub fn with_usage_identifier_key(mut self, key: impl Into<String>) -> Self {
        self.usage_identifier_key = Some(GivenText::Text(key.into()));
        self
    }

    /// The caller, if it was named by a text.
    #[must_use]
    pub fn principal_id(&self) -> Option<&str> {
        self.principal_id.as_ref()?.text()
    }

    /// The policy. None in a simple answer.
    #[must_use]
    pub fn policy_document(&self) -> Option<&PolicyDocument> {
        self.policy.as_ref()
    }

    /// Yes or no. None where the answer is a policy.
    #[must_use]
    pub fn is_authorized(&self) -> Option<bool> {
        match self.simple? {
            SimpleAnswer::Authorized(is_authorized) => Some(is_authorized),
            SimpleAnswer::Unusable(_) => None,
        }
    }

    /// The context, in the order in which it was given.
    pub fn context(&self) -> impl Iterator<Item = (&str, &ContextValue)> {
        self.context.iter().map(|(key, value)| (&**key, value))
    }

    /// The API key that counts for the caller's usage plan.
    #[must_use]
    pub fn usage_identifier_key(&self) -> Option<&str> {
        self.usage_identifier_key.as_ref()?.text()
    }
}

/// Only the context's keys: its values and the usage identifier key may be credentials.
impl fmt::Debug for AuthorizerResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<_> = self.context().map(|(key, _)| key).collect();
        f.debug_struct("AuthorizerResponse")
            .field("principal_id", &self.principal_id)
            .field("policy", &self.policy)
            .field("is_authorized", &self.is_authorized())
            .field("context_keys", &keys)
            .finish_non_exhaustive()
    }
}
