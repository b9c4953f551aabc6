//! Calls the authorizer, once for all requests that wait for the same result.

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
    authorizer::{Authorizer, AuthorizerError, AuthorizerRequest, AuthorizerResponse},
    cache::{
        Answer, Cached, CallHandle, FetchResult, Found, Kept, LastInserted, MadeFor, Miss, Origin,
        Role, Waiter, contained,
    },
    decision::DenialReason,
    key::Key,
    observe::{CallWatch, Listener, SharedTierWatch},
    pipeline::settings::Settings,
    policy::shared_text,
};

/// A future of the authorizer's result, which still has to be evaluated for the request. It does nothing until it is
/// polled.
pub(crate) enum Asking {
    /// One call for all requests with the same key, started by this request or by another.
    Together {
        waiter: Waiter<FetchResult>,
        role: Role,
    },
    /// A call whose result is not cached.
    Alone(Pin<Box<dyn Future<Output = FetchResult> + Send>>),
    /// Another request's call ended after this request's look-up and cached its result.
    Known(Arc<Cached>),
}

/// Calls the authorizer, or joins the call of another request. If the request has a key, the result is cached under it.
pub(crate) fn ask<A: Authorizer>(
    authorizer: &Arc<A>,
    settings: &Arc<Settings>,
    request: &AuthorizerRequest,
    looked_up: LastInserted,
) -> Asking {
    let rules = &settings.kind.differences().answers;
    let (authorizer, own_request) = (Arc::clone(authorizer), request.clone());
    let own_settings = Arc::clone(settings);
    let Some(key) = request.facts().texts.key() else {
        return Asking::Alone(contained(|| async move {
            let caching = Arc::clone(&own_settings.caching);
            let (answered, watch) = answer(authorizer, own_settings, own_request).await;
            let verified = answered.and_then(|answer| {
                Cached::verified(answer, Kept::default(), rules, &caching.stage)
            });
            watch.ended(verified.as_ref().err().map(Box::as_ref));
            let origin = Origin::Authorizer;
            verified.map(|cached| Found { cached, origin })
        }));
    };
    let ask = |call| {
        answer(
            OrderedAuthorizer { authorizer, call },
            own_settings,
            own_request,
        )
    };
    let (caching, watch) = (&settings.caching, SharedTierWatch::new(settings));
    let miss = Miss { key, looked_up };
    match caching.cache.fetch(caching, miss, rules, watch, ask) {
        Ok((waiter, role)) => Asking::Together { waiter, role },
        Err(cached) => Asking::Known(cached),
    }
}

impl Asking {
    /// How the result was obtained. `took` is the time that the request has waited.
    pub(crate) fn asked(&self, origin: Origin, took: impl FnOnce() -> Duration) -> Asked {
        match self {
            Self::Together {
                role: Role::Follower,
                ..
            } => Asked::Joined { origin },
            Self::Known(_) => Asked::Kept {
                age: Duration::ZERO,
                is_stale: false,
            },
            Self::Together { .. } | Self::Alone(_) => {
                let took = took();
                Asked::Called { took, origin }
            }
        }
    }
}

impl Future for Asking {
    type Output = FetchResult;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<FetchResult> {
        match &mut *self {
            Self::Together { waiter, .. } => waiter.poll_unpin(context),
            Self::Alone(call) => call.as_mut().poll(context),
            Self::Known(cached) => Poll::Ready(Ok(Found {
                cached: Arc::clone(cached),
                origin: Origin::Authorizer,
            })),
        }
    }
}

/// An authorizer whose call is noted, so that its answer is ordered among those of other calls.
struct OrderedAuthorizer<A> {
    authorizer: Arc<A>,
    call: CallHandle<FetchResult>,
}

impl<A: Authorizer> Authorizer for OrderedAuthorizer<A> {
    fn authorize(
        &self,
        request: AuthorizerRequest,
    ) -> impl Future<Output = Result<AuthorizerResponse, AuthorizerError>> + Send {
        self.call.note_asking(|| self.authorizer.authorize(request))
    }
}

fn made_for(request: &AuthorizerRequest) -> MadeFor {
    match request.facts().texts.key() {
        Some(key) => MadeFor::Key(Key::clone(key)),
        None => MadeFor::Text(shared_text(request.method_arn())),
    }
}

/// Calls the authorizer within its limits. The watch of the call is not ended, because the answer still has to be verified.
async fn answer<A: Authorizer>(
    authorizer: A,
    settings: Arc<Settings>,
    request: AuthorizerRequest,
) -> (Result<Answer, Box<DenialReason>>, CallWatch) {
    let watch = CallWatch::begin(&settings, &request);
    let made_for = made_for(&request);
    if let (Some(breaker), Some(_)) = (&settings.calls.breaker, &settings.observers) {
        breaker.listen(&Listener::new(&settings));
    }
    let response = settings
        .calls
        .call(&authorizer, request, &settings.reader.clock);
    let response = watch.around(response).await;
    let answered = match response {
        Ok(response) => Ok(Answer {
            expiry: response.end(|| settings.caching.clock.now()),
            response,
            made_for,
        }),
        Err(error) => Err(Box::new(error.into())),
    };
    (answered, watch)
}
