//! Everything that a layer is configured with, but the authorizer.

use std::{sync::Arc, time::Duration};

use http::request::Parts;

use crate::{
    api::Api,
    client_ip::ClientIp,
    clock::Clock,
    context::{Arrival, RequestContext},
    error::ConfigError,
    gateway_response::GatewayResponses,
    identity::{ExpressionMatch, IdentitySource, IdentitySources, ValidationExpression},
    path::AmbiguousPaths,
    resource::ResourceMatch,
    resource_resolver::ResourceResolver,
};

/// The longest method ARN that API Gateway authorizes, in bytes.
pub(crate) const DEFAULT_METHOD_ARN_LIMIT: usize = 1600;

/// How long an authorizer of a REST API may take.
pub(crate) const DEFAULT_AUTHORIZER_TIMEOUT: Duration = Duration::from_secs(29);

#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) kind: AuthorizerKind,
    pub(crate) api: Arc<Api>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) method_arn_limit: usize,
    pub(crate) ambiguous_paths: AmbiguousPaths,
    pub(crate) client_ip: ClientIp,
    pub(crate) resource_resolver: ResourceResolver,
    pub(crate) secure_transport: bool,
    pub(crate) clock: Clock,
    pub(crate) gateway_responses: Arc<GatewayResponses>,
    pub(crate) exempt_preflights: bool,
}

/// The two kinds of authorizers of a REST API, with what only the one or the other has.
#[derive(Debug, Clone)]
pub(crate) enum AuthorizerKind {
    Token {
        source: IdentitySource,
        expression: Option<ValidationExpression>,
    },
    Request {
        sources: IdentitySources,
    },
}

impl AuthorizerKind {
    /// A TOKEN authorizer of one header.
    pub(crate) fn token(sources: IdentitySources) -> Result<Self, ConfigError> {
        Ok(Self::Token {
            source: single_header(sources)?,
            expression: None,
        })
    }

    /// The same kind with other sources.
    pub(crate) fn with_sources(&self, sources: IdentitySources) -> Result<Self, ConfigError> {
        match self {
            Self::Token { expression, .. } => Ok(Self::Token {
                source: single_header(sources)?,
                expression: expression.clone(),
            }),
            Self::Request { .. } => Ok(Self::Request { sources }),
        }
    }

    /// The same TOKEN authorizer with this expression.
    pub(crate) fn with_validation_expression(
        &self,
        expression: &str,
        extent: ExpressionMatch,
    ) -> Result<Self, ConfigError> {
        match self {
            Self::Token { source, .. } => Ok(Self::Token {
                source: source.clone(),
                expression: Some(ValidationExpression::new(expression, extent)?),
            }),
            Self::Request { .. } => Err(ConfigError::ValidationExpressionWithoutToken {
                expression: expression.to_owned(),
            }),
        }
    }
}

fn single_header(sources: IdentitySources) -> Result<IdentitySource, ConfigError> {
    let refused = |sources: &IdentitySources| {
        let texts: Vec<_> = sources.iter().map(|source| format!("`{source}`")).collect();
        let given = match texts.is_empty() {
            true => "none".to_owned(),
            false => texts.join(", "),
        };
        ConfigError::TokenIdentitySource { given }
    };
    match sources.into_single() {
        Ok(source) if source.is_header() => Ok(source),
        Ok(source) => Err(refused(&source.into())),
        Err(sources) => Err(refused(&sources)),
    }
}

impl Settings {
    pub(crate) fn new(kind: AuthorizerKind) -> Self {
        Self {
            kind,
            api: Arc::default(),
            timeout: Some(DEFAULT_AUTHORIZER_TIMEOUT),
            method_arn_limit: DEFAULT_METHOD_ARN_LIMIT,
            ambiguous_paths: AmbiguousPaths::default(),
            client_ip: ClientIp::default(),
            resource_resolver: ResourceResolver::default(),
            secure_transport: false,
            clock: Clock::default(),
            gateway_responses: Arc::default(),
            exempt_preflights: false,
        }
    }

    /// What is known of one request.
    pub(crate) fn request_context<'r>(
        &'r self,
        parts: &'r Parts,
        matched: &'r ResourceMatch,
        arrival: Arrival,
    ) -> RequestContext<'r> {
        RequestContext {
            api: &self.api,
            parts,
            matched,
            source_ip: self.client_ip.of(parts),
            ids: arrival.ids,
            time: arrival.time,
        }
    }
}
