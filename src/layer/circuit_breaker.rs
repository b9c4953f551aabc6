//! The circuit breaker of the authorizer.

use std::sync::Arc;

use super::LambdaAuthorizerLayer;
use crate::{
    authorizer::CallBreaker, breaker::CircuitBreaker, error::ConfigError, identity::AuthorizerKind,
};

impl<A> LambdaAuthorizerLayer<A> {
    /// Sets a circuit breaker for the authorizer: while its calls fail, it is not called for a while, and requests that
    /// would need a call are refused at once with the same 500 as for a failure. By default there is none.
    /// API Gateway has no such setting.
    ///
    /// The breaker never lets a request through that the authorizer would refuse. Cached results are used as before,
    /// also those of [`serve_stale_on_failure`](crate::caching::ResultCache::serve_stale_on_failure) and those of a
    /// shared cache. The reason of the refusal is [`AuthorizerPaused`](crate::DenialReason::AuthorizerPaused).
    ///
    /// Errors, panics, timeouts and answers that cannot be used are failures; `Unauthorized` is an answer. The breaker
    /// counts the different identities that fail in a row. **An identity counts only if the authorizer has accepted it
    /// before**, so a client cannot open the breaker with invented tokens, and the failures of one valid token count
    /// only once. The breaker remembers the 4096 identities that were accepted last.
    ///
    /// After a pause, one request at a time calls the authorizer. An answer closes the breaker. A failure of another
    /// accepted identity doubles the pause. If no such failure has confirmed the outage for the
    /// [longest pause](CircuitBreaker::longest_pause), the breaker closes, too. So a client whose calls fail cannot keep it
    /// open.
    ///
    /// If a client can change the value of an identity source and keep its permissions, for example a header in
    /// addition to the token, it has many accepted identities. If it can also make their calls fail, it can open the
    /// breaker.
    ///
    /// Clones made after this setting share the breaker.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tower_lambda_authorizer::{
    ///     LambdaAuthorizerLayer, caching::CircuitBreaker, testing::{Harness, MockAnswer, MockAuthorizer},
    /// };
    ///
    /// let authorizer = MockAuthorizer::allowing();
    /// let layer = LambdaAuthorizerLayer::token(authorizer.clone())
    ///     .result_ttl(Duration::from_secs(60))?
    ///     .circuit_breaker(CircuitBreaker::new().consecutive_failures(1)?)?;
    ///
    /// # tokio_test::block_on(async {
    /// let harness = Harness::new(layer);
    /// let get = || harness.get("/pets").header("authorization", "t").send();
    /// get().await.assert_allowed();
    ///
    /// authorizer.set(MockAnswer::fail("no database"));
    /// harness.advance(Duration::from_secs(60));
    /// get().await.assert_authorizer_broken().assert_invoked();
    /// get().await.assert_authorizer_broken().assert_not_invoked();
    /// # });
    /// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::CircuitBreaker`] if the authorizer has no identity source.
    pub fn circuit_breaker(self, breaker: CircuitBreaker) -> Result<Self, ConfigError> {
        check_breaker(&self.settings.kind, true)?;
        let breaker = Arc::new(CallBreaker::new(breaker));
        Ok(self.with(|settings| settings.calls.breaker = Some(breaker)))
    }
}

/// Fails if a circuit breaker would have no identities to count.
pub(super) fn check_breaker(kind: &AuthorizerKind, has_breaker: bool) -> Result<(), ConfigError> {
    if has_breaker && kind.sources().is_empty() {
        Err(ConfigError::CircuitBreaker)
    } else {
        Ok(())
    }
}
