//! How a layer caches the results of its authorizer.

use std::{fmt, hash::Hash, sync::Arc, time::Duration};

use super::{
    followed_log::FollowedLog,
    key::Scope,
    result_cache::ResultCache,
    shared::{SharedCache, revocations::Begun},
};
use crate::{
    authorizer::{AuthorizerResponse, Tags},
    clock::Clock,
    observe::SharedTierWatch,
    policy::Stage,
    serial::Serial,
};

/// The longest time to live that API Gateway accepts.
pub(crate) const MAX_RESULT_TTL: Duration = Duration::from_secs(3600);

/// How a layer caches its results.
#[derive(Clone)]
pub(crate) struct CacheSettings {
    /// The configured time to live. Zero disables caching.
    pub(crate) configured_ttl: Option<Duration>,
    /// How long a result is kept. Zero if there are no identity sources to distinguish callers.
    pub(crate) ttl: Duration,
    /// The part of the keys that this authorizer's results have in common.
    scope: Scope,
    pub(super) followed: FollowedLog,
    /// The stage of the API. The scope determines it, so a cached policy is evaluated only for requests to its stage.
    pub(crate) stage: Stage,
    pub(crate) clock: Clock,
    pub(crate) cache: ResultCache,
    /// The cache that is shared with other processes.
    pub(crate) shared: Option<SharedCache>,
    pub(crate) authorizer: AuthorizerName,
    /// The keys of the context whose values are tags.
    pub(crate) tag_keys: Arc<[String]>,
}

/// Distinguishes an authorizer's results from those of others in the same cache.
#[derive(Debug, Clone)]
pub(crate) enum AuthorizerName {
    /// Unique to a layer and its clones.
    Unnamed(Serial),
    /// Chosen by the application.
    #[cfg_attr(
        not(feature = "shared-cache"),
        expect(dead_code, reason = "only a shared tier needs a name")
    )]
    Given(Arc<str>),
}

impl AuthorizerName {
    /// The same in every process, if the application chose it.
    fn shared(&self) -> &str {
        match self {
            Self::Unnamed(_) => "",
            Self::Given(name) => name,
        }
    }

    /// Differs for different names that are not the same in every process.
    fn distinction(&self) -> Option<Serial> {
        match self {
            Self::Unnamed(serial) => Some(*serial),
            Self::Given(_) => None,
        }
    }
}

/// A cache and a name that no other layer has.
impl Default for CacheSettings {
    fn default() -> Self {
        Self {
            configured_ttl: None,
            ttl: Duration::ZERO,
            scope: Scope::new::<&str>(&[], &()),
            followed: FollowedLog::default(),
            stage: Stage::of_methods("", ""),
            clock: Clock::default(),
            cache: ResultCache::new(),
            shared: None,
            authorizer: AuthorizerName::Unnamed(Serial::next()),
            tag_keys: Arc::default(),
        }
    }
}

impl CacheSettings {
    pub(crate) fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Another scope has another log of revocations.
    pub(crate) fn set_scope(&mut self, scope: Scope) {
        if self.scope != scope {
            self.scope = scope;
            self.followed = FollowedLog::default();
        }
    }

    /// Begins a call, whose layer is notified of what happens to the log. `None` if revocations do not reach this process.
    pub(super) fn begin(&self, watch: &SharedTierWatch) -> Option<Begun> {
        let shared = self.shared.as_ref()?;
        let followed = self.followed.of(shared, &self.scope);
        followed.map(|followed| {
            if let Some(listener) = watch.listener() {
                followed.listen(&listener);
            }
            followed.begin()
        })
    }

    pub(crate) fn shared_name(&self) -> &str {
        self.authorizer.shared()
    }

    /// The response's own tags, and those from its context.
    pub(super) fn tags(&self, response: &AuthorizerResponse) -> Option<Box<Tags>> {
        if self.tag_keys.is_empty() {
            return response.tags.clone();
        }
        let own = response.tags().map(str::to_owned);
        let is_tag = |key: &str| self.tag_keys.iter().any(|known| known == key);
        let named = response.context().filter(|(key, _)| is_tag(key));
        let named = named.map(|(key, value)| format!("{key}:{value}"));
        Some(Box::new(Tags(own.chain(named).collect())))
    }

    /// What is a part of the scope in every process: the name, the time to live, and the keys of tags.
    pub(crate) fn shared_distinction(&self) -> (&str, Duration, &[String]) {
        let Self {
            authorizer,
            ttl,
            tag_keys,
            // The time to live follows from it.
            configured_ttl: _,
            // They distinguish results only in this process.
            cache: _,
            shared: _,
            // They follow from the scope or are its reader's.
            scope: _,
            followed: _,
            stage: _,
            clock: _,
        } = self;
        (authorizer.shared(), *ttl, tag_keys)
    }

    /// What distinguishes the results in this process, in addition.
    pub(crate) fn distinction(&self) -> impl Hash + '_ {
        let shared = self.shared.as_ref().map(SharedCache::distinction);
        let authorizer = self.authorizer.distinction();
        (authorizer, shared, self.cache.distinction())
    }
}

impl fmt::Debug for CacheSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("CacheSettings");
        shown.field("ttl", &self.ttl).field("cache", &self.cache);
        if let Some(shared) = &self.shared {
            let name = self.authorizer.shared();
            shown.field("shared", shared).field("authorizer", &name);
        }
        shown.finish_non_exhaustive()
    }
}
