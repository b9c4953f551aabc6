//! The JSON form of a case.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tower_lambda_authorizer::ApiType;

#[derive(Debug, Deserialize)]
pub(crate) struct Case {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) config_error: bool,
    pub(crate) api: ApiMembers,
    pub(crate) authorizer: Map<String, Value>,
    #[serde(rename = "gatewayResponses", default)]
    pub(crate) gateway_responses: Map<String, Value>,
    #[serde(default)]
    pub(crate) answers: Vec<Answer>,
    #[serde(default)]
    pub(crate) exchanges: Vec<Exchange>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ApiMembers {
    #[serde(rename = "type")]
    api_type: String,
    #[serde(default = "defaults::partition")]
    pub(crate) partition: String,
    #[serde(default = "defaults::region")]
    pub(crate) region: String,
    #[serde(default = "defaults::account_id")]
    pub(crate) account_id: String,
    #[serde(default = "defaults::api_id")]
    pub(crate) api_id: String,
    stage: Option<String>,
    #[serde(default)]
    pub(crate) stage_variables: BTreeMap<String, String>,
}

impl ApiMembers {
    pub(crate) fn api_type(&self) -> Result<ApiType, String> {
        match self.api_type.as_str() {
            "REST" => Ok(ApiType::Rest),
            "HTTP" => Ok(ApiType::Http),
            "WEBSOCKET" => Ok(ApiType::WebSocket),
            other => Err(format!("`{other}` is not a type of API")),
        }
    }

    pub(crate) fn stage(&self) -> Result<&str, String> {
        let of_type = match self.api_type()? {
            ApiType::Http => "$default",
            _ => "prod",
        };
        Ok(self.stage.as_deref().unwrap_or(of_type))
    }
}

/// What the authorizer does if `when` matches.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Answer {
    #[serde(default)]
    pub(crate) when: When,
    pub(crate) output: Option<Value>,
    pub(crate) raw_output: Option<String>,
    pub(crate) error: Option<String>,
    #[serde(default)]
    pub(crate) hang: bool,
    #[serde(default)]
    pub(crate) panic: bool,
}

#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct When {
    pub(crate) identity: Option<Vec<String>>,
    pub(crate) method: Option<String>,
    pub(crate) path: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Exchange {
    #[serde(default)]
    pub(crate) advance: f64,
    pub(crate) request: RequestMembers,
    pub(crate) expect: Expect,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RequestMembers {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    #[serde(default = "defaults::source_ip")]
    pub(crate) source_ip: String,
    #[serde(default = "defaults::scheme")]
    pub(crate) scheme: String,
    #[serde(default = "defaults::resource")]
    pub(crate) resource: String,
    #[serde(default)]
    pub(crate) path_parameters: BTreeMap<String, String>,
}

/// Only the members that are present are checked.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Expect {
    pub(crate) status: Option<u16>,
    pub(crate) body: Option<String>,
    pub(crate) json: Option<Value>,
    #[serde(default)]
    pub(crate) body_contains: Vec<String>,
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, Option<String>>,
    pub(crate) response_type: Option<String>,
    pub(crate) reached: Option<bool>,
    pub(crate) invocations: Option<usize>,
    /// `Some(None)` for `null`: the protected service received no principal.
    #[serde(default, deserialize_with = "some")]
    pub(crate) principal_id: Option<Option<String>>,
    pub(crate) context: Option<BTreeMap<String, Value>>,
    pub(crate) event: Option<Value>,
}

fn some<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

mod defaults {
    pub(super) fn partition() -> String {
        "aws".into()
    }
    pub(super) fn region() -> String {
        "us-east-1".into()
    }
    pub(super) fn account_id() -> String {
        "123456789012".into()
    }
    pub(super) fn api_id() -> String {
        "abcdef1234".into()
    }
    pub(super) fn source_ip() -> String {
        "203.0.113.7".into()
    }
    pub(super) fn scheme() -> String {
        "https".into()
    }
    pub(super) fn resource() -> String {
        "/pets".into()
    }
}
