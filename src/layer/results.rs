//! How a layer keeps its authorizer's results, and how many calls it makes for them at once.

use std::{sync::Arc, time::Duration};

use tokio::sync::Semaphore;

use super::LambdaAuthorizerLayer;
#[cfg(feature = "shared-cache")]
use crate::cache::{AuthorizerName, SharedCache};
use crate::{
    cache::{AuthorizerResults, ResultCache},
    error::ConfigError,
    identity::AuthorizerKind,
    pipeline::settings::MAX_RESULT_TTL,
};

impl<A> LambdaAuthorizerLayer<A> {
    /// Sets how long the authorizer's results are kept: 300 seconds unless set (on an HTTP API: not at all), at most
    /// 3600, and not at all with zero, as on API Gateway. A WebSocket API's are never kept.
    ///
    /// A result is kept under the values of the identity sources, and nothing else: not the method, not the
    /// path. Its policy is evaluated anew for every request. So a policy has to cover all that its caller may
    /// do; one that allows only the [method ARN](crate::AuthorizerRequest::method_arn) of the request that it
    /// was made for refuses the next one. [Caching](crate::caching) has the rest.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tower_lambda_authorizer::{
    ///     AuthorizerResponse, ConfigError, LambdaAuthorizerLayer, authorizer_fn,
    /// };
    ///
    /// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| async {
    ///     Ok(AuthorizerResponse::allow("*"))
    /// }));
    /// let layer = layer.result_ttl(Duration::from_secs(60))?;
    /// assert!(matches!(
    ///     layer.result_ttl(Duration::from_secs(3601)),
    ///     Err(ConfigError::ResultTtl { seconds: 3601 })
    /// ));
    /// # Ok::<(), ConfigError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ConfigError::ResultTtl`] above 3600 seconds, [`ConfigError::NoIdentitySource`] where there is no
    /// identity source to keep a result under, [`ConfigError::NotForThisAuthorizer`] on a WebSocket API, also with zero.
    pub fn result_ttl(self, ttl: Duration) -> Result<Self, ConfigError> {
        if ttl > MAX_RESULT_TTL {
            let begun = u64::from(ttl.subsec_nanos() > 0);
            let seconds = ttl.as_secs().saturating_add(begun);
            return Err(ConfigError::ResultTtl { seconds });
        }
        self.settings.kind.check_kept()?;
        check_sources(&self.settings.kind, Some(ttl))?;
        check_body(self.settings.gives_body, Some(ttl))?;
        Ok(self.with(|settings| settings.results_mut().asked_ttl = Some(ttl)))
    }

    /// Sets the cache: of this layer's own unless set, with 64 MiB. Layers that are given the same cache share its
    /// room, but not their results. Clones of one layer share those, too, as long as nothing differs that an answer
    /// can depend on; see [`results`](Self::results).
    pub fn cache(self, cache: ResultCache) -> Self {
        self.with(|settings| settings.results_mut().cache = cache)
    }

    /// Shares the results with other processes through a store such as Redis: what this process has not in its
    /// memory is looked for there, and only then is the authorizer asked.
    ///
    /// The name stands for the authorizer. Layers with the same secret, store, API, stage, stage variables, sources,
    /// time to live and name have each other's results: give each authorizer a name of its own, the same in every
    /// process, and set the [`api`](Self::api), for all applications that leave it a placeholder have the same one. The
    /// [module](crate::shared_cache) says what the store is trusted with.
    ///
    /// ```no_run
    /// use tower_lambda_authorizer::{
    ///     AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
    ///     shared_cache::{RedisTier, SharedCache},
    /// };
    ///
    /// let secret = std::env::var("AUTHORIZER_CACHE_SECRET")?; // 32 random bytes or more
    /// let shared = SharedCache::new(RedisTier::connect("redis://127.0.0.1")?, secret)?;
    /// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| async {
    ///     Ok(AuthorizerResponse::allow("*"))
    /// }))
    /// .shared_cache(shared, "pets-authorizer");
    /// # let _ = layer;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[cfg(feature = "shared-cache")]
    #[cfg_attr(docsrs, doc(cfg(feature = "shared-cache")))]
    pub fn shared_cache(self, cache: SharedCache, authorizer_name: &str) -> Self {
        self.with(|settings| {
            settings.results_mut().shared = Some(cache);
            settings.results_mut().authorizer = AuthorizerName::Given(authorizer_name.into());
        })
    }

    /// The kept results: to forget one, or all, and to see what the cache does.
    ///
    /// Take them from the layer as it will be used, after its last setting. A clone has other results if it differs
    /// in anything that its authorizer is told or that decides whether an answer is taken: the API with its stage
    /// variables, the sources, the validation expression, the time to live, the time limit, the client's address, the
    /// clock, the resources, the paths, the cache and what that serves. Only its gateway responses, its limit on
    /// concurrent calls and the exemption of preflights may differ.
    #[must_use]
    pub fn results(&self) -> AuthorizerResults {
        AuthorizerResults::new(&self.settings.results)
    }

    /// Limits how many calls of the authorizer are under way at once: as many as come unless set. Further ones
    /// wait for a turn, which counts as time of the authorizer. Not on API Gateway.
    ///
    /// # Errors
    ///
    /// [`ConfigError::ConcurrentCalls`] where it is zero.
    pub fn concurrent_calls(self, limit: usize) -> Result<Self, ConfigError> {
        if limit == 0 {
            return Err(ConfigError::ConcurrentCalls);
        }
        let turns = Semaphore::new(limit.min(Semaphore::MAX_PERMITS));
        Ok(self.with(|settings| settings.calls.turns = Some(Arc::new(turns))))
    }
}

/// A body is not part of the identity.
pub(super) fn check_body(gives_body: bool, ttl: Option<Duration>) -> Result<(), ConfigError> {
    let is_kept = ttl.is_some_and(|ttl| !ttl.is_zero());
    match is_kept && gives_body {
        true => Err(ConfigError::RequestBody),
        false => Ok(()),
    }
}

/// Without an identity source all requests would have one result.
pub(super) fn check_sources(
    kind: &AuthorizerKind,
    ttl: Option<Duration>,
) -> Result<(), ConfigError> {
    let is_kept = ttl.is_some_and(|ttl| !ttl.is_zero());
    match is_kept && kind.sources().is_empty() {
        true => Err(ConfigError::NoIdentitySource),
        false => Ok(()),
    }
}
