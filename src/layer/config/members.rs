//! The members of an authorizer's configuration, in the spellings of API Gateway's tools.

use serde::{Deserialize, Deserializer, de};
use serde_json::Value;

use crate::authorizer::Ignored;

/// The members in the spelling of the CLI and the SDKs for REST APIs (`identitySource`), or in their spelling for HTTP
/// and WebSocket APIs (`IdentitySource`), which is also that of templates.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Members {
    /// Empty if it is missing.
    #[serde(
        default,
        rename = "type",
        alias = "Type",
        alias = "authorizerType",
        alias = "AuthorizerType"
    )]
    pub(super) authorizer_type: String,
    #[serde(default, rename = "identitySource", alias = "IdentitySource")]
    pub(super) identity_source: Option<IdentitySourceMember>,
    #[serde(
        default,
        rename = "identityValidationExpression",
        alias = "IdentityValidationExpression"
    )]
    pub(super) identity_validation_expression: Option<String>,
    #[serde(
        default,
        rename = "authorizerResultTtlInSeconds",
        alias = "AuthorizerResultTtlInSeconds",
        deserialize_with = "seconds"
    )]
    pub(super) authorizer_result_ttl_in_seconds: Option<u64>,
    #[serde(
        default,
        rename = "authorizerPayloadFormatVersion",
        alias = "AuthorizerPayloadFormatVersion",
        deserialize_with = "version"
    )]
    pub(super) authorizer_payload_format_version: Option<String>,
    #[serde(
        default,
        rename = "enableSimpleResponses",
        alias = "EnableSimpleResponses",
        deserialize_with = "boolean"
    )]
    pub(super) enable_simple_responses: Option<bool>,
    #[serde(
        default,
        rename = "jwtConfiguration",
        alias = "JwtConfiguration",
        deserialize_with = "no_jwt"
    )]
    _jwt_configuration: (),
    #[serde(default, rename = "id", alias = "authorizerId", alias = "AuthorizerId")]
    _id: Option<Ignored>,
    #[serde(default, rename = "name", alias = "Name")]
    _name: Option<Ignored>,
    #[serde(default, rename = "authType", alias = "AuthType")]
    _auth_type: Option<Ignored>,
    #[serde(default, rename = "authorizerUri", alias = "AuthorizerUri")]
    _authorizer_uri: Option<Ignored>,
    #[serde(
        default,
        rename = "apiId",
        alias = "ApiId",
        alias = "restApiId",
        alias = "RestApiId"
    )]
    _api_id: Option<Ignored>,
    #[serde(default, rename = "apiGatewayManaged", alias = "ApiGatewayManaged")]
    _api_gateway_managed: Option<Ignored>,
    #[serde(
        default,
        rename = "authorizerCredentials",
        alias = "AuthorizerCredentials",
        alias = "authorizerCredentialsArn",
        alias = "AuthorizerCredentialsArn"
    )]
    _authorizer_credentials: Option<Ignored>,
    #[serde(default, rename = "providerARNs", alias = "ProviderARNs")]
    _provider_arns: Option<Ignored>,
    #[serde(default, rename = "tags", alias = "Tags")]
    _tags: Option<Ignored>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum IdentitySourceMember {
    Text(String),
    List(Vec<String>),
}

/// In a template, the following members may be strings, and the version may be a number.
fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let expected = "a whole number of seconds as `authorizerResultTtlInSeconds`";
    scalar(deserializer, expected, |value| match value {
        Value::String(text) => text
            .parse()
            .ok()
            .filter(|seconds: &u64| seconds.to_string() == *text),
        value => value.as_u64(),
    })
}

fn version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let expected = "`1.0` or `2.0` as `authorizerPayloadFormatVersion`";
    scalar(deserializer, expected, |value| match value {
        Value::String(text) => Some(text.clone()),
        value => value.as_f64().map(|number| format!("{number:?}")),
    })
}

fn boolean<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    let expected = "`true` or `false` as `enableSimpleResponses`";
    scalar(deserializer, expected, |value| match value {
        Value::String(text) => text.parse().ok(),
        value => value.as_bool(),
    })
}

fn scalar<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    expected: &str,
    read: impl FnOnce(&Value) -> Option<T>,
) -> Result<Option<T>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    match read(&value) {
        Some(read) => Ok(Some(read)),
        None => Err(de::Error::custom(format_args!(
            "expected {expected}, not `{value}`"
        ))),
    }
}

/// Refuses the member. To ignore it would be to ignore its rules about who may call the API.
fn no_jwt<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
    match Option::<Ignored>::deserialize(deserializer)? {
        None => Ok(()),
        Some(_) => Err(de::Error::custom(
            "`jwtConfiguration` belongs to a JWT authorizer, for which API Gateway itself verifies the token: verify \
             it in an `Authorizer` of your own (signature, issuer, audience, time), and configure that here as \
             `REQUEST`, without `jwtConfiguration`",
        )),
    }
}
