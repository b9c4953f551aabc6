//! Calls the authorizer within the layer's limits.

use std::{sync::Arc, time::Duration};

use tokio::sync::Semaphore;

use super::{
    Authorizer, AuthorizerRequest, AuthorizerResponse, call_breaker::CallBreaker,
    call_error::CallError, invoke::invoke,
};
use crate::{clock::Clock, contained::deadline::Deadline};

/// The limits of an authorizer's calls.
#[derive(Debug, Clone)]
pub(crate) struct Calls {
    /// How long a call may take. `None` means no limit.
    pub(crate) timeout: Option<Duration>,
    /// A permit for each concurrent call. `None` means no limit.
    pub(crate) permits: Option<Arc<Semaphore>>,
    /// `None` if the authorizer has no circuit breaker.
    pub(crate) breaker: Option<Arc<CallBreaker>>,
}

impl Calls {
    /// Calls the authorizer, if its circuit breaker permits it.
    pub(crate) async fn call<A: Authorizer>(
        &self,
        authorizer: &A,
        request: AuthorizerRequest,
        clock: &Clock,
    ) -> Result<AuthorizerResponse, CallError> {
        let breaker = self.breaker.as_ref();
        let permitted = breaker.map(|breaker| breaker.permit(&request, clock));
        let permitted = permitted.transpose()?;
        let deadline = self.timeout.map(Deadline::after).transpose()?;
        // If there is no permit in time, the authorizer was not called, so the breaker learns nothing.
        let _permit = match (&self.permits, &deadline) {
            (None, _) => None,
            (Some(permits), None) => Some(permits.acquire().await),
            (Some(permits), Some(deadline)) => Some(deadline.race(permits.acquire()).await?),
        };
        let outcome = invoke(authorizer, request, deadline).await;
        if let Some(permitted) = permitted {
            permitted.ended(&outcome, clock);
        }
        outcome
    }
}
