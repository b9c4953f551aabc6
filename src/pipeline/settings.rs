//! All settings of a layer, without the authorizer.

use std::{sync::Arc, time::Duration};

use crate::{
    api::ResultCaching,
    api_type::ApiType,
    authorizer::Calls,
    cache::{AuthorizerResults, CacheSettings, ValueCounts},
    gateway_response::GatewayResponses,
    identity::{AnonymousRequests, AuthorizerKind, IdentitySource},
    key::Scope,
    observe::{Listener, Observers, OnDenial},
    request::{
        arn_spellings::PathsInArns, host::AmbiguousHosts, path::AmbiguousPaths,
        reader::RequestReader,
    },
};

/// The length of the longest method ARN that API Gateway accepts, in bytes.
pub(crate) const DEFAULT_METHOD_ARN_LIMIT: usize = 1600;

#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) kind: AuthorizerKind,
    /// How requests are read.
    pub(crate) reader: RequestReader,
    /// How results are cached.
    pub(crate) caching: Arc<CacheSettings>,
    /// The limits of the authorizer's calls.
    pub(crate) calls: Calls,
    pub(crate) method_arn_limit: usize,
    pub(crate) ambiguous_paths: AmbiguousPaths,
    pub(crate) ambiguous_hosts: AmbiguousHosts,
    pub(crate) gateway_responses: Arc<GatewayResponses>,
    pub(crate) on_denial: Option<OnDenial>,
    pub(crate) observers: Option<Observers>,
    /// A name for observers only.
    pub(crate) observed_name: Option<Arc<str>>,
    /// Whether the layer is one of several authorizers of an API, so that texts have to name it.
    pub(crate) is_one_of_several: bool,
    pub(crate) exempt_preflights: bool,
    pub(crate) anonymous_requests: AnonymousRequests,
    /// Whether requests that would be refused are let through.
    pub(crate) is_shadow: bool,
    /// Whether the authorizer receives the request's body.
    pub(crate) gives_body: bool,
    /// Whether a look-up needs the router's match.
    pub(crate) asks_the_router: bool,
}

impl Settings {
    pub(crate) fn new(kind: AuthorizerKind) -> Self {
        let mut settings = Self {
            calls: Calls {
                timeout: Some(kind.differences().authorizer_timeout),
                permits: None,
                breaker: None,
            },
            reader: RequestReader::new(kind.differences()),
            kind,
            caching: Arc::default(),
            method_arn_limit: DEFAULT_METHOD_ARN_LIMIT,
            ambiguous_paths: AmbiguousPaths::default(),
            ambiguous_hosts: AmbiguousHosts::default(),
            gateway_responses: Arc::default(),
            on_denial: None,
            observers: None,
            observed_name: None,
            is_one_of_several: false,
            exempt_preflights: false,
            anonymous_requests: AnonymousRequests::default(),
            is_shadow: false,
            gives_body: false,
            asks_the_router: false,
        };
        settings.derive();
        settings
    }

    /// The authorizer's name, for observers.
    pub(crate) fn authorizer_name(&self) -> Option<&str> {
        let shared = Some(self.caching.shared_name());
        let shared = shared.filter(|name| !name.is_empty());
        self.observed_name.as_deref().or(shared)
    }

    /// The authorizer's name, if there are others that it could be confused with.
    pub(crate) fn distinguishing_name(&self) -> Option<&str> {
        self.authorizer_name().filter(|_| self.is_one_of_several)
    }

    /// The type of API whose rules the layer follows.
    pub(crate) fn api_type(&self) -> ApiType {
        self.kind.differences().api_type
    }

