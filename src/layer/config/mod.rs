//! An authorizer's configuration as API Gateway writes it.

mod kind;
mod members;
mod printed;
#[cfg(test)]
mod tests;

use std::time::Duration;

use serde::{Deserialize, Deserializer};

use crate::{
    api_type::ApiType,
    cache::MAX_RESULT_TTL,
    error::ConfigError,
    identity::{AuthorizerKind, IdentitySources},
};

#[cfg(feature = "openapi")]
use members::IdentitySourceMember;
use members::Members;

/// The configuration of an authorizer in the format of API Gateway's `CreateAuthorizer`. It is for a REST API, or for
/// an HTTP or WebSocket API with [`for_api_type`](Self::for_api_type). Read it with serde:
///
/// ```
/// use tower_lambda_authorizer::{
///     AuthorizerConfig, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn, testing::Harness,
/// };
///
/// let config: AuthorizerConfig = serde_json::from_str(r#"{
///     "type": "REQUEST",
///     "identitySource": "method.request.header.Authorization, context.httpMethod",
///     "authorizerResultTtlInSeconds": 0
/// }"#)?;
/// let authorizer = authorizer_fn(|_| async { Ok(AuthorizerResponse::allow("*")) });
/// let harness = Harness::new(LambdaAuthorizerLayer::from_config(config, authorizer)?);
/// # tokio_test::block_on(async {
/// harness.get("/pets").header("authorization", "t").send().await.assert_allowed();
/// harness.get("/pets").send().await.assert_unauthorized();
/// # });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// It reads these formats:
///
/// - the input of `CreateAuthorizer`;
/// - the output of `get-authorizer` of the AWS CLI, boto3 and the SDK for JavaScript. For HTTP and WebSocket APIs,
///   these write `IdentitySource` instead of `identitySource`, and so on;
/// - the output of `get-authorizers`, if the list has exactly one authorizer;
/// - the extension `x-amazon-apigateway-authorizer` of an API document;
/// - a resource of a CloudFormation template (`Type` and `Properties`), or its `Properties` alone, without intrinsic
///   functions.
///
/// | member | |
/// |---|---|
/// | `type` or `authorizerType` | `TOKEN` or `REQUEST`; on HTTP and WebSocket APIs `REQUEST`. Upper and lower case do not matter, because API documents have `request` |
/// | `identitySource` | a comma-separated string or a list. TOKEN: one header. REQUEST: may be omitted only if nothing is cached |
/// | `identityValidationExpression` | a regular expression; has no effect on a REQUEST authorizer, as on API Gateway |
/// | `authorizerResultTtlInSeconds` | 0 to 3600. The default is 300 on a REST API and 0 on an HTTP API. Refused on a WebSocket API |
/// | `authorizerPayloadFormatVersion` | `1.0` or `2.0`. Required on HTTP APIs, refused on others |
/// | `enableSimpleResponses` | only on HTTP APIs with the payload format version 2.0 |
/// | `id`, `authorizerId`, `apiId`, `apiGatewayManaged`, `name`, `authType`, `authorizerUri`, `authorizerCredentials`, `authorizerCredentialsArn`, `providerARNs`, `restApiId`, `tags` | accepted and ignored: most say which function to call, and here the application provides the authorizer |
/// | `jwtConfiguration` | refused: it belongs to a JWT authorizer, for which API Gateway itself verifies the token |
///
/// As in templates, numbers and booleans may be strings (`"300"`, `"true"`), and the version may be a number (`2.0`).
#[derive(Debug, Clone)]
pub struct AuthorizerConfig {
    members: Members,
    api_type: ApiType,
    extensions: bool,
}

impl<'de> Deserialize<'de> for AuthorizerConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self {
            members: printed::read(deserializer)?,
            api_type: ApiType::Rest,
            extensions: false,
        })
    }
}

