//! Reads an authorizer's response from JSON, as a function returns it.

mod problem;
mod write;

use std::{collections::HashSet, fmt, num::NonZero};

use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor},
};
use serde_json::Value;

use self::problem::{neither_policy_nor_yes_or_no, problem};
use super::{
    AnswerProblem, AuthorizerResponse, ContextValue, InvalidResponse,
    answer_shape::recognised,
    bounded,
    response::{GivenText, ReceivedLength, SimpleAnswer},
};
use crate::{
    authorizer::strict_json::{check, not_null, object, plain_number},
    policy::{PolicyDocument, place as known_place},
};

/// The maximum number of bytes that [`AuthorizerResponse::from_json`] reads: 6 MiB, the size limit of a Lambda
/// function's response.
pub const MAX_RESPONSE_BYTES: usize = 6 * 1024 * 1024;

impl AuthorizerResponse {
    /// Reads the response of an authorizer function.
    ///
    /// Members that API Gateway does not know are ignored, but must be valid JSON with fewer than 128 levels.
    ///
    /// # Errors
    ///
    /// Returns an [`InvalidResponse`] if
    ///
    /// - the JSON is not an object, or has more than [`MAX_RESPONSE_BYTES`],
    /// - it has neither `policyDocument` nor `isAuthorized`,
    /// - the [policy cannot be used](crate::policy),
    /// - the context is not an object, or has two values for a key.
    ///
    /// These are the responses that every type of API refuses. The layer refuses those that its own type of API does
    /// not accept.
    ///
    /// An `errorMessage` means that the function failed, and is an `InvalidResponse`, too. If it is `Unauthorized`, `?`
    /// converts it into [`AuthorizerError::unauthorized`](super::AuthorizerError::unauthorized). Messages are cut after
    /// 16 KiB.
    pub fn from_json(text: &[u8]) -> Result<Self, InvalidResponse> {
        if text.len() > MAX_RESPONSE_BYTES {
            return Err(InvalidResponse::malformed(format!(
                "the answer has {} bytes; {MAX_RESPONSE_BYTES} are allowed",
                text.len()
            )));
        }
        let mut json = serde_json::Deserializer::from_slice(text);
        let again = || serde_json::Deserializer::from_slice(text);
        let shape = || recognised(&mut again());
        let members = object(&mut json)
            .map_err(|error| problem(&error, place(&mut again()).as_deref(), shape()))?;
        check(text).map_err(|error| problem(&error, None, None))?;
        let mut response = Self::from_members(members, shape)?;
        response.received_length = ReceivedLength(NonZero::new(text.len()));
        Ok(response)
    }

    fn from_members(
        members: Members,
        shape: impl FnOnce() -> Option<AnswerProblem>,
    ) -> Result<Self, InvalidResponse> {
        if let Some(message) = members.error_message {
            return Err(InvalidResponse::function_failed(bounded(message)));
        }
        if members.policy_document.is_none() && members.is_authorized.is_none() {
            return Err(neither_policy_nor_yes_or_no(shape()));
        }
        Ok(Self {
            principal_id: members.principal_id,
            policy: members.policy_document,
            simple: members.is_authorized,
            context: members.context.unwrap_or_default().0,
            usage_identifier_key: members.usage_identifier_key,
            ..Self::empty()
        })
    }

    /// The length of the JSON that was received, or of the JSON that would be written.
    pub(crate) fn json_length(&self) -> usize {
        let written = || serde_json::to_vec(self).map_or(usize::MAX, |text| text.len());
        self.received_length.0.map_or_else(written, NonZero::get)
    }
}

/// Like [`AuthorizerResponse::from_json`], but cannot detect duplicate members, since a `Value` has none.
impl TryFrom<Value> for AuthorizerResponse {
    type Error = InvalidResponse;

    fn try_from(value: Value) -> Result<Self, InvalidResponse> {
        let shape = || recognised(&value);
        let members =
            object(&value).map_err(|error| problem(&error, place(&value).as_deref(), shape()))?;
        Self::from_members(members, shape)
    }
}

/// The member that cannot be read, such as `policyDocument.Statement[2].Effect`. Reads the JSON a second time, since
/// tracking the path would make every response slower.
fn place<'de, D: Deserializer<'de>>(json: D) -> Option<String> {
    let error = serde_path_to_error::deserialize::<_, Answer>(json).err()?;
    known_place(error.path())
}

/// A response that is an object, not a list of the members' values.
struct Answer;

impl<'de> Deserialize<'de> for Answer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        object::<D, Members>(deserializer).map(|_| Self)
    }
}

/// The members in JSON. `null` counts as missing for members that do not forbid it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Members {
    principal_id: Option<GivenText>,
    policy_document: Option<PolicyDocument>,
    #[serde(default, deserialize_with = "not_null")]
    is_authorized: Option<SimpleAnswer>,
    context: Option<Context>,
    usage_identifier_key: Option<Box<GivenText>>,
    error_message: Option<String>,
}

impl<'de> Deserialize<'de> for GivenText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Value::deserialize(deserializer)? {
            Value::String(text) => Self::Text(text),
            Value::Number(number) => Self::Number(plain_number(number)),
            other => Self::Unusable(kind_of(&other)),
        })
    }
}

/// The kind of value, for messages that must not show the value.
fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// As recorded, the string `"true"` means yes. Any other string is refused.
impl<'de> Deserialize<'de> for SimpleAnswer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Value::deserialize(deserializer)? {
            Value::Bool(is_authorized) => Self::Authorized(is_authorized),
            Value::String(text) if text == "true" => Self::Authorized(true),
            Value::String(_) => Self::Unusable("a string other than `true`"),
            other => Self::Unusable(kind_of(&other)),
        })
    }
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
        let mut keys = HashSet::new();
        while let Some(key) = map.next_key::<String>()? {
            if !keys.insert(key.clone()) {
                return Err(de::Error::custom(format_args!(
                    "the context has two values for `{key}`"
                )));
            }
            entries.push((key, map.next_value::<Value>()?.into()));
        }
        Ok(Context(entries))
    }
}
