//! Settings for the cache of the authorizer's results.

use std::time::Duration;

use super::LambdaAuthorizerLayer;
#[cfg(feature = "shared-cache")]
use crate::cache::{AuthorizerName, SharedCache};
use crate::{
    cache::{AuthorizerResults, MAX_RESULT_TTL, ResultCache},
    error::ConfigError,
    identity::AuthorizerKind,
};

impl<A> LambdaAuthorizerLayer<A> {
    /// Sets how long the authorizer's results are cached. As on API Gateway, the default is 300 seconds on a REST API and
    /// zero on an HTTP API, and the maximum is 3600 seconds. Zero disables caching. A WebSocket API's results are never
    /// cached. An authorizer can shorten this for one response, for example to the lifetime of a token, with
    /// [`with_expiry`](crate::AuthorizerResponse::with_expiry).
    ///
    /// The key of a result contains the values of the identity sources, but not the method or the path. The layer
    /// evaluates the cached policy for every request. So a policy must cover everything that its caller may do: a
    /// policy that allows only the [method ARN](crate::AuthorizerRequest::method_arn) of its own request refuses the
    /// caller's next request. For more, see [caching](crate::caching).
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
    ///     Err(ConfigError::ResultTtl { seconds: 3601, .. })
    /// ));
    /// # Ok::<(), ConfigError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::ResultTtl`] if `ttl` is longer than 3600 seconds, and
    /// [`ConfigError::NotForThisAuthorizer`] on a WebSocket API, even if `ttl` is zero. Unless `ttl` is zero, also
    /// returns [`ConfigError::NoIdentitySource`] if there is no identity source to make a key of, and
    /// [`ConfigError::RequestBody`] if the authorizer receives the [request's body](Self::request_body).
    pub fn result_ttl(self, ttl: Duration) -> Result<Self, ConfigError> {
        if ttl > MAX_RESULT_TTL {
            let begun = u64::from(ttl.subsec_nanos() > 0);
            let seconds = ttl.as_secs().saturating_add(begun);
            return Err(ConfigError::ResultTtl { seconds });
        }
        self.settings.kind.check_caching()?;
        check_sources(&self.settings.kind, Some(ttl))?;
        check_body(self.settings.gives_body, Some(ttl))?;
        Ok(self.with(|settings| settings.caching_mut().configured_ttl = Some(ttl)))
    }

    /// Sets the cache. By default, a layer has its own cache of 64 MiB. Layers with the same cache share its memory,
    /// but not their results. Clones of one layer also share their results, unless they differ in something that an
    /// answer can depend on; see [`results`](Self::results).
    ///
    /// ```
    /// use tower_lambda_authorizer::{
    ///     LambdaAuthorizerLayer, caching::ResultCache, testing::{Harness, MockAuthorizer},
    /// };
    ///
    /// # tokio_test::block_on(async {
    /// let cache = ResultCache::with_max_bytes(1024 * 1024); // for both layers together
    /// let pets = LambdaAuthorizerLayer::token(MockAuthorizer::allowing()).cache(cache.clone());
    /// let users = LambdaAuthorizerLayer::token(MockAuthorizer::denying()).cache(cache);
    ///
    /// let get = |harness: Harness| async move {
    ///     harness.get("/").header("authorization", "t").send().await
    /// };
    /// get(Harness::new(pets)).await.assert_allowed();
    /// get(Harness::new(users)).await.assert_denied().assert_invoked();
    /// # });
    /// ```
    pub fn cache(self, cache: ResultCache) -> Self {
        self.with(|settings| settings.caching_mut().cache = cache)
    }

