//! An authorizer's response as JSON, as a function returns it.

use std::{collections::HashSet, fmt, num::NonZero};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, MapAccess, Visitor},
    ser::SerializeMap,
};
use serde_json::Value;

use super::{
    AnswerProblem, AuthorizerError, AuthorizerResponse, ContextValue, MalformedAnswer,
    answer_shape::recognised,
    bounded,
    response::{GivenText, ReceivedLength, SimpleAnswer},
};
use crate::{
    authorizer::strict_json::{check, not_null, object},
    policy::{OneLine, PolicyDocument, of_resource_policy, place as known_place},
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
    /// Returns a [malformed response](super::AuthorizerErrorKind::MalformedResponse) if
    ///
    /// - the JSON is not an object, or has more than [`MAX_RESPONSE_BYTES`],
    /// - it has neither `policyDocument` nor `isAuthorized`,
    /// - the [policy cannot be used](crate::policy),
    /// - the context is not an object, or has two values for a key.
    ///
    /// These are the responses that every type of API refuses. The layer refuses those that its own type of API does
    /// not accept.
    ///
    /// An `errorMessage` means that the function failed. If it is `Unauthorized`, the error is
    /// [`AuthorizerError::unauthorized`]. Messages are cut after 16 KiB.
    pub fn from_json(text: &[u8]) -> Result<Self, AuthorizerError> {
        if text.len() > MAX_RESPONSE_BYTES {
            return Err(AuthorizerError::malformed_response(format!(
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
    ) -> Result<Self, AuthorizerError> {
        if let Some(message) = members.error_message {
            return Err(AuthorizerError::new(bounded(message)));
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
            lifetime: None,
            tags: None,
            received_length: ReceivedLength::default(),
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
    type Error = AuthorizerError;

    fn try_from(value: Value) -> Result<Self, AuthorizerError> {
        let shape = || recognised(&value);
        let members =
            object(&value).map_err(|error| problem(&error, place(&value).as_deref(), shape()))?;
        Self::from_members(members, shape)
    }
}

fn neither_policy_nor_yes_or_no(shape: Option<AnswerProblem>) -> AuthorizerError {
    let kind = shape.unwrap_or(AnswerProblem::Other);
    let problem = match kind {
        AnswerProblem::HttpResponse => {
            "the answer has no `policyDocument`, but a `statusCode`: it is an HTTP response"
        }
        AnswerProblem::AnswerInBody => "the answer has no `policyDocument`, but a `body`",
        AnswerProblem::PolicyWithoutWrapper => {
            "the answer has no `policyDocument`, but a `Statement`: it is only the policy"
        }
        AnswerProblem::MisspeltMember { meant } => {
            let problem = format!("the answer has no `{meant}`, but a member with a similar name");
            return AuthorizerError::malformed_response(MalformedAnswer::new(kind, problem));
        }
        _ => "the answer has no `policyDocument`, and no `isAuthorized` either",
    };
    AuthorizerError::malformed_response(MalformedAnswer::new(kind, problem))
}

/// The message for the error: what is wrong, and where.
fn problem(
    error: &serde_json::Error,
    place: Option<&str>,
    shape: Option<AnswerProblem>,
) -> AuthorizerError {
    let kind = shape.unwrap_or(AnswerProblem::Other);
    let in_plain_words = match kind {
        AnswerProblem::AnswerInString => "it is a string that contains JSON, not an object",
        AnswerProblem::UnauthorizedReturned => "it is the string `Unauthorized`, not an object",
        AnswerProblem::NothingReturned => "it is `null`, not an object",
        AnswerProblem::PolicyInString => "`policyDocument` is a string, not an object",
        AnswerProblem::NoObject { found } => &format!("it is {found}, not an object"),
        _ => {
            let description = without_value(error);
            let problem = match place {
                Some(place) => format!("`{}`: {}", OneLine(place), OneLine(description)),
                None => OneLine(description).to_string(),
            };
            let answer = MalformedAnswer::new(kind, bounded(problem));
            return AuthorizerError::malformed_response(answer);
        }
    };
    AuthorizerError::malformed_response(MalformedAnswer::new(kind, in_plain_words))
}

/// The member that cannot be read, such as `policyDocument.Statement[2].Effect`. Reads the JSON a second time, since
/// tracking the path would make every response slower.
fn place<'de, D: Deserializer<'de>>(json: D) -> Option<String> {
    let error = serde_path_to_error::deserialize::<_, Answer>(json).err()?;
    known_place(error.path())
}

/// serde's message. If a value has the wrong type, serde quotes it; the quote is removed, since it may be a credential.
fn without_value(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let quoted = text
        .strip_prefix("invalid type: ")
        .and_then(|rest| rest.rsplit_once(", expected "));
    match quoted {
        Some((found, expected)) => {
            let kind = found.split([' ', '`', '"']).next().unwrap_or_default();
            format!("invalid type: {kind}, expected {expected}")
        }
        None => {
            let position = format!(" at line {} column {}", error.line(), error.column());
            let (said, position) = match text.strip_suffix(&position) {
                Some(said) => (said, &*position),
                None => (&*text, ""),
            };
            [said, of_resource_policy(said).unwrap_or_default(), position].concat()
        }
    }
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
            Value::Number(number) => Self::Number(number),
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

/// Writes the JSON that a function would return.
impl Serialize for AuthorizerResponse {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(None)?;
        if let Some(principal_id) = &self.principal_id {
            members.serialize_entry("principalId", principal_id)?;
        }
        if let Some(policy) = &self.policy {
            members.serialize_entry("policyDocument", policy)?;
        }
        match self.simple {
            Some(SimpleAnswer::Authorized(is_authorized)) => {
                members.serialize_entry("isAuthorized", &is_authorized)?;
            }
            Some(SimpleAnswer::Unusable(_)) => {
                members.serialize_entry("isAuthorized", &Value::Null)?;
            }
            None => (),
        }
        if !self.context.is_empty() {
            members.serialize_entry("context", &SerializedContext(&self.context))?;
        }
        if let Some(key) = &self.usage_identifier_key {
            members.serialize_entry("usageIdentifierKey", key)?;
        }
        members.end()
    }
}

impl Serialize for GivenText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(number) => number.serialize(serializer),
            Self::Unusable(_) => serializer.serialize_bool(false),
        }
    }
}

struct SerializedContext<'c>(&'c [(String, ContextValue)]);

impl Serialize for SerializedContext<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let entries = self.0.iter().map(|(key, value)| (key, value));
        serializer.collect_map(entries)
    }
}
