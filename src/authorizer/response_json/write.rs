//! Writes an authorizer's response as JSON.

use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::Value;

use crate::authorizer::{
    AuthorizerResponse, ContextValue,
    response::{GivenText, SimpleAnswer},
};

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
