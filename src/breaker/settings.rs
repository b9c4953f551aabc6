//! When a circuit breaker opens, and for how long.

use std::time::Duration;

use crate::error::{ConfigError, not_zero};

/// What a pause of zero would do.
const NO_PAUSE: &str = "failing calls would be repeated without a pause";

/// A circuit breaker: after several failures in a row, no calls are made for a while. Then a single call tests whether
/// calls work again. If it fails, too, the next pause is twice as long.
///
/// The store of a `SharedCache` has one by default. The authorizer has one if
/// [`LambdaAuthorizerLayer::circuit_breaker`](crate::LambdaAuthorizerLayer::circuit_breaker) sets it.
///
/// ```
/// use std::time::Duration;
/// use tower_lambda_authorizer::caching::CircuitBreaker;
///
/// let breaker = CircuitBreaker::new()
///     .consecutive_failures(3)?
///     .pause(Duration::from_millis(500))?
///     .longest_pause(Duration::from_secs(4))?;
///
/// // The defaults:
/// let breaker = breaker.consecutive_failures(5)?.pause(Duration::from_secs(1))?;
/// assert_eq!(breaker.longest_pause(Duration::from_secs(10))?, CircuitBreaker::new());
/// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a circuit breaker does nothing until a cache or a layer has it"]
pub struct CircuitBreaker {
    pub(crate) failures: u32,
    pub(crate) pause: Duration,
    pub(crate) longest_pause: Duration,
}

impl CircuitBreaker {
    /// A breaker that opens after 5 failures in a row, first for one second, and later for at most 10 seconds.
    pub fn new() -> Self {
        Self {
            failures: 5,
            pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(10),
        }
    }

    /// Sets how many calls in a row have to fail. The default is 5. A call that succeeds starts the count again. So if one
    /// server of several is down, the breaker stays closed for the others.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::Zero`] if it is zero.
    pub fn consecutive_failures(mut self, failures: u32) -> Result<Self, ConfigError> {
        self.failures = not_zero(failures, "consecutive_failures", "no call would be made")?;
        Ok(self)
    }

    /// Sets the first pause, one second by default. Each call that fails after a pause doubles the next one.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::Zero`] if it is zero.
    pub fn pause(mut self, pause: Duration) -> Result<Self, ConfigError> {
        self.pause = not_zero(pause, "pause", NO_PAUSE)?;
        Ok(self)
    }

    /// Sets the longest pause, 10 seconds by default. A first pause that is longer is shortened to this.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::Zero`] if it is zero.
    pub fn longest_pause(mut self, pause: Duration) -> Result<Self, ConfigError> {
        self.longest_pause = not_zero(pause, "longest_pause", NO_PAUSE)?;
        Ok(self)
    }
}

impl Default for CircuitBreaker {
    fn default() -> Self {
        Self::new()
    }
}
