//! Everything that a layer is configured with, but the authorizer.

use std::{sync::Arc, time::Duration};

use http::request::Parts;

use crate::{
    api::Api,
    arn::ArnBase,
    cache::{Results, Scope},
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

/// How long API Gateway keeps a result at most.
pub(crate) const MAX_RESULT_TTL: Duration = Duration::from_secs(3600);

/// How long API Gateway keeps a result unless told.
pub(crate) const DEFAULT_RESULT_TTL: Duration = Duration::from_secs(300);

/// How long an authorizer of a REST API may take.
pub(crate) const DEFAULT_AUTHORIZER_TIMEOUT: Duration = Duration::from_secs(29);

#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) kind: AuthorizerKind,
    pub(crate) api: Arc<Api>,
    pub(crate) arn_base: ArnBase,
    pub(crate) results: Results,
    /// What this authorizer's results are kept under.
    pub(crate) scope: Scope,
    pub(crate) timeout: Option<Duration>,
    pub(crate) method_arn_limit: usize,
    pub(crate) ambiguous_paths: AmbiguousPaths,
    pub(crate) client_ip: ClientIp,
    pub(crate) resource_resolver: ResourceResolver,
    pub(crate) secure_transport: bool,
    pub(crate) clock: Clock,
    pub(crate) gateway_responses: Arc<GatewayResponses>,
    pub(crate) exempt_preflights: bool,
    /// How long a result is kept: not at all where nothing tells identities apart.
    pub(crate) result_ttl: Duration,
    /// Whether a request can be looked up only with what the router knows.
    pub(crate) asks_the_router: bool,
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

    /// The identity sources, in their order.
    pub(crate) fn sources(&self) -> impl Iterator<Item = &IdentitySource> {
        let (one, many) = match self {
            Self::Token { source, .. } => (Some(source), None),
            Self::Request { sources } => (None, Some(sources)),
        };
        one.into_iter()
            .chain(many.into_iter().flat_map(IdentitySources::iter))
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
        let mut settings = Self {
            scope: Scope::new(&[]),
            kind,
            api: Arc::default(),
            arn_base: ArnBase::of(&Api::default()),
            results: Results::default(),
            timeout: Some(DEFAULT_AUTHORIZER_TIMEOUT),
            method_arn_limit: DEFAULT_METHOD_ARN_LIMIT,
            ambiguous_paths: AmbiguousPaths::default(),
            client_ip: ClientIp::default(),
            resource_resolver: ResourceResolver::default(),
            secure_transport: false,
            clock: Clock::default(),
            gateway_responses: Arc::default(),
            exempt_preflights: false,
            result_ttl: Duration::ZERO,
            asks_the_router: false,
        };
        settings.derive();
        settings
    }

    /// Works out anew, after a change, what follows from the rest and is asked for at every request.
    pub(crate) fn derive(&mut self) {
        self.arn_base = ArnBase::of(&self.api);
        let sources = self.kind.sources().map(ToString::to_string);
        let sources = sources.collect::<Vec<_>>().join(",");
        let (api, authorizer) = (&self.api, &self.results.authorizer);
        let api_arn = [
            api.partition(),
            api.region(),
            api.account_id(),
            api.api_id(),
        ]
        .join(":");
        // A clone with a shorter time to live must not find what a longer one kept.
        self.result_ttl = match self.kind.sources().next() {
            Some(_) => self.results.ttl.unwrap_or(DEFAULT_RESULT_TTL),
            None => Duration::ZERO,
        };
        self.asks_the_router = self.resource_resolver.is_custom()
            || self.kind.sources().any(IdentitySource::asks_the_router);
        let ttl = self.result_ttl.as_nanos().to_string();
        self.scope = Scope::new(&[&api_arn, api.stage(), authorizer, &sources, &ttl]);
    }

    /// What is known of one request; without the router where nobody has asked it.
    pub(crate) fn request_context<'r>(
        &'r self,
        parts: &'r Parts,
        matched: Option<&'r ResourceMatch>,
        arrival: &'r Arrival,
    ) -> RequestContext<'r> {
        let uri = match matched {
            Some(matched) => Some(matched.original_uri(&parts.uri)),
            None => self.resource_resolver.original_uri(parts),
        };
        RequestContext {
            settings: self,
            parts,
            uri: uri.unwrap_or(&parts.uri),
            matched,
            arrival,
        }
    }
}
