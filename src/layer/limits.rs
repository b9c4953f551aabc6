//! Limits for the authorizer's calls and for method ARNs.

use std::{sync::Arc, time::Duration};

use tokio::sync::Semaphore;

use super::LambdaAuthorizerLayer;
use crate::error::{ConfigError, not_zero};

impl<A> LambdaAuthorizerLayer<A> {
    /// Sets the timeout of the authorizer. The default is 29 seconds, and 10 seconds on an HTTP API. If the authorizer
    /// takes longer, the response is 500.
    ///
    /// The timeout needs tokio's timer, which every server of axum, hyper and tonic has. Without a timer the authorizer
    /// is not called, and the response is 500 with [`DenialReason::NoTimer`](crate::DenialReason::NoTimer).
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::Zero`] if the timeout is zero.
    ///
    /// ```
    /// use std::time::Duration;
    /// use http::Request;
    /// use tower_lambda_authorizer::{AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn};
    ///
    /// # tokio_test::block_on(async {
    /// let hangs = authorizer_fn(|_| std::future::pending::<Result<AuthorizerResponse, _>>());
    /// let layer = LambdaAuthorizerLayer::token(hangs).authorizer_timeout(Duration::from_millis(5))?;
    /// let request = Request::get("/pets").header("authorization", "t").body(())?;
    /// let why = layer.explain(request).await;
    /// assert_eq!(why.reason(), "the authorizer did not answer within 5ms");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    pub fn authorizer_timeout(self, timeout: Duration) -> Result<Self, ConfigError> {
        let timeout = not_zero(timeout, "authorizer_timeout", "every call would time out")?;
        Ok(self.with(|settings| settings.calls.timeout = Some(timeout)))
    }

    /// Removes the timeout, for an authorizer that has its own. Then the layer needs no timer.
    pub fn no_authorizer_timeout(self) -> Self {
        self.with(|settings| settings.calls.timeout = None)
    }

    /// Sets how many calls to the authorizer may be in progress at the same time. By default there is no limit. If the
    /// limit is reached, a call waits until another one ends. This wait counts towards the authorizer's timeout. API
    /// Gateway has no such setting.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::Zero`] if the limit is zero.
    pub fn authorizer_concurrency_limit(self, limit: usize) -> Result<Self, ConfigError> {
        let limit = not_zero(limit, "authorizer_concurrency_limit", "no call could begin")?;
        let permits = Semaphore::new(limit.min(Semaphore::MAX_PERMITS));
        Ok(self.with(|settings| settings.calls.permits = Some(Arc::new(permits))))
    }

    /// Sets the maximum length of a method ARN, in bytes. The default is 1600, as on API Gateway. If a request's method
    /// ARN is longer, the response is 414.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::Zero`] if the limit is zero.
    ///
    /// ```
    /// use tower_lambda_authorizer::{LambdaAuthorizerLayer, testing::{Harness, MockAuthorizer}};
    ///
    /// # tokio_test::block_on(async {
    /// let layer = LambdaAuthorizerLayer::token(MockAuthorizer::allowing()).method_arn_limit(100)?;
    /// let harness = Harness::new(layer);
    /// let path = format!("/{}", "a".repeat(100));
    /// harness.get(&path).header("authorization", "t").send().await.assert_status(414);
    /// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
    /// # }).unwrap();
    /// ```
    pub fn method_arn_limit(self, bytes: usize) -> Result<Self, ConfigError> {
        let bytes = not_zero(bytes, "method_arn_limit", "every request would be refused")?;
        Ok(self.with(|settings| settings.method_arn_limit = bytes))
    }
}
