//! Asking the authorizer: once for all who wait for the same, and not at all where the answer is known.

use std::{future::Future, sync::Arc, time::Duration};

use crate::{
    authorizer::{Authorizer, AuthorizerRequest, invoke},
    cache::{Answer, Cached, Key, Outcome},
    decision::DenialReason,
    settings::Settings,
};

/// Asks the authorizer, or joins who is asking already. With a key the result is kept.
pub(crate) async fn ask<A: Authorizer>(
    authorizer: Arc<A>,
    settings: Arc<Settings>,
    request: AuthorizerRequest,
    key: Option<Key>,
) -> Outcome {
    match key {
        Some(key) => {
            let cache = settings.results.cache.clone();
            cache.fetch(authorizer, settings, request, key).await
        }
        None => {
            let answer = call(&*authorizer, &settings, request).await?;
            Cached::verified(answer, &settings.kind).map(Arc::new)
        }
    }
}

/// One call of the authorizer.
pub(crate) async fn call<A: Authorizer>(
    authorizer: &A,
    settings: &Settings,
    request: AuthorizerRequest,
) -> Result<Answer, DenialReason> {
    let made_for = request.method_arn().shared();
    let response = match &settings.results.calls {
        None => invoke(authorizer, request, settings.timeout).await?,
        Some(calls) => {
            // Waiting for a turn counts as waiting for the authorizer.
            within(settings.timeout, async {
                let _turn = calls.acquire().await;
                invoke(authorizer, request, None).await
            })
            .await??
        }
    };
    Ok(Answer { response, made_for })
}

async fn within<T>(
    limit: Option<Duration>,
    asking: impl Future<Output = T>,
) -> Result<T, DenialReason> {
    match limit {
        None => Ok(asking.await),
        Some(limit) => tokio::time::timeout(limit, asking)
            .await
            .map_err(|_| DenialReason::AuthorizerTimedOut { limit }),
    }
}
