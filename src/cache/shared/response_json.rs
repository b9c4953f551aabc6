//! A response as JSON, in the form in which an authorizer function returns it.

use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::{
    authorizer::{AuthorizerResponse, ContextValue},
    policy::PolicyDocument,
};

/// The response as compact JSON, or `None` where reading it would not give an equal one: a number in the context
/// that JSON does not hold exactly.
pub(super) fn to_json(response: &AuthorizerResponse) -> Option<Vec<u8>> {
    let json = serde_json::to_vec(&Members::of(response)).ok()?;
    let read = AuthorizerResponse::from_json(&json).ok()?;
    (read == *response).then_some(json)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Members<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    principal_id: Option<&'r str>,
    policy_document: &'r PolicyDocument,
    context: Context<'r>,
    #[serde(skip_serializing_if = "Option::is_none")]
    usage_identifier_key: Option<&'r str>,
}

impl<'r> Members<'r> {
    fn of(response: &'r AuthorizerResponse) -> Self {
        Self {
            principal_id: response.principal_id(),
            policy_document: response.policy_document(),
            context: Context(response),
            usage_identifier_key: response.usage_identifier_key(),
        }
    }
}

struct Context<'r>(&'r AuthorizerResponse);

impl Serialize for Context<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut entries = serializer.serialize_map(None)?;
        for (key, value) in self.0.context() {
            match value {
                ContextValue::String(text) => entries.serialize_entry(key, text)?,
                ContextValue::Number(number) => entries.serialize_entry(key, number)?,
                ContextValue::Bool(truth) => entries.serialize_entry(key, truth)?,
            }
        }
        entries.end()
    }
}
