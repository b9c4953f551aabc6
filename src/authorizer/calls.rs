//! Calls the authorizer within the layer's limits.

use std::{sync::Arc, time::Duration};

use tokio::sync::Semaphore;

use super::{
    Authorizer, AuthorizerRequest, AuthorizerResponse, call_error::CallError, invoke::invoke,
};
use crate::contained::time_limit::TimeLimit;

/// The limits of an authorizer's calls.
#[derive(Debug, Clone)]
pub(crate) struct Calls {
    /// How long a call may take. `None` means no limit.
    pub(crate) timeout: Option<Duration>,
    /// A permit for each concurrent call. `None` means no limit.
    pub(crate) turns: Option<Arc<Semaphore>>,
}

impl Calls {
    /// Calls the authorizer. The time limit includes waiting for a permit.
    pub(crate) async fn call<A: Authorizer>(
        &self,
        authorizer: &A,
        request: AuthorizerRequest,
    ) -> Result<AuthorizerResponse, CallError> {
        let limit = self.timeout.map(TimeLimit::new).transpose()?;
        let _turn = match (&self.turns, &limit) {
            (None, _) => None,
            (Some(turns), None) => Some(turns.acquire().await),
            (Some(turns), Some(limit)) => Some(limit.race(turns.acquire()).await?),
        };
        invoke(authorizer, request, limit).await
    }
}
