//! What an authorizer answers: a policy, and what goes with it.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor},
};

use super::{AuthorizerError, ContextValue};
use crate::{
    policy::{Effect, PolicyDocument, Statement},
    strict_json::object,
};

/// The most that [`AuthorizerResponse::from_json`] reads: a Lambda function's answer has at most 6 MB.
pub const MAX_RESPONSE_BYTES: usize = 6 * 1024 * 1024;

/// The members that API Gateway itself puts beside the context's.
const RESERVED: [&str; 2] = ["principalId", "integrationLatency"];

/// An authorizer's answer: a policy, and optionally the principal, a context for the protected service
/// and a usage identifier key.
///
/// Made in Rust, or from the JSON that an authorizer function returns:
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
    principal_id: Option<String>,
    policy: PolicyDocument,
    context: Vec<(String, ContextValue)>,
    usage_identifier_key: Option<String>,
}

impl AuthorizerResponse {
    /// Allows what this resource covers: a method ARN, a pattern of ARNs, or `*`. A text that is no ARN,
    /// such as `/pets`, covers nothing.
    #[must_use]
    pub fn allow(resource: impl Into<String>) -> Self {
        Self::policy(PolicyDocument::new([Statement::invoke(
            Effect::Allow,
            [resource],
        )]))
    }

    /// Denies what this resource covers (everything, where it is no ARN), which an `Allow` could not make good. To refuse by saying
    /// nothing, answer with a policy that does not cover the request.
    #[must_use]
    pub fn deny(resource: impl Into<String>) -> Self {
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
            policy,
            context: Vec::new(),
            usage_identifier_key: None,
        }
    }

    /// Names the caller.
    #[must_use]
    pub fn with_principal_id(mut self, principal_id: impl Into<String>) -> Self {
        self.principal_id = Some(principal_id.into());
        self
    }

    /// Adds a value to the context that the protected service gets; a value of the same key is replaced.
    ///
    /// # Panics
    ///
    /// If the key is `principalId` or `integrationLatency`: API Gateway puts its own values there.
    #[must_use]
    pub fn with_context(mut self, key: impl Into<String>, value: impl Into<ContextValue>) -> Self {
        let key = key.into();
        assert!(
            !RESERVED.contains(&key.as_str()),
            "the context key `{key}` is API Gateway's own"
        );
        self.context.retain(|(known, _)| *known != key);
        self.context.push((key, value.into()));
        self
    }

    /// Sets the API key that counts for the caller's usage plan.
    #[must_use]
    pub fn with_usage_identifier_key(mut self, key: impl Into<String>) -> Self {
        self.usage_identifier_key = Some(key.into());
        self
    }

    /// Reads what an authorizer function returned.
    ///
    /// # Errors
    ///
    /// What API Gateway refuses is refused: JSON that is not an object, no `policyDocument`, a
    /// [policy that cannot be used](crate::policy), a context value that is an object, a list or
    /// `null`, and more than [`MAX_RESPONSE_BYTES`] are a
    /// [malformed response](super::AuthorizerErrorKind::MalformedResponse). An `errorMessage` is the
    /// function's failure: `Unauthorized` is [`AuthorizerError::unauthorized`]. Members that API Gateway
    /// does not know are ignored.
    pub fn from_json(text: &[u8]) -> Result<Self, AuthorizerError> {
        if text.len() > MAX_RESPONSE_BYTES {
            return Err(AuthorizerError::malformed_response(format!(
                "the answer has {} bytes; {MAX_RESPONSE_BYTES} are allowed",
                text.len()
            )));
        }
        let mut json = serde_json::Deserializer::from_slice(text);
        let members = object(&mut json).and_then(|members| json.end().map(|()| members));
        let members = members.map_err(|error| {
            let mut again = serde_json::Deserializer::from_slice(text);
            problem(&error, place(&mut again).as_deref())
        })?;
        Self::from_members(members)
    }

    /// The caller, if it was named.
    #[must_use]
    pub fn principal_id(&self) -> Option<&str> {
        self.principal_id.as_deref()
    }

    /// The policy.
    #[must_use]
    pub fn policy_document(&self) -> &PolicyDocument {
        &self.policy
    }

    /// The context, in the order in which it was given.
    pub fn context(&self) -> impl Iterator<Item = (&str, &ContextValue)> {
        self.context.iter().map(|(key, value)| (&**key, value))
    }

    /// The API key that counts for the caller's usage plan.
    #[must_use]
    pub fn usage_identifier_key(&self) -> Option<&str> {
        self.usage_identifier_key.as_deref()
    }

    fn from_members(members: Members) -> Result<Self, AuthorizerError> {
        if let Some(message) = members.error_message {
            return Err(AuthorizerError::new(message));
        }
        let policy = members.policy_document.ok_or_else(|| {
            AuthorizerError::malformed_response("the answer has no `policyDocument`")
        })?;
        Ok(Self {
            principal_id: members.principal_id,
            policy,
            context: members.context.unwrap_or_default().0,
            usage_identifier_key: members.usage_identifier_key,
        })
    }
}

