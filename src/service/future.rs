//! The response future of the service.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use futures_util::FutureExt;
use http::{Request, Response, request::Parts};
use pin_project_lite::pin_project;
use tower_service::Service;

use crate::{
    authorizer::AuthorizerContext,
    cache::{Cached, Outcome},
    observe::{self, Witness},
    pipeline::{Asked, Asking, Denied, Spellings, Target, decide, settings::Settings},
    request::{context::Arrival, resource::ResourceMatch},
    service::{
        body::{GatewayBody, ResponseBody},
        refuse::{Refused, refuse},
    },
};

pin_project! {
    /// The response future of [`LambdaAuthorizer`](crate::LambdaAuthorizer).
    ///
    /// Dropping it drops the future that it waits for: the inner service's, or the authorizer's, unless other requests
    /// wait for the same call.
    pub struct ResponseFuture<S, B>
    where
        S: Service<Request<B>>,
    {
        #[pin]
        state: State<S, B>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<S, B>
    where
        S: Service<Request<B>>,
    {
        Refused {
            response: Option<Response<GatewayBody>>,
        },
        Asking {
            asking: Asking,
            // Boxed, so that the future is small for a request that does not need the authorizer.
            waiting: Option<Box<Waiting<S, B>>>,
        },
        Serving {
            #[pin]
            response: S::Future,
        },
    }
}

/// A request that waits for the authorizer, with the service that is ready for it.
pub(crate) struct Waiting<S, B> {
    pub(crate) service: S,
    pub(crate) parts: Parts,
    pub(crate) body: B,
    pub(crate) matched: ResourceMatch,
    pub(crate) arrival: Arrival,
    pub(crate) settings: Arc<Settings>,
    pub(crate) spellings: Spellings,
    /// The values of the identity sources.
    pub(crate) identity: Arc<[String]>,
}

impl<S: Service<Request<B>>, B> ResponseFuture<S, B> {
    pub(crate) fn refused(response: Response<GatewayBody>) -> Self {
        let response = Some(response);
        Self {
            state: State::Refused { response },
        }
    }

    /// Calls the service, which must be ready.
    pub(crate) fn serving(service: &mut S, request: Request<B>) -> Self {
        let response = service.call(request);
        Self {
            state: State::Serving { response },
        }
    }

    pub(crate) fn asking(asking: Asking, waiting: Waiting<S, B>) -> Self {
        let waiting = Some(Box::new(waiting));
        Self {
            state: State::Asking { asking, waiting },
        }
    }
}

impl<S, B, ResBody> Future for ResponseFuture<S, B>
where
    S: Service<Request<B>, Response = Response<ResBody>>,
{
    type Output = Result<Response<ResponseBody<ResBody>>, S::Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            match this.state.as_mut().project() {
                StateProjection::Refused { response } => {
                    let response = response.take().expect("polled after it was ready");
                    return Poll::Ready(Ok(response.map(ResponseBody::gateway)));
                }
                StateProjection::Asking { asking, waiting } => {
                    let outcome = ready!(asking.poll_unpin(context));
                    let waiting = waiting.take().expect("polled after it was ready");
                    let next = waiting.go_on(outcome, asking);
                    this.state.set(next);
                }
                StateProjection::Serving { response } => {
                    return response
                        .poll(context)
                        .map_ok(|response| response.map(ResponseBody::inner));
                }
            }
        }
    }
}

impl<S: Service<Request<B>>, B> Waiting<S, B> {
    /// Takes `self` in its box, because it is large.
    fn go_on(self: Box<Self>, outcome: Outcome, asking: &Asking) -> State<S, B> {
        let decided = match outcome {
            Ok(cached) => self.decide(&cached, asking),
            Err(reason) => Err(Denied::without_policy(reason, self.asked(asking))),
        };
        match decided {
            Ok(caller) => {
                let asked = || self.asked(asking);
                observe::allowed(&self.settings, &self.parts, Some(&self.matched), asked);
                self.serve(caller)
            }
            Err(denied) => self.refuse(denied),
        }
    }

    fn decide(&self, cached: &Arc<Cached>, asking: &Asking) -> Result<AuthorizerContext, Denied> {
        let uri = self.matched.original_uri(&self.parts.uri);
        let (settings, method) = (&self.settings, &self.parts.method);
        let target = Target::new(settings, method, uri);
        let target = target.with_spellings(&self.spellings);
        decide(&self.parts, &target, cached, || self.asked(asking))
    }

    fn asked(&self, asking: &Asking) -> Asked {
        let clock = &self.settings.reader.clock;
        asking.asked(|| {
            let arrived = self.arrival.noted(clock).time;
            clock.now().duration_since(arrived).unwrap_or_default()
        })
    }

    #[expect(
        clippy::boxed_local,
        reason = "its fields are moved out without moving the whole"
    )]
    fn serve(mut self: Box<Self>, caller: AuthorizerContext) -> State<S, B> {
        Witness::of(&self.parts).passed(&caller);
        self.parts.extensions.insert(caller);
        let Self {
            mut service,
            parts,
            body,
            ..
        } = *self;
        State::Serving {
            response: service.call(Request::from_parts(parts, body)),
        }
    }

    #[expect(
        clippy::boxed_local,
        reason = "its fields are moved out without moving the whole"
    )]
    fn refuse(self: Box<Self>, denied: Denied) -> State<S, B> {
        let Self {
            parts,
            matched,
            arrival,
            settings,
            identity,
            ..
        } = *self;
        let refused = Refused {
            parts,
            matched,
            arrival,
        };
        let response = Some(refuse(&settings, refused, denied, &identity));
        State::Refused { response }
    }
}

impl<S: Service<Request<B>>, B> fmt::Debug for ResponseFuture<S, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
