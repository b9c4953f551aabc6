//! How long a response may be used, if the authorizer says so.

use std::time::{Duration, SystemTime};

use super::AuthorizerResponse;

/// The response's own lifetime. It can only shorten the time to live.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct OwnLifetime {
    expiry: Option<SystemTime>,
    max_age: Option<Duration>,
}

/// The earlier of two limits, each of which may be missing.
fn earlier<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// The response's own lifetime, which API Gateway does not have.
///
/// A result is used for the layer's time to live, which may be longer than the token is valid. These methods shorten
/// that for one response. They never prolong it.
///
/// The layer's [clock](crate::LambdaAuthorizerLayer::clock) decides. A response that has already expired still decides
/// about the request that it was made for, and about the requests that wait for the same call. But it is not cached, and it
/// removes the earlier result of the same identity. After its end, a result is not served as a stale one either.
/// In a shared cache, the end is stored with the result, so every process respects it.
///
/// Two clocks decide, and the earlier end counts: how long the response is used is computed when it arrives, for the
/// monotonic clock; and each hit compares the end with the wall clock, which goes on while the machine is
/// [suspended](crate::caching#how-long).
///
/// The lifetime is not part of the response's JSON: it is neither written nor read, since the response of a function has
/// no such member. It is part of what `==` compares.
impl AuthorizerResponse {
    /// Caches the response until this time at most, for example until the token expires. If it is called twice, the
    /// earlier time counts.
    ///
    /// ```
    /// use std::time::{Duration, SystemTime, UNIX_EPOCH};
    /// use tower_lambda_authorizer::{
    ///     AuthorizerRequest, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn, testing::Harness,
    /// };
    ///
    /// # tokio_test::block_on(async {
    /// let harness = Harness::new(LambdaAuthorizerLayer::token(authorizer_fn(
    ///     |request: AuthorizerRequest| async move {
    ///         let exp: u64 = request.token().unwrap_or_default().parse()?; // the claim `exp` of a JWT
    ///         Ok(AuthorizerResponse::allow("*").with_expiry(UNIX_EPOCH + Duration::from_secs(exp)))
    ///     },
    /// )));
    /// let now = harness.clock().now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    /// let get = || harness.get("/").header("authorization", (now + 60).to_string()).send();
    ///
    /// get().await.assert_allowed().assert_invocations(1);
    /// harness.advance(Duration::from_secs(59));
    /// get().await.assert_allowed().assert_invocations(1);
    /// harness.advance(Duration::from_secs(1));
    /// get().await.assert_allowed().assert_invocations(2); // the layer's time to live is five minutes
    /// # });
    /// ```
    #[must_use]
    pub fn with_expiry(mut self, expiry: SystemTime) -> Self {
        let lifetime = self.lifetime.get_or_insert_default();
        lifetime.expiry = earlier(lifetime.expiry, Some(expiry));
        self
    }

    /// Caches the response for this time at most, counted from the moment that the authorizer returns it. Zero means
    /// that it is not cached. If it is called twice, the shorter time counts.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tower_lambda_authorizer::{AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn, testing::Harness};
    ///
    /// # tokio_test::block_on(async {
    /// let harness = Harness::new(LambdaAuthorizerLayer::token(authorizer_fn(|_| async {
    ///     Ok(AuthorizerResponse::deny("*").with_max_age(Duration::ZERO))
    /// })));
    /// for invocations in 1..=2 {
    ///     let response = harness.get("/").header("authorization", "t").send().await;
    ///     response.assert_denied().assert_invocations(invocations);
    /// }
    /// # });
    /// ```
    #[must_use]
    pub fn with_max_age(mut self, age: Duration) -> Self {
        let lifetime = self.lifetime.get_or_insert_default();
        lifetime.max_age = earlier(lifetime.max_age, Some(age));
        self
    }

    /// When the response of this moment expires, if it ever does.
    pub(crate) fn end(&self, now: impl FnOnce() -> SystemTime) -> Option<SystemTime> {
        let OwnLifetime { expiry, max_age } = **self.lifetime.as_ref()?;
        // An age that is too long for a `SystemTime` never ends.
        let of_age = max_age.and_then(|age| now().checked_add(age));
        earlier(expiry, of_age)
    }

    /// The time after which the response is not used, if [`with_expiry`](Self::with_expiry) has set one.
    #[must_use]
    pub fn expiry(&self) -> Option<SystemTime> {
        self.lifetime.as_ref()?.expiry
    }

    /// How long the response is used, if [`with_max_age`](Self::with_max_age) has set it.
    #[must_use]
    pub fn max_age(&self) -> Option<Duration> {
        self.lifetime.as_ref()?.max_age
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    #[test]
    fn the_earliest_end_counts() {
        let now = UNIX_EPOCH + Duration::from_secs(100);
        let seconds = Duration::from_secs;
        let response = || AuthorizerResponse::allow("*");
        let end = |response: AuthorizerResponse| response.end(|| now);
        assert_eq!(end(response()), None);
        let both = |expiry, age| {
            let response = response().with_expiry(UNIX_EPOCH + seconds(expiry));
            end(response.with_max_age(seconds(age)))
        };
        assert_eq!(both(150, 60), Some(UNIX_EPOCH + seconds(150)));
        assert_eq!(both(170, 60), Some(UNIX_EPOCH + seconds(160)));
        assert_eq!(both(50, 60), Some(UNIX_EPOCH + seconds(50)));
        assert_eq!(both(500, u64::MAX), Some(UNIX_EPOCH + seconds(500)));
        assert_eq!(end(response().with_max_age(Duration::MAX)), None);
        let twice = response().with_max_age(seconds(1)).with_max_age(seconds(2));
        assert_eq!(twice.max_age(), Some(seconds(1)));
        let twice = response().with_expiry(now).with_expiry(now + seconds(1));
        assert_eq!(twice.expiry(), Some(now));
    }
}
