//! Asking the authorizer: once for all who wait for the same, and not at all where the answer is known.

use std::{
    future::Future,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use futures_util::FutureExt;

use super::decide::Asked;
use crate::{
    authorizer::{Authorizer, AuthorizerRequest, invoke},
    cache::{Aboard, Answer, Boarded, Cached, Key, Origin, Outcome},
    contained::{Contained, time_limit::TimeLimit},
    decision::DenialReason,
    pipeline::settings::Settings,
    policy::shared_text,
};

/// The asking, whose result still has to be evaluated for the request. Nothing is done before it is polled.
pub(crate) enum Asking {
    /// One call for all who ask the same, begun by this request or by another.
    Together {
        aboard: Aboard<Outcome>,
        boarded: Boarded,
    },
    /// A call whose result is not kept.
    Alone(Pin<Box<dyn Future<Output = Outcome> + Send>>),
    /// Between the look-up and the asking, another request's call has ended.
    Known(Arc<Cached>),
}

/// Has the authorizer asked, or joins who is asking already. With a key the result is kept.
pub(crate) fn ask<A: Authorizer>(
    authorizer: &Arc<A>,
    settings: &Arc<Settings>,
    key: Option<Key>,
    request: impl FnOnce() -> AuthorizerRequest,
) -> Asking {
    let Some(key) = key else {
        let (authorizer, settings) = (Arc::clone(authorizer), Arc::clone(settings));
        let request = request();
        return Asking::Alone(Box::pin(contained(async move {
            let answer = call(&*authorizer, &settings, request).await?;
            Cached::verified(answer, Origin::Authorizer, &settings.kind).map(Arc::new)
        })));
    };
    let cache = &settings.results.cache;
    // Only who asks the authorizer has to tell it all.
    if let Some(aboard) = cache.join(&key, &settings.reader.clock) {
        return Asking::Together {
            aboard,
            boarded: Boarded::Joined,
        };
    }
    match cache.fetch(Arc::clone(authorizer), settings, request(), &key) {
        Ok((aboard, boarded)) => Asking::Together { aboard, boarded },
        Err(cached) => Asking::Known(cached),
    }
}

impl Asking {
    /// What became of it, for who has waited so long.
    pub(crate) fn asked(&self, took: impl FnOnce() -> Duration) -> Asked {
        match self {
            Self::Together {
                boarded: Boarded::Joined,
                ..
            } => Asked::Joined,
            Self::Known(_) => Asked::Kept {
                age: Duration::ZERO,
            },
            Self::Together { .. } | Self::Alone(_) => Asked::Called { took: took() },
        }
    }
}

impl Future for Asking {
    type Output = Outcome;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Outcome> {
        match &mut *self {
            Self::Together { aboard, .. } => aboard.poll_unpin(context),
            Self::Alone(call) => call.as_mut().poll(context),
            Self::Known(cached) => Poll::Ready(Ok(Arc::clone(cached))),
        }
    }
}

/// Comes to an outcome whatever happens, and is dropped without a panic.
pub(crate) async fn contained(asking: impl Future<Output = Outcome>) -> Outcome {
    let outcome = pin!(Contained::new(asking)).await;
    outcome.unwrap_or_else(|panicked| Err(panicked.into()))
}

/// One call of the authorizer. Waiting for a turn counts as waiting for the authorizer.
pub(crate) async fn call<A: Authorizer>(
    authorizer: &A,
    settings: &Settings,
    request: AuthorizerRequest,
) -> Result<Answer, DenialReason> {
    let made_for = shared_text(request.method_arn());
    let limit = settings.timeout.map(TimeLimit::new).transpose()?;
    let _turn = match (&settings.results.calls, &limit) {
        (None, _) => None,
        (Some(turns), None) => Some(turns.acquire().await),
        (Some(turns), Some(limit)) => Some(limit.race(turns.acquire()).await?),
    };
    let response = invoke(authorizer, request, limit).await?;
    Ok(Answer { response, made_for })
}
