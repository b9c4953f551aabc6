//! A layer's results: how long they are kept, where, and how to be rid of them.

use std::{fmt, future::Future, sync::Arc, time::Duration};

use super::{
    key::Scope, result_cache::ResultCache, shared::SharedCache, shared_tier_error::SharedTierError,
    statistics::CacheStatistics,
};
use crate::{clock::Clock, serial::Serial};

/// How a layer keeps its results.
#[derive(Clone)]
pub(crate) struct Results {
    /// As the application asked for. Zero: results are not kept.
    pub(crate) asked_ttl: Option<Duration>,
    /// How long a result is kept. Zero if nothing tells identities apart.
    pub(crate) ttl: Duration,
    /// What this authorizer's results are kept under.
    pub(crate) scope: Scope,
    pub(crate) clock: Clock,
    pub(crate) cache: ResultCache,
    /// Where other processes find them.
    pub(crate) shared: Option<SharedCache>,
    pub(crate) authorizer: AuthorizerName,
}

/// What tells an authorizer's results from those of others in the same cache.
#[derive(Debug, Clone)]
pub(crate) enum AuthorizerName {
    /// No other layer has the same, but clones.
    Unnamed(Serial),
    /// By the application.
    #[cfg_attr(
        not(feature = "shared-cache"),
        expect(dead_code, reason = "only a shared tier asks for a name")
    )]
    Given(Arc<str>),
}

impl AuthorizerName {
    /// The same in every process, if it was given.
    fn shared(&self) -> &str {
        match self {
            Self::Unnamed(_) => "",
            Self::Given(name) => name,
        }
    }

    fn distinction(&self) -> String {
        match self {
            Self::Unnamed(serial) => format!("unnamed {serial}"),
            Self::Given(_) => "given".to_owned(),
        }
    }
}

/// Each in a cache of its own, under a name of its own.
impl Default for Results {
    fn default() -> Self {
        Self {
            asked_ttl: None,
            ttl: Duration::ZERO,
            scope: Scope::new::<&str>(&[], &[]),
            clock: Clock::default(),
            cache: ResultCache::new(),
            shared: None,
            authorizer: AuthorizerName::Unnamed(Serial::next()),
        }
    }
}

impl Results {
    pub(crate) fn shared_name(&self) -> &str {
        self.authorizer.shared()
    }

    /// What tells them from others in this process, beside the name.
    pub(crate) fn distinctions(&self) -> [String; 3] {
        let shared = self.shared.as_ref().map(SharedCache::distinction);
        [
            self.authorizer.distinction(),
            shared.unwrap_or_default(),
            self.cache.distinction(),
        ]
    }
}

impl fmt::Debug for Results {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Results")
            .field("ttl", &self.ttl)
            .field("cache", &self.cache)
            .field("shared", &self.shared)
            .field("authorizer", &self.authorizer)
            .finish_non_exhaustive()
    }
}

/// The kept results of one layer's authorizer. Made by
/// [`LambdaAuthorizerLayer::results`](crate::LambdaAuthorizerLayer::results).
///
/// ```
/// use tower_lambda_authorizer::{AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn};
///
/// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|request| async move {
///     Ok(AuthorizerResponse::allow(request.method_arn()))
/// }));
/// let results = layer.results();
///
/// # tokio_test::block_on(async {
/// // When a token is revoked, and when the rules have changed:
/// results.invalidate(["the-token"]).await?;
/// results.clear().await?;
/// # Ok::<(), tower_lambda_authorizer::SharedTierError>(())
/// # }).unwrap();
/// assert_eq!(results.statistics().hits, 0);
/// ```
#[derive(Debug, Clone)]
pub struct AuthorizerResults {
    scope: Scope,
    cache: ResultCache,
    shared: Option<SharedCache>,
}

impl AuthorizerResults {
    pub(crate) fn new(results: &Results) -> Self {
        Self {
            scope: results.scope.clone(),
            cache: results.cache.clone(),
            shared: results.shared.clone(),
        }
    }

    /// Forgets the result of one identity: the values of the identity sources, in their order. A call that is
    /// under way still answers who waits for it, and is not kept.
    ///
    /// With a shared tier it is taken from there, too. What other processes have in their memory stays until its
    /// time has gone by, and a call that one of them has under way may put its result back.
    ///
    /// # Errors
    ///
    /// [`SharedTierError`] where the shared tier does not do it in time: this process has forgotten the result, and
    /// will find it in the tier again. Without one there is no error.
    pub fn invalidate<V: AsRef<str>>(
        &self,
        identity: impl IntoIterator<Item = V>,
    ) -> impl Future<Output = Result<(), SharedTierError>> + Send {
        let identity = identity.into_iter();
        let identity = identity.map(|value| value.as_ref().as_bytes().to_vec());
        let key = self.scope.key(identity);
        async move {
            self.cache.invalidate(&key);
            let Some(shared) = &self.shared else {
                return Ok(());
            };
            let removed = shared.remove(&self.scope, &key).await;
            // What was found in the tier meanwhile.
            self.cache.invalidate(&key);
            removed
        }
    }

    /// Forgets all results of this authorizer: API Gateway's "flush authorizer cache", at once. In a shared tier
    /// and in other processes as [`invalidate`](Self::invalidate) does, but up to half a minute is given to the
    /// tier, which has to look through all that it has.
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn clear(&self) -> Result<(), SharedTierError> {
        self.cache.clear(&self.scope);
        let Some(shared) = &self.shared else {
            return Ok(());
        };
        let cleared = shared.clear(&self.scope).await;
        self.cache.clear(&self.scope);
        cleared
    }

    /// What the cache did since it was made. Of a cache that several layers share, for all of them.
    #[must_use]
    pub fn statistics(&self) -> CacheStatistics {
        self.cache.statistics()
    }
}
