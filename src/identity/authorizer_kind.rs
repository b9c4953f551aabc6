//! The kinds of authorizers, each with its row in the table of differences.

use std::hash::Hash;

use super::{ExpressionMatch, IdentitySource, IdentitySources, ValidationExpression};
use crate::{
    api::{Differences, EventFormat, ResultCaching, differences},
    api_type::{ApiType, PayloadFormatVersion},
    error::ConfigError,
};

/// One kind of authorizer: its row in the table, its identity sources and its validation expression.
#[derive(Debug, Clone)]
pub(crate) struct AuthorizerKind {
    differences: &'static Differences,
    /// Exactly one header for a TOKEN authorizer.
    sources: IdentitySources,
    /// Only for a TOKEN authorizer.
    expression: Option<ValidationExpression>,
}

impl AuthorizerKind {
    /// A TOKEN authorizer that reads the header `Authorization`.
    pub(crate) fn token_by_default() -> Self {
        Self::by_default(&differences::REST_TOKEN)
    }

    /// An HTTP API's authorizer that reads the header `Authorization`.
    pub(crate) fn http_by_default() -> Self {
        Self::by_default(&differences::HTTP_V2)
    }

    /// A WebSocket API's authorizer that reads the header `Authorization`.
    pub(crate) fn websocket_by_default() -> Self {
        Self::by_default(&differences::WEBSOCKET)
    }

    /// A TOKEN authorizer. Fails unless its only source is a header.
    pub(crate) fn token(sources: IdentitySources) -> Result<Self, ConfigError> {
        Self::new(&differences::REST_TOKEN, sources)
    }

    /// A REQUEST authorizer of a REST API.
    pub(crate) fn request(sources: IdentitySources) -> Result<Self, ConfigError> {
        Self::new(&differences::REST_REQUEST, sources)
    }

    /// For requests without an authorizer, which need only the row.
    #[cfg(feature = "openapi")]
    pub(crate) fn without_sources(row: &'static Differences) -> Self {
        Self::with(row, IdentitySources::none())
    }

    /// An HTTP API's authorizer.
    pub(crate) fn http(
        version: PayloadFormatVersion,
        simple_responses: bool,
        sources: IdentitySources,
    ) -> Result<Self, ConfigError> {
        let row = match (version, simple_responses) {
            (PayloadFormatVersion::V1, false) => &differences::HTTP_V1,
            (PayloadFormatVersion::V2, false) => &differences::HTTP_V2,
            (PayloadFormatVersion::V2, true) => &differences::HTTP_V2_SIMPLE,
            (PayloadFormatVersion::V1, true) => {
                return Err(ConfigError::NotForThisAuthorizer {
                    setting: "enableSimpleResponses",
                    authorizer: "with the payload format 1.0",
                    instead: "use the payload format 2.0, or leave it out and answer with policies",
                });
            }
        };
        Self::new(row, sources)
    }

    /// A WebSocket API's authorizer.
    pub(crate) fn websocket(sources: IdentitySources) -> Result<Self, ConfigError> {
        Self::new(&differences::WEBSOCKET, sources)
    }

    fn new(row: &'static Differences, sources: IdentitySources) -> Result<Self, ConfigError> {
        let sources = sources.of_api(row)?;
        if row.event == EventFormat::Token {
            check_single_header(&sources)?;
        }
        Ok(Self::with(row, sources))
    }

    fn by_default(row: &'static Differences) -> Self {
        let source = IdentitySource::authorization_header(&row.sources);
        Self::with(row, source.into())
    }

    fn with(differences: &'static Differences, sources: IdentitySources) -> Self {
        Self {
            differences,
            sources,
            expression: None,
        }
    }

    /// Fails if results are never cached, so that a time to live cannot be set.
    pub(crate) fn check_caching(&self) -> Result<(), ConfigError> {
        match self.differences.results {
            ResultCaching::DefaultTtl(_) => Ok(()),
            ResultCaching::Never => Err(ConfigError::NotForThisAuthorizer {
                setting: "authorizerResultTtlInSeconds",
                authorizer: "of a WebSocket API",
                instead: "leave it out: the authorizer is called for each handshake",
            }),
        }
    }

    pub(crate) fn differences(&self) -> &'static Differences {
        self.differences
    }

    /// The identity sources, in their order.
    pub(crate) fn sources(&self) -> &IdentitySources {
        &self.sources
    }

    pub(crate) fn expression(&self) -> Option<&ValidationExpression> {
        self.expression.as_ref()
    }

    /// What distinguishes the results in this process, in addition to the type of authorizer and its sources, which do
    /// in every process.
    pub(crate) fn distinction(&self) -> impl Hash + '_ {
        let Self {
            differences: _,
            sources: _,
            expression,
        } = self;
        expression.as_ref().map(ValidationExpression::distinction)
    }

    /// The same authorizer with other sources.
    pub(crate) fn with_sources(&self, sources: IdentitySources) -> Result<Self, ConfigError> {
        Ok(Self {
            expression: self.expression.clone(),
            ..Self::new(self.differences, sources)?
        })
    }

    /// The same authorizer with a validation expression. Fails unless it is a TOKEN authorizer.
    pub(crate) fn with_validation_expression(
        &self,
        expression: &str,
        extent: ExpressionMatch,
    ) -> Result<Self, ConfigError> {
        if self.differences.event != EventFormat::Token {
            return Err(ConfigError::ValidationExpressionWithoutToken {
                expression: expression.to_owned(),
            });
        }
        Ok(Self {
            expression: Some(ValidationExpression::new(expression, extent)?),
            ..self.clone()
        })
    }

    /// The same authorizer with another payload format. Fails unless it is an HTTP API's.
    pub(crate) fn with_payload_format_version(
        &self,
        version: PayloadFormatVersion,
    ) -> Result<Self, ConfigError> {
        self.check_http("authorizerPayloadFormatVersion")?;
        let simple = self.differences.answers.simple;
        Self::http(version, simple, self.sources.clone())
    }

    /// The same authorizer, which now answers with `isAuthorized`. Fails unless it is an HTTP API's.
    pub(crate) fn with_simple_responses(&self) -> Result<Self, ConfigError> {
        self.check_http("enableSimpleResponses")?;
        let version = match self.differences.event {
            EventFormat::HttpV1 => PayloadFormatVersion::V1,
            _ => PayloadFormatVersion::V2,
        };
        Self::http(version, true, self.sources.clone())
    }

    fn check_http(&self, setting: &'static str) -> Result<(), ConfigError> {
        let authorizer = match self.differences.api_type {
            ApiType::Http => return Ok(()),
            ApiType::Rest => "of a REST API",
            ApiType::WebSocket => "of a WebSocket API",
        };
        Err(ConfigError::NotForThisAuthorizer {
            setting,
            authorizer,
            instead: "leave it out, or use `LambdaAuthorizerLayer::http_api`",
        })
    }
}

fn check_single_header(sources: &IdentitySources) -> Result<(), ConfigError> {
    let texts: Vec<_> = sources.iter().map(|source| format!("`{source}`")).collect();
    let mut headers = sources.iter().map(IdentitySource::is_token_source);
    match (headers.next(), headers.next()) {
        (Some(true), None) => Ok(()),
        (None, _) => Err(ConfigError::TokenIdentitySource {
            given: "none".to_owned(),
        }),
        _ => Err(ConfigError::TokenIdentitySource {
            given: texts.join(", "),
        }),
    }
}
