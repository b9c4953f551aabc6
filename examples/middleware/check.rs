//! A tower middleware that asks an asynchronous check before it calls the service.

use std::{
    future::Future,
    mem,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use http::{Request, Response, StatusCode, request::Parts};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

/// Puts a [`Check`] around services.
#[must_use = "a layer does nothing until it is put around a service"]
pub struct CheckLayer<F> {
    check: Arc<F>,
}

impl<F> CheckLayer<F> {
    /// `check` reads the head of a request and returns a future. If its output is a value, the service finds the value
    /// in the request's extensions. If it is a status, this is the response, with an empty body.
    pub fn new<A>(check: F) -> Self
    where
        F: Fn(&Parts) -> A,
    {
        let check = Arc::new(check);
        Self { check }
    }
}

impl<S, F> Layer<S> for CheckLayer<F> {
    type Service = Check<S, F>;

    fn layer(&self, inner: S) -> Check<S, F> {
        let check = Arc::clone(&self.check);
        Check { inner, check }
    }
}

/// A service that asks a check before it calls the inner service. Created by [`CheckLayer`].
pub struct Check<S, F> {
    inner: S,
    check: Arc<F>, // A server may clone the service for each request.
}

impl<S, F, A, T, ReqBody, ResBody> Service<Request<ReqBody>> for Check<S, F>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>> + Clone,
    F: Fn(&Parts) -> A,
    A: Future<Output = Result<T, StatusCode>>,
    T: Clone + Send + Sync + 'static,
    ResBody: Default,
{
    type Response = S::Response;
    type Error = S::Error; // A refusal is a response, so there are no errors of its own.
    type Future = CheckFuture<S, A, ReqBody>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        // `self.inner` is the instance that is ready. Its clone is not, so the clone stays here.
        let clone = self.inner.clone();
        let service = mem::replace(&mut self.inner, clone);
        let (parts, body) = request.into_parts();
        let answer = (self.check)(&parts);
        let waiting = Some((service, Request::from_parts(parts, body)));
        CheckFuture {
            state: State::Checking { answer, waiting },
        }
    }
}

pin_project! {
    /// The response future of [`Check`].
    pub struct CheckFuture<S, A, B>
    where
        S: Service<Request<B>>,
    {
        #[pin]
        state: State<A, (S, Request<B>), S::Future>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<A, W, R> {
        Checking { #[pin] answer: A, waiting: Option<W> },
        Serving { #[pin] response: R },
    }
}

impl<S, A, T, B, ResBody> Future for CheckFuture<S, A, B>
where
    S: Service<Request<B>, Response = Response<ResBody>>,
    A: Future<Output = Result<T, StatusCode>>,
    T: Clone + Send + Sync + 'static,
    ResBody: Default,
{
    type Output = Result<S::Response, S::Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.project().state;
        loop {
            match state.as_mut().project() {
                StateProjection::Checking { answer, waiting } => {
                    let answer = ready!(answer.poll(context));
                    // Taken out of the future, so that a refusal drops the ready service now.
                    let (mut service, mut request) =
                        waiting.take().expect("polled after it was ready");
                    match answer {
                        Ok(value) => {
                            request.extensions_mut().insert(value);
                            let response = service.call(request);
                            state.set(State::Serving { response });
                        }
                        Err(status) => return Poll::Ready(Ok(refusal(status))),
                    }
                }
                StateProjection::Serving { response } => return response.poll(context),
            }
        }
    }
}

fn refusal<B: Default>(status: StatusCode) -> Response<B> {
    let mut response = Response::new(B::default());
    *response.status_mut() = status;
    response
}

// Derived, these would ask for `F: Clone`.
impl<F> Clone for CheckLayer<F> {
    fn clone(&self) -> Self {
        let check = Arc::clone(&self.check);
        Self { check }
    }
}

impl<S: Clone, F> Clone for Check<S, F> {
    fn clone(&self) -> Self {
        let (inner, check) = (self.inner.clone(), Arc::clone(&self.check));
        Self { inner, check }
    }
}
