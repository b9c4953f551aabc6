//! The response future of the service.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use futures_util::FutureExt;
use http::{Request, Response, request::Parts};
use pin_project_lite::pin_project;
use tower_service::Service;

use crate::{
    authorizer::{AuthorizerContext, RequestFacts},
    cache::{Cached, FetchResult, Origin},
    explanation::ShadowDenial,
    observe::{CancelWatch, Decided, Witness, events},
    pipeline::{Asked, Asking, settings::Settings},
    request::context::Arrival,
    service::{
        body::ResponseBody,
        refuse::{Consequence, Refused, refuse},
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
            response: Option<Response<Bytes>>,
        },
        Asking {
            asking: Asking,
            waiting: Option<Waiting<S, B>>,
        },
        Serving {
            #[pin]
            response: S::Future,
        },
        /// Like `Serving`, for a request that the layer would have refused.
        Shadowed {
            #[pin]
            response: S::Future,
            denial: Option<ShadowDenial>,
        },
    }
}

/// A request that waits for the authorizer, with the service that is ready for it.
pub(crate) struct Waiting<S, B> {
    pub(crate) request: CancelWatch,
    pub(crate) service: S,
    pub(crate) body: B,
}

impl<S: Service<Request<B>>, B> ResponseFuture<S, B> {
    pub(crate) fn refused(response: Response<Bytes>) -> Self {
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

    /// Calls the service, which must be ready, with a request that the layer would have refused.
    pub(crate) fn shadowed(service: &mut S, request: Request<B>, denial: ShadowDenial) -> Self {
        Self {
            state: State::shadowed(service, request, denial),
        }
    }

    pub(crate) fn asking(asking: Asking, waiting: Waiting<S, B>) -> Self {
        let waiting = Some(waiting);
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

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.as_mut().project().state.project() {
            StateProjection::Serving { response } => response
                .poll(context)
                .map_ok(|response| response.map(ResponseBody::inner)),
            StateProjection::Refused { response } => Poll::Ready(Ok(refused(response))),
            StateProjection::Asking { .. } => self.poll_asking(context),
            StateProjection::Shadowed { response, denial } => {
                poll_shadowed(response, denial, context)
            }
        }
    }
}

impl<S, B, ResBody> ResponseFuture<S, B>
where
    S: Service<Request<B>, Response = Response<ResBody>>,
{
    /// Goes on with another state when the authorizer's result is there.
    #[inline(never)] // A hit does not pay for it.
    fn poll_asking(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Result<Response<ResponseBody<ResBody>>, S::Error>> {
        let mut state = self.as_mut().project().state;
        if let StateProjection::Asking { asking, waiting } = state.as_mut().project() {
            let outcome = ready!(asking.poll_unpin(context));
            let waiting = waiting.take().expect("polled after it was ready");
            let next = waiting.decided(outcome, asking);
            state.set(next);
        }
        self.poll(context)
    }
}

#[inline(never)] // A hit does not pay for it.
fn refused<ResBody>(response: &mut Option<Response<Bytes>>) -> Response<ResponseBody<ResBody>> {
    let response = response.take().expect("polled after it was ready");
    response.map(ResponseBody::gateway)
}

#[inline(never)] // A hit does not pay for it.
fn poll_shadowed<F, ResBody, E>(
    response: Pin<&mut F>,
    denial: &mut Option<ShadowDenial>,
    context: &mut Context<'_>,
) -> Poll<Result<Response<ResponseBody<ResBody>>, E>>
where
    F: Future<Output = Result<Response<ResBody>, E>>,
{
    let mut response = ready!(response.poll(context))?;
    if let Some(denial) = denial.take() {
        response.extensions_mut().insert(denial);
    }
    Poll::Ready(Ok(response.map(ResponseBody::inner)))
}

impl<S: Service<Request<B>>, B> State<S, B> {
    /// Calls the service, which must be ready, with a request that the authorizer's result allows.
    #[inline] // Otherwise the request's parts would be moved once more.
    fn serving(mut service: S, mut parts: Parts, body: B, caller: AuthorizerContext) -> Self {
        Witness::of(&parts).passed(&caller);
        parts.extensions.insert(caller);
        Self::Serving {
            response: service.call(Request::from_parts(parts, body)),
        }
    }

    /// Refuses a request. If the layer is in shadow, calls the service instead, which must be ready.
    fn refusing(mut service: S, body: B, refused: Refused) -> Self {
        match refused.consequence() {
            Consequence::Answered(denial, witness) => Self::Refused {
                response: Some(refuse(denial, &witness)),
            },
            Consequence::Shadowed(parts, denial) => {
                let request = Request::from_parts(*parts, body);
                Self::shadowed(&mut service, request, denial)
            }
        }
    }

    fn shadowed(service: &mut S, request: Request<B>, denial: ShadowDenial) -> Self {
        Self::Shadowed {
            response: service.call(request),
            denial: Some(denial),
        }
    }
}

impl<S: Service<Request<B>>, B> Waiting<S, B> {
    /// What happens to the request after this outcome of the authorizer's call.
    fn decided(self, outcome: FetchResult, asking: &Asking) -> State<S, B> {
        let Self {
            request,
            service,
            body,
        } = self;
        let (pending, settings) = request.stop();
        let returned = pending.returned();
        let origin = Origin::of(&outcome);
        let asked = || asking.asked(origin, || returned.took(&settings));
        let result = outcome.as_ref().ok();
        let result = result.filter(|_| settings.observers.is_some());
        let result = result.map(|found| Arc::clone(&found.cached));
        match returned.decide(&settings, outcome, asked) {
            Ok(caller) => {
                report_allowed(&settings, returned.facts(), result.as_ref(), asked);
                State::serving(service, returned.into_parts(), body, caller)
            }
            Err(denied) => {
                let RequestFacts {
                    parts,
                    matched,
                    arrival,
                    ..
                } = returned.into_facts();
                let refused = Refused::new(&settings, parts, matched, arrival, denied);
                State::refusing(service, body, refused)
            }
        }
    }
}

/// Reports that the result allows the request. Without observers, there is no `result`.
fn report_allowed(
    settings: &Settings,
    facts: &RequestFacts,
    result: Option<&Arc<Cached>>,
    asked: impl Fn() -> Asked,
) {
    let RequestFacts {
        parts,
        matched,
        arrival,
        ..
    } = facts;
    events::allowed(settings, parts, Some(matched), &asked);
    if let Some(result) = result {
        let decided = Decided {
            settings,
            parts,
            matched: Some(matched),
            arrival: &Arrival::at(*arrival),
        };
        decided.allowed(result, asked);
    }
}

impl<S: Service<Request<B>>, B> fmt::Debug for ResponseFuture<S, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
