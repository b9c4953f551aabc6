//! Asking the authorizer: once for all who wait for the same, and not at all where the answer is known.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use futures_util::FutureExt;

use super::decide::Asked;
use crate::{
    authorizer::{Authorizer, AuthorizerRequest},
    cache::{Aboard, Answer, Boarded, Cached, Key, Origin, Outcome, contained},
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
    let rules = &settings.kind.differences().answers;
    let Some(key) = key else {
        let answer = call(authorizer, settings, request());
        return Asking::Alone(Box::pin(contained(async move {
            Cached::verified(answer.await?, Origin::Authorizer, rules).map(Arc::new)
        })));
    };
    let results = &settings.results;
    // Only who asks the authorizer has to tell it all.
    if let Some(aboard) = results.cache.join(&key, results) {
        return Asking::Together {
            aboard,
            boarded: Boarded::Joined,
        };
    }
    let answer = call(authorizer, settings, request());
    match results.cache.fetch(results, &key, rules, answer) {
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

/// Has the authorizer called, within its limits.
fn call<A: Authorizer>(
    authorizer: &Arc<A>,
    settings: &Arc<Settings>,
    request: AuthorizerRequest,
) -> impl Future<Output = Result<Answer, DenialReason>> + Send + 'static {
    let (authorizer, settings) = (Arc::clone(authorizer), Arc::clone(settings));
    async move {
        let made_for = shared_text(request.method_arn());
        let response = settings.calls.call(&*authorizer, request).await?;
        Ok(Answer { response, made_for })
    }
}
