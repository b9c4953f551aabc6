//! An authorizer's configuration in API Gateway's own words.

use std::time::Duration;

use serde::{Deserialize, Deserializer, de::IgnoredAny};

use crate::{
    api::{ApiType, AuthorizerKind, PayloadFormatVersion},
    error::ConfigError,
    identity::{ExpressionMatch, IdentitySources},
    settings::MAX_RESULT_TTL,
    strict_json::{OneOrManyTexts, not_null, object},
};

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
/// | member | |
/// |---|---|
/// | `type` or `authorizerType` | `TOKEN` or `REQUEST`; on HTTP and WebSocket APIs `REQUEST` |
/// | `identitySource` | one text, comma-separated, or a list. TOKEN: one header. REQUEST: may be left out only where nothing is cached |
/// | `identityValidationExpression` | a regular expression; without effect on a REQUEST authorizer, as on API Gateway |
/// | `authorizerResultTtlInSeconds` | 0 to 3600; where left out, 300 on a REST API and 0 on an HTTP API. Not on a WebSocket API |
/// | `authorizerPayloadFormatVersion` | HTTP APIs only, and mandatory: `1.0` or `2.0` |
/// | `enableSimpleResponses` | HTTP APIs with the payload format 2.0 only |
/// | `id`, `authorizerId`, `apiId`, `apiGatewayManaged`, `name`, `authType`, `authorizerUri`, `authorizerCredentials`, `authorizerCredentialsArn`, `providerARNs` | accepted; they say which function to call, which here is the application's own |
#[derive(Debug, Clone)]
pub struct AuthorizerConfig {
    members: Members,
    api_type: ApiType,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Members {
    #[serde(rename = "type", alias = "authorizerType")]
    authorizer_type: String,
    #[serde(default)]
    identity_source: Option<OneOrManyTexts>,
    #[serde(default)]
    identity_validation_expression: Option<String>,
    #[serde(default, deserialize_with = "not_null")]
    authorizer_result_ttl_in_seconds: Option<u64>,
    #[serde(default, deserialize_with = "not_null")]
    authorizer_payload_format_version: Option<String>,
    #[serde(default, deserialize_with = "not_null")]
    enable_simple_responses: Option<bool>,
    #[serde(default, rename = "id", alias = "authorizerId")]
    _id: Option<IgnoredAny>,
    #[serde(default, rename = "name")]
    _name: Option<IgnoredAny>,
    #[serde(default, rename = "authType")]
    _auth_type: Option<IgnoredAny>,
    #[serde(default, rename = "authorizerUri")]
    _authorizer_uri: Option<IgnoredAny>,
    #[serde(default, rename = "apiId")]
    _api_id: Option<IgnoredAny>,
    #[serde(default, rename = "apiGatewayManaged")]
    _api_gateway_managed: Option<IgnoredAny>,
    #[serde(
        default,
        rename = "authorizerCredentials",
        alias = "authorizerCredentialsArn"
    )]
    _authorizer_credentials: Option<IgnoredAny>,
    #[serde(default, rename = "providerARNs")]
    _provider_arns: Option<IgnoredAny>,
}

impl<'de> Deserialize<'de> for AuthorizerConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self {
            members: object(deserializer)?,
            api_type: ApiType::Rest,
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
                authorizer_payload_format_version: None,
                enable_simple_responses: None,
                _id: None,
                _name: None,
                _auth_type: None,
                _authorizer_uri: None,
                _api_id: None,
                _api_gateway_managed: None,
                _authorizer_credentials: None,
                _provider_arns: None,
            },
            api_type: ApiType::Rest,
        }
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
        };
        Ok((kind?, ttl.map(Duration::from_secs)))
    }
}

/// API Gateway keeps a REST API's results unless told not to.
const REST_KEEPS: bool = true;

impl Members {
    fn into_rest(mut self) -> Result<AuthorizerKind, ConfigError> {
        self.refuse_http_settings("of a REST API")?;
        let sources = self.sources(REST_KEEPS)?;
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
        // Said at all, it is refused with the payload format 1.0.
        if self.enable_simple_responses.is_some() && version == PayloadFormatVersion::V1 {
            AuthorizerKind::http(version, true, IdentitySources::none())?;
        }
        let sources = self.sources(!REST_KEEPS)?;
        AuthorizerKind::http(version, simple, sources)
    }

    fn into_websocket(mut self) -> Result<AuthorizerKind, ConfigError> {
        self.check_request(ApiType::WebSocket)?;
        self.refuse_http_settings("of a WebSocket API")?;
        if self.authorizer_result_ttl_in_seconds.is_some() {
            return Err(ConfigError::NotForThisAuthorizer {
                setting: "authorizerResultTtlInSeconds",
                authorizer: "of a WebSocket API",
                instead: "leave it out: each handshake is asked about",
            });
        }
        let sources = self.sources(!REST_KEEPS)?;
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

    fn refuse_http_settings(&self, authorizer: &'static str) -> Result<(), ConfigError> {
        let version = self.authorizer_payload_format_version.as_ref();
        let setting = match (version, self.enable_simple_responses) {
            (None, None) => return Ok(()),
            (Some(_), _) => "authorizerPayloadFormatVersion",
            (None, Some(_)) => "enableSimpleResponses",
        };
        Err(ConfigError::NotForThisAuthorizer {
            setting,
            authorizer,
            instead: "leave it out; HTTP APIs have it",
        })
    }

    /// No source is a choice only where nothing is cached. A single text is a comma-separated list.
    fn sources(&mut self, keeps_unless_told: bool) -> Result<IdentitySources, ConfigError> {
        let ttl = self.authorizer_result_ttl_in_seconds;
        let is_kept = ttl.map_or(keeps_unless_told, |ttl| ttl > 0);
        let texts = self
            .identity_source
            .take()
            .map(|OneOrManyTexts(texts)| texts);
        let mut texts = texts.unwrap_or_default().into_vec();
        match (texts.pop(), texts.is_empty()) {
            (None, _) if !is_kept => Ok(IdentitySources::none()),
            (Some(text), true) if text.is_empty() && !is_kept => Ok(IdentitySources::none()),
            (None, _) => Err(ConfigError::NoIdentitySource),
            (Some(text), true) => text.parse(),
            (Some(last), false) => {
                texts.push(last);
                texts.try_into()
            }
        }
    }
}