impl AuthorizerConfig {
    /// Sets the type of API that the authorizer belongs to. The default is a REST API.
    ///
    /// ```
    /// use tower_lambda_authorizer::{
    ///     ApiType, AuthorizerConfig, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
    /// };
    ///
    /// let config: AuthorizerConfig = serde_json::from_str(r#"{
    ///     "authorizerType": "REQUEST",
    ///     "identitySource": ["$request.header.Authorization"],
    ///     "authorizerPayloadFormatVersion": "2.0",
    ///     "enableSimpleResponses": true
    /// }"#)?;
    /// let authorizer = authorizer_fn(|_| async { Ok(AuthorizerResponse::simple(true)) });
    /// let layer = LambdaAuthorizerLayer::from_config(
    ///     config.clone().for_api_type(ApiType::Http),
    ///     authorizer,
    /// )?;
    /// assert_eq!(layer.api_type(), ApiType::Http);
    /// assert!(LambdaAuthorizerLayer::from_config(config, authorizer).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn for_api_type(mut self, api_type: ApiType) -> Self {
        self.api_type = api_type;
        self
    }

    /// Accepts an extension of this crate that API Gateway does not have: a
    /// [cookie](crate::IdentitySource#one-cookie) as an identity source. By default it is refused, as on API Gateway.
    ///
    /// ```
    /// use tower_lambda_authorizer::{
    ///     AuthorizerConfig, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
    /// };
    ///
    /// let config: AuthorizerConfig = serde_json::from_str(
    ///     r#"{"type": "REQUEST", "identitySource": "method.request.cookie.session"}"#,
    /// )?;
    /// let authorizer = authorizer_fn(|_| async { Ok(AuthorizerResponse::allow("*")) });
    /// assert!(LambdaAuthorizerLayer::from_config(config.clone(), authorizer).is_err());
    /// assert!(LambdaAuthorizerLayer::from_config(config.with_extensions(), authorizer).is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_extensions(mut self) -> Self {
        self.extensions = true;
        self
    }

    /// Creates a configuration that was read from another format.
    #[cfg(feature = "openapi")]
    pub(crate) fn new(
        authorizer_type: &str,
        identity_source: Option<String>,
        identity_validation_expression: Option<String>,
        authorizer_result_ttl_in_seconds: Option<u64>,
    ) -> Self {
        let mut members = Members::default();
        authorizer_type.clone_into(&mut members.authorizer_type);
        members.identity_source = identity_source.map(IdentitySourceMember::Text);
        members.identity_validation_expression = identity_validation_expression;
        members.authorizer_result_ttl_in_seconds = authorizer_result_ttl_in_seconds;
        Self {
            members,
            api_type: ApiType::Rest,
            extensions: false,
        }
    }

    /// Adds the settings of an HTTP API's authorizer, read from another format.
    #[cfg(feature = "openapi")]
    pub(crate) fn with_http_settings(
        mut self,
        payload_format_version: Option<String>,
        enable_simple_responses: Option<bool>,
    ) -> Self {
        self.members.authorizer_payload_format_version = payload_format_version;
        self.members.enable_simple_responses = enable_simple_responses;
        self
    }

    /// Returns the parsed authorizer, and the time to live if there is one. Fails if API Gateway would refuse the
    /// configuration.
    pub(crate) fn into_kind(self) -> Result<(AuthorizerKind, Option<Duration>), ConfigError> {
        let ttl = self.members.authorizer_result_ttl_in_seconds;
        if let Some(seconds) = ttl.filter(|ttl| *ttl > MAX_RESULT_TTL.as_secs()) {
            return Err(ConfigError::ResultTtl { seconds });
        }
        let kind = match self.api_type {
            ApiType::Rest => self.members.into_rest(),
            ApiType::Http => self.members.into_http(),
            ApiType::WebSocket => self.members.into_websocket(),
        }?;
        if !self.extensions {
            check_no_extensions(kind.sources())?;
        }
        if ttl.is_some() {
            kind.check_caching()?;
        }
        Ok((kind, ttl.map(Duration::from_secs)))
    }
}

fn check_no_extensions(sources: &IdentitySources) -> Result<(), ConfigError> {
    match sources.iter().find(|source| source.is_an_extension()) {
        None => Ok(()),
        Some(source) => Err(ConfigError::IdentitySource {
            expression: source.to_string(),
            problem: "API Gateway has no such source; to use it as an extension, call \
                      `AuthorizerConfig::with_extensions` or `LambdaAuthorizerLayer::identity_sources`"
                .to_owned(),
        }),
    }
}