    /// How paths are spelled in method ARNs.
    pub(crate) fn paths_in_arns(&self) -> PathsInArns<'_> {
        let stage = &self.reader.arn_base.whole;
        PathsInArns::new(stage, self.kind.differences(), self.ambiguous_paths)
    }

    /// A handle to the cached results.
    pub(crate) fn result_handle(self: &Arc<Self>) -> AuthorizerResults {
        let alternatives = self.kind.sources().alternatives();
        let values = self.value_counts();
        AuthorizerResults::new(&self.caching, alternatives, values, Listener::new(self))
    }

    fn value_counts(&self) -> ValueCounts {
        let sources = || self.kind.sources().iter();
        let has_anonymous = self.anonymous_requests == AnonymousRequests::Ask;
        ValueCounts {
            sources: sources().count(),
            anonymous: has_anonymous.then(|| {
                let kept = sources().filter(|source| !source.place().is_sent_by_client());
                kept.count()
            }),
        }
    }

    pub(crate) fn caching_mut(&mut self) -> &mut CacheSettings {
        Arc::make_mut(&mut self.caching)
    }

    /// Updates the derived settings after a change. They are computed here because every request needs them.
    pub(crate) fn derive(&mut self) {
        let row = self.kind.differences();
        self.reader.differences = row;
        let is_never_kept = self.kind.sources().is_empty() || self.gives_body;
        let caching = Arc::make_mut(&mut self.caching);
        caching.clock = self.reader.clock.clone();
        caching.ttl = match (row.results, is_never_kept) {
            (ResultCaching::DefaultTtl(default), false) => {
                caching.configured_ttl.unwrap_or(default)
            }
            (ResultCaching::DefaultTtl(_), true) | (ResultCaching::Never, _) => Duration::ZERO,
        };
        let mut sources_asking = self.kind.sources().iter();
        self.asks_the_router = self.reader.resource_resolver.is_custom()
            || sources_asking.any(IdentitySource::asks_the_router);
        let scope = self.scope();
        let stage = self.reader.arn_base.stage(row.arn_ends_with);
        let stage = stage
            .ignoring_case(self.ambiguous_paths.ignore_case())
            .knowing(self.reader.api.known());
        let caching = self.caching_mut();
        caching.set_scope(scope);
        caching.stage = stage;
    }

    /// What results and calls have in common. Clones of a layer share them only if this is equal.
    fn scope(&self) -> Scope {
        // A new setting does not compile until somebody has decided whether it is a part.
        let Self {
            kind,
            reader,
            caching,
            calls,
            method_arn_limit,
            ambiguous_paths,
            ambiguous_hosts,
            anonymous_requests,
            // What happens after the decision.
            gateway_responses: _,
            on_denial: _,
            observers: _,
            observed_name: _,
            is_one_of_several: _,
            is_shadow: _,
            // These requests need no result.
            exempt_preflights: _,
            // These results are not cached, and their requests do not share a call.
            gives_body: _,
            // Follows from others.
            asks_the_router: _,
        } = self;
        let Calls {
            timeout,
            // They decide whether the authorizer is asked, not what its answer means.
            permits: _,
            breaker: _,
        } = calls;
        let own = (
            (kind.distinction(), reader.distinction()),
            (caching.distinction(), timeout, method_arn_limit),
            (ambiguous_paths, ambiguous_hosts, anonymous_requests),
        );
        Scope::new(&self.shared_parts(), &own)
    }

    /// The settings that an answer can depend on and that are the same in all processes. The time to live is one of
    /// them, so that a clone with a shorter one does not find results of a longer one. A shared tier has names of these
    /// texts, so they do not change.
    fn shared_parts(&self) -> Vec<String> {
        let (name, ttl, tag_keys) = self.caching.shared_distinction();
        let (api, sources) = (&self.reader.api, self.kind.sources());
        let (api, stage_variables) = api.distinction();
        let mut parts: Vec<String> = api.map(str::to_owned).into();
        parts.extend([
            name.to_owned(),
            self.kind.differences().name.to_owned(),
            ttl.as_nanos().to_string(),
            sources.iter().count().to_string(),
            // Marks where the scope ends and the identity begins. The number of sources does not tell this, because an
            // anonymous identity has fewer values.
            stage_variables.len().to_string(),
            tag_keys.len().to_string(),
        ]);
        parts.extend(sources.iter().map(ToString::to_string));
        parts.extend(tag_keys.iter().cloned());
        for (name, value) in stage_variables {
            parts.extend([name.clone(), value.clone()]);
        }
        parts
    }
}

#[cfg(all(test, feature = "shared-cache"))]
mod tests {
    use super::*;
    use crate::{api::Api, cache::AuthorizerName};

    /// Processes of other versions look for the same names in a shared tier. A change belongs in the changelog.
    #[test]
    fn the_texts_that_a_shared_tier_has_names_of_stay_the_same() {
        let mut settings = Settings::new(AuthorizerKind::token_by_default());
        let api = Api::new("eu-west-1", "123456789012", "a1b2", "prod").unwrap();
        let api = api.with_stage_variable("tenant", "acme").unwrap();
        settings.reader.set_api(api);
        let caching = settings.caching_mut();
        caching.authorizer = AuthorizerName::Given("pets".into());
        caching.tag_keys = Arc::new(["role".to_owned(), "team".to_owned()]);
        settings.derive();
        let parts = settings.shared_parts().join(" ");
        assert_eq!(
            parts,
            "aws eu-west-1 123456789012 a1b2 prod pets REST TOKEN 300000000000 1 1 2 \
             method.request.header.Authorization role team tenant acme"
        );
    }
}