/// As [`AuthorizerResponse::from_json`]; duplicate members cannot be seen any more in a `Value`.
impl TryFrom<serde_json::Value> for AuthorizerResponse {
    type Error = AuthorizerError;

    fn try_from(value: serde_json::Value) -> Result<Self, AuthorizerError> {
        let members = object(&value).map_err(|error| problem(&error, place(&value).as_deref()))?;
        Self::from_members(members)
    }
}

/// Only the context's keys: its values and the usage identifier key may be credentials.
impl fmt::Debug for AuthorizerResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<_> = self.context().map(|(key, _)| key).collect();
        f.debug_struct("AuthorizerResponse")
            .field("principal_id", &self.principal_id)
            .field("policy", &self.policy)
            .field("context_keys", &keys)
            .finish_non_exhaustive()
    }
}

/// What is wrong, and where.
fn problem(error: &serde_json::Error, place: Option<&str>) -> AuthorizerError {
    let description = describe(error);
    AuthorizerError::malformed_response(match place {
        Some(place) => format!("`{place}`: {description}"),
        None => description,
    })
}

/// The member that cannot be read, such as `policyDocument.Statement[2].Effect`: read again for it, since
/// keeping track costs time.
fn place<'de, D: Deserializer<'de>>(json: D) -> Option<String> {
    let error = serde_path_to_error::deserialize::<_, Answer>(json).err()?;
    let place = error.path().to_string();
    (place != ".").then_some(place)
}

/// What serde says, without the value that it quotes: that may be a credential, or megabytes.
fn describe(error: &serde_json::Error) -> String {
    const LONGEST: usize = 500;
    let text = error.to_string();
    let quoted = text
        .strip_prefix("invalid type: ")
        .and_then(|rest| rest.rsplit_once(", expected "));
    let text = match quoted {
        Some((found, expected)) => {
            let kind = found.split([' ', '`', '"']).next().unwrap_or_default();
            format!("invalid type: {kind}, expected {expected}")
        }
        None => text,
    };
    text.chars().take(LONGEST).collect()
}

/// The answer, from an object only.
struct Answer;

impl<'de> Deserialize<'de> for Answer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        object::<D, Members>(deserializer).map(|_| Self)
    }
}

/// The answer as it stands in JSON. `null` in place of an optional member is as good as none.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Members {
    principal_id: Option<String>,
    policy_document: Option<PolicyDocument>,
    context: Option<Context>,
    usage_identifier_key: Option<String>,
    error_message: Option<String>,
}

#[derive(Default)]
struct Context(Vec<(String, ContextValue)>);

impl<'de> Deserialize<'de> for Context {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ContextVisitor)
    }
}

struct ContextVisitor;

impl<'de> Visitor<'de> for ContextVisitor {
    type Value = Context;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a context, which is an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Context, A::Error> {
        let mut entries = Vec::new();
        let mut keys = std::collections::HashSet::new();
        while let Some(key) = map.next_key::<String>()? {
            if RESERVED.contains(&key.as_str()) {
                return Err(de::Error::custom(format_args!(
                    "the context key `{key}` is API Gateway's own"
                )));
            }
            if !keys.insert(key.clone()) {
                return Err(de::Error::custom(format_args!(
                    "the context has two values for `{key}`"
                )));
            }
            let value = ContextValue::try_from(map.next_value::<serde_json::Value>()?);
            let value = value.map_err(|found| {
                de::Error::custom(format_args!(
                    "the context's `{key}` is {found}; allowed are strings, numbers and booleans"
                ))
            })?;
            entries.push((key, value));
        }
        Ok(Context(entries))
    }
}