    /// Shares the results with other processes through a store such as Redis. If a result is not in this process's
    /// memory, the layer looks for it in the store, and calls the authorizer only if the store does not have it either.
    ///
    /// The name stands for the authorizer. Layers share results if they have the same secret, store, API, stage, stage
    /// variables, type of API, identity sources, time to live, [keys of tags](Self::tags_from_context) and name. So give
    /// each authorizer its own name, the same in every process. Revocations reach only layers that share results. Also set
    /// the [`api`](Self::api), because all applications that do not set it have the same placeholder.
    /// The [module](crate::shared_cache) describes how far you have to trust the store.
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
            settings.caching_mut().shared = Some(cache);
            settings.caching_mut().authorizer = AuthorizerName::Given(authorizer_name.into());
        })
    }

    /// Turns values of the authorizer's context into tags, so that
    /// [`invalidate_tag`](AuthorizerResults::invalidate_tag) finds the results of a Lambda function, whose JSON has no
    /// tags. The value `acme` of the key `tenant` becomes the tag `tenant:acme`.
    ///
    /// ```
    /// use tower_lambda_authorizer::{
    ///     AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn, testing::Harness,
    /// };
    ///
    /// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| async {
    ///     Ok(AuthorizerResponse::allow("*").with_context("tenant", "acme"))
    /// }))
    /// .tags_from_context(["tenant"]);
    /// let results = layer.results();
    /// let harness = Harness::new(layer);
    /// let get = || harness.get("/pets").header("authorization", "t").send();
    /// # tokio_test::block_on(async {
    /// get().await.assert_invoked();
    /// get().await.assert_not_invoked(); // from the cache
    /// results.invalidate_tag("tenant:acme").await?;
    /// get().await.assert_invoked();
    /// # Ok::<(), tower_lambda_authorizer::caching::InvalidationError>(())
    /// # }).unwrap();
    /// ```
    pub fn tags_from_context<K: Into<String>>(self, keys: impl IntoIterator<Item = K>) -> Self {
        let keys = keys.into_iter().map(Into::into).collect();
        self.with(|settings| settings.caching_mut().tag_keys = keys)
    }

    /// Returns a handle to the cached results, to remove one or all of them and to read the cache's statistics.
    ///
    /// Call this on the layer in its final form, after its last setting. A clone of the layer has different results if
    /// it differs in anything that the authorizer receives or that decides whether an answer is accepted: the API with
    /// its stage variables, the identity sources, the validation expression, the time to live, the timeout, the
    /// client's address, TLS, the clock, the resource resolver, anonymous requests, ambiguous paths and hosts, the
    /// limit of method ARNs, or the cache and its settings. Only the gateway responses, the limit of concurrent calls,
    /// the circuit breaker, the exemption of preflights, [`on_denial`](Self::on_denial), the
    /// [observers](Self::observe), the [name](Self::authorizer_name) for them, and
    /// [shadow](Self::unprotected_shadow) may differ.
    ///
    /// ```
    /// use tower_lambda_authorizer::{LambdaAuthorizerLayer, testing::{Harness, MockAuthorizer}};
    ///
    /// # tokio_test::block_on(async {
    /// let layer = LambdaAuthorizerLayer::token(MockAuthorizer::allowing());
    /// let results = layer.results();
    /// let harness = Harness::new(layer);
    /// let get = || harness.get("/pets").header("authorization", "t").send();
    ///
    /// get().await.assert_invoked();
    /// get().await.assert_not_invoked();
    /// results.invalidate(["t"]).await?;
    /// get().await.assert_invoked();
    /// # Ok::<(), tower_lambda_authorizer::caching::InvalidationError>(())
    /// # }).unwrap();
    /// ```
    #[must_use]
    pub fn results(&self) -> AuthorizerResults {
        self.settings.result_handle()
    }
}

/// Fails if results would be cached although the answer can depend on the body, which is not part of the key.
pub(super) fn check_body(gives_body: bool, ttl: Option<Duration>) -> Result<(), ConfigError> {
    let is_kept = ttl.is_some_and(|ttl| !ttl.is_zero());
    if is_kept && gives_body {
        Err(ConfigError::RequestBody)
    } else {
        Ok(())
    }
}

/// Fails if results would be cached without an identity source: all requests would share one result.
pub(super) fn check_sources(
    kind: &AuthorizerKind,
    ttl: Option<Duration>,
) -> Result<(), ConfigError> {
    let is_kept = ttl.is_some_and(|ttl| !ttl.is_zero());
    if is_kept && kind.sources().is_empty() {
        Err(ConfigError::NoIdentitySource)
    } else {
        Ok(())
    }
}
