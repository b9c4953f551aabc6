//! An authorizer's configuration in API Gateway's own words.

use std::time::Duration;

use serde::{Deserialize, Deserializer, de::IgnoredAny};

use crate::{
    error::ConfigError,
    identity::{ExpressionMatch, IdentitySources},
    settings::{AuthorizerKind, DEFAULT_RESULT_TTL, MAX_RESULT_TTL},
    strict_json::{OneOrManyTexts, not_null, object},
};

/// An authorizer of a REST API as API Gateway's `CreateAuthorizer` and CloudFormation's
/// `AWS::ApiGateway::Authorizer` write it, in the member names of the former. Read with serde:
///
/// ```
/// use tower_lambda_authorizer::{
///     AuthorizerConfig, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
/// };
///
/// let config: AuthorizerConfig = serde_json::from_str(r#"{
///     "type": "REQUEST",
///     "identitySource": "method.request.header.Authorization, context.httpMethod",
///     "authorizerResultTtlInSeconds": 0
/// }"#)?;
/// let authorizer = authorizer_fn(|_| async { Ok(AuthorizerResponse::allow("*")) });
/// let layer = LambdaAuthorizerLayer::from_config(config, authorizer)?;
/// # let _ = layer;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// | member | |
/// |---|---|
/// | `type` | `TOKEN` or `REQUEST` |
/// | `identitySource` | one text, comma-separated, or a list. TOKEN: one header. REQUEST: may be left out only where the time to live is 0 |
/// | `identityValidationExpression` | a regular expression; without effect on a REQUEST authorizer, as on API Gateway |
/// | `authorizerResultTtlInSeconds` | 0 to 3600, 300 where left out |
/// | `id`, `name`, `authType`, `authorizerUri`, `authorizerCredentials`, `providerARNs` | accepted; they say which function to call, which here is the application's own |
#[derive(Debug, Clone)]
pub struct AuthorizerConfig {
    members: Members,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Members {
    #[serde(rename = "type")]
    authorizer_type: String,
    #[serde(default)]
    identity_source: Option<OneOrManyTexts>,
    #[serde(default)]
    identity_validation_expression: Option<String>,
    #[serde(default, deserialize_with = "not_null")]
    authorizer_result_ttl_in_seconds: Option<u64>,
    #[serde(default, rename = "id")]
    _id: Option<IgnoredAny>,
    #[serde(default, rename = "name")]
    _name: Option<IgnoredAny>,
    #[serde(default, rename = "authType")]
    _auth_type: Option<IgnoredAny>,
    #[serde(default, rename = "authorizerUri")]
    _authorizer_uri: Option<IgnoredAny>,
    #[serde(default, rename = "authorizerCredentials")]
    _authorizer_credentials: Option<IgnoredAny>,
    #[serde(default, rename = "providerARNs")]
    _provider_arns: Option<IgnoredAny>,
}

impl<'de> Deserialize<'de> for AuthorizerConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members = object(deserializer)?;
        Ok(Self { members })
    }
}

impl AuthorizerConfig {
    /// A configuration that another format holds.
    #[cfg(feature = "openapi")]
    pub(crate) fn new(
        authorizer_type: &str,
        identity_source: Option<String>,
        identity_validation_expression: Option<String>,
        authorizer_result_ttl_in_seconds: Option<u64>,
    ) -> Self {
        Self {
            members: Members {
                authorizer_type: authorizer_type.to_owned(),
                identity_source: identity_source
                    .map(|source| OneOrManyTexts([source].into_iter().collect())),
                identity_validation_expression,
                authorizer_result_ttl_in_seconds,
                _id: None,
                _name: None,
                _auth_type: None,
                _authorizer_uri: None,
                _authorizer_credentials: None,
                _provider_arns: None,
            },
        }
    }

    /// The parsed form, if API Gateway would accept the configuration.
    pub(crate) fn into_kind(self) -> Result<(AuthorizerKind, Duration), ConfigError> {
        let members = self.members;
        let ttl = members
            .authorizer_result_ttl_in_seconds
            .unwrap_or(DEFAULT_RESULT_TTL.as_secs());
        if ttl > MAX_RESULT_TTL.as_secs() {
            return Err(ConfigError::ResultTtl { seconds: ttl });
        }
        let sources = identity_sources(members.identity_source, ttl)?;
        let kind = match members.authorizer_type.as_str() {
            "TOKEN" => {
                let kind = AuthorizerKind::token(sources)?;
                match members.identity_validation_expression {
                    Some(expression) => {
                        kind.with_validation_expression(&expression, ExpressionMatch::Whole)
                    }
                    None => Ok(kind),
                }
            }
            "REQUEST" => Ok(AuthorizerKind::Request { sources }),
            _ => Err(ConfigError::AuthorizerType {
                given: members.authorizer_type,
            }),
        };
        Ok((kind?, Duration::from_secs(ttl)))
    }
}

/// No source is a choice only where nothing is cached. A single text is a comma-separated list.
fn identity_sources(
    given: Option<OneOrManyTexts>,
    ttl: u64,
) -> Result<IdentitySources, ConfigError> {
    let texts = given.map(|OneOrManyTexts(texts)| texts);
    let mut texts = texts.unwrap_or_default().into_vec();
    match (texts.pop(), texts.is_empty()) {
        (None, _) if ttl == 0 => Ok(IdentitySources::none()),
        (Some(text), true) if text.is_empty() && ttl == 0 => Ok(IdentitySources::none()),
        (None, _) => Err(ConfigError::NoIdentitySource),
        (Some(text), true) => text.parse(),
        (Some(last), false) => {
            texts.push(last);
            texts.try_into()
        }
    }
}
