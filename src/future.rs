//! The response future.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use http::{Request, Response};
use pin_project_lite::pin_project;
use tower_service::Service;

use crate::{
    authorizer_context::AuthorizerContext,
    body::{GatewayBody, ResponseBody},
    context::Arrival,
    pipeline::{Refused, refuse},
    resource::ResourceMatch,
    settings::Settings,
};

/// The asking and deciding, which ends in a context for the protected service or in a refusal.
pub(crate) type Authorization =
    Pin<Box<dyn Future<Output = Result<AuthorizerContext, Box<Refused>>> + Send>>;

pin_project! {
    /// The future of [`LambdaAuthorizer`](crate::LambdaAuthorizer). Dropping it, at any point, drops the
    /// authorizer's future or the protected service's, whichever is under way.
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
        Authorizing {
            authorization: Authorization,
            waiting: Option<Waiting<S, B>>,
        },
        Serving {
            #[pin]
            response: S::Future,
        },
    }
}

/// A request that waits for the decision, with the service that was made ready for it.
pub(crate) struct Waiting<S, B> {
    pub(crate) service: S,
    pub(crate) request: Request<B>,
    pub(crate) matched: ResourceMatch,
    pub(crate) arrival: Arrival,
    pub(crate) settings: Arc<Settings>,
}

impl<S: Service<Request<B>>, B> ResponseFuture<S, B> {
    pub(crate) fn refused(response: Response<GatewayBody>) -> Self {
        let response = Some(response);
        Self {
            state: State::Refused { response },
        }
    }

    /// Calls a service that nothing guards.
    pub(crate) fn serving(mut service: S, request: Request<B>) -> Self {
        let response = service.call(request);
        Self {
            state: State::Serving { response },
        }
    }

    pub(crate) fn authorizing(authorization: Authorization, waiting: Waiting<S, B>) -> Self {
        let waiting = Some(waiting);
        Self {
            state: State::Authorizing {
                authorization,
                waiting,
            },
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
                StateProjection::Authorizing {
                    authorization,
                    waiting,
                } => {
                    let decision = ready!(authorization.as_mut().poll(context));
                    let waiting = waiting.take().expect("polled after it was ready");
                    let next = match decision {
                        Ok(caller) => waiting.serve(caller),
                        Err(refused) => waiting.refuse(*refused),
                    };
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
    /// Hands the request to the protected service: the only place where that happens for a guarded request.
    fn serve(mut self, caller: AuthorizerContext) -> State<S, B> {
        self.request.extensions_mut().insert(caller);
        State::Serving {
            response: self.service.call(self.request),
        }
    }

    fn refuse(self, refused: Refused) -> State<S, B> {
        let Refused {
            reason,
            request,
            caller,
        } = refused;
        let (parts, _) = self.request.into_parts();
        let told = Some((request, caller));
        let response = refuse(
            &self.settings,
            &parts,
            &self.matched,
            self.arrival,
            reason,
            told,
        );
        let response = Some(response);
        State::Refused { response }
    }
}

impl<S: Service<Request<B>>, B> fmt::Debug for ResponseFuture<S, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
