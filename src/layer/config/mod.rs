//! An authorizer's configuration in API Gateway's own words.

mod members;
mod printed;
#[cfg(test)]
mod tests;

use std::time::Duration;

use serde::{Deserialize, Deserializer};

use crate::{
    api::{Differences, ResultsKept},
    api_type::{ApiType, PayloadFormatVersion},
    error::ConfigError,
    identity::{AuthorizerKind, ExpressionMatch, IdentitySources},
    pipeline::settings::MAX_RESULT_TTL,
};

use members::{IdentitySourceMember, Members};

/// An authorizer as API Gateway's `CreateAuthorizer` writes it: of a REST API, or with
/// [`for_api_type`](Self::for_api_type) of an HTTP or WebSocket API. Read with serde:
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
/// It may be as `CreateAuthorizer` takes it, or as `get-authorizer` prints it, whether by the AWS CLI, boto3 or the SDK for
/// JavaScript: for HTTP and WebSocket APIs these write `IdentitySource` for `identitySource`, and so on. So does a
/// CloudFormation template, whose resource (`Type` and `Properties`) or `Properties` alone are read as well, without
/// intrinsic functions. A list, as `get-authorizers` prints it, is read if it has one authorizer.
///
/// | member | |
/// |---|---|
/// | `type` or `authorizerType` | `TOKEN` or `REQUEST`; on HTTP and WebSocket APIs `REQUEST` |
/// | `identitySource` | one text, comma-separated, or a list. TOKEN: one header. REQUEST: may be left out only where nothing is cached |
/// | `identityValidationExpression` | a regular expression; without effect on a REQUEST authorizer, as on API Gateway |
/// | `authorizerResultTtlInSeconds` | 0 to 3600; where left out, 300 on a REST API and 0 on an HTTP API. Not on a WebSocket API |
/// | `authorizerPayloadFormatVersion` | HTTP APIs only, and mandatory: `1.0` or `2.0` |
/// | `enableSimpleResponses` | HTTP APIs with the payload format 2.0 only |
/// | `id`, `authorizerId`, `apiId`, `apiGatewayManaged`, `name`, `authType`, `authorizerUri`, `authorizerCredentials`, `authorizerCredentialsArn`, `providerARNs`, `restApiId`, `tags` | accepted; they say which function to call, which here is the application's own |
/// | `jwtConfiguration` | refused: it is of a JWT authorizer, for which API Gateway itself verifies the token |
///
/// Numbers and booleans may be text (`"300"`, `"true"`), and the version may be a number (`2.0`), as in templates.
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
    /// Has it read as an authorizer of this type of API.
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

    /// Has it read with what this crate has and API Gateway has not: a [cookie](crate::IdentitySource#one-cookie) as
    /// an identity source. Without this it is refused, as API Gateway would refuse it.
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

    /// A configuration that another format holds.
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

    /// What another format holds of an HTTP API's authorizer.
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

    /// The parsed form, and the time to live where it is given, if API Gateway would accept the configuration.
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
            kind.check_kept()?;
        }
        Ok((kind, ttl.map(Duration::from_secs)))
    }
}

fn check_no_extensions(sources: &IdentitySources) -> Result<(), ConfigError> {
    match sources.iter().find(|source| source.is_an_extension()) {
        None => Ok(()),
        Some(source) => Err(ConfigError::IdentitySource {
            expression: source.to_string(),
            problem: "API Gateway has no such source; `AuthorizerConfig::with_extensions` and \
                      `LambdaAuthorizerLayer::identity_sources` take it as an extension"
                .to_owned(),
        }),
    }
}

impl Members {
    fn into_rest(mut self) -> Result<AuthorizerKind, ConfigError> {
        self.refuse_http_settings("of a REST API", false)?;
        let sources = self.sources(Differences::rest())?;
        let kind = match self.authorizer_type.as_str() {
            "TOKEN" => AuthorizerKind::token(sources)?,
            "REQUEST" => return AuthorizerKind::request(sources),
            _ => return Err(self.other_type(ApiType::Rest, "`TOKEN` and `REQUEST`")),
        };
        match &self.identity_validation_expression {
            Some(expression) => kind.with_validation_expression(expression, ExpressionMatch::Whole),
            None => Ok(kind),
        }
    }

    fn into_http(mut self) -> Result<AuthorizerKind, ConfigError> {
        self.check_request(ApiType::Http)?;
        let given = self.authorizer_payload_format_version.take();
        let version = given.as_deref().and_then(PayloadFormatVersion::parse);
        let version = version.ok_or(ConfigError::PayloadFormatVersion { given })?;
        let simple = self.enable_simple_responses.unwrap_or(false);
        let sources = self.sources(Differences::http())?;
        AuthorizerKind::http(version, simple, sources)
    }

    fn into_websocket(mut self) -> Result<AuthorizerKind, ConfigError> {
        self.check_request(ApiType::WebSocket)?;
        self.refuse_http_settings("of a WebSocket API", true)?;
        let sources = self.sources(Differences::websocket())?;
        AuthorizerKind::websocket(sources)
    }

    fn check_request(&self, api_type: ApiType) -> Result<(), ConfigError> {
        match self.authorizer_type.as_str() {
            "REQUEST" => Ok(()),
            _ => Err(self.other_type(api_type, "`REQUEST`")),
        }
    }

    fn other_type(&self, api_type: ApiType, allowed: &'static str) -> ConfigError {
        ConfigError::AuthorizerType {
            given: self.authorizer_type.clone(),
            api_type,
            allowed,
        }
    }

    /// A WebSocket API refuses `enableSimpleResponses` even where it is `false`.
    fn refuse_http_settings(
        &self,
        authorizer: &'static str,
        counts_when_false: bool,
    ) -> Result<(), ConfigError> {
        let version = self.authorizer_payload_format_version.as_ref();
        let setting = match (version, self.enable_simple_responses) {
            (Some(_), _) => "authorizerPayloadFormatVersion",
            (None, Some(simple)) if simple || counts_when_false => "enableSimpleResponses",
            (None, _) => return Ok(()),
        };
        Err(ConfigError::NotForThisAuthorizer {
            setting,
            authorizer,
            instead: "leave it out, or say `AuthorizerConfig::for_api_type(ApiType::Http)` if the API is an HTTP API",
        })
    }

    /// No source is a choice only where nothing is kept. A single text is a comma-separated list.
    fn sources(&mut self, row: &Differences) -> Result<IdentitySources, ConfigError> {
        let given = self.authorizer_result_ttl_in_seconds;
        let is_kept = match (row.results, given) {
            (ResultsKept::Never, _) => false,
            (ResultsKept::For(_), Some(ttl)) => ttl > 0,
            (ResultsKept::For(default), None) => !default.is_zero(),
        };
        match self.identity_source.take() {
            None if !is_kept => Ok(IdentitySources::none()),
            Some(IdentitySourceMember::Text(text)) if text.is_empty() && !is_kept => {
                Ok(IdentitySources::none())
            }
            Some(IdentitySourceMember::List(list)) if list.is_empty() && !is_kept => {
                Ok(IdentitySources::none())
            }
            None => Err(ConfigError::NoIdentitySource),
            Some(IdentitySourceMember::Text(text)) => IdentitySources::parse_for(row, &text),
            Some(IdentitySourceMember::List(list)) => IdentitySources::of_list_for(row, &list),
        }
    }
}
