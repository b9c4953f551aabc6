//! The service that reads a request's body for an authorizer.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::Request;
use http_body::Body;
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use crate::{
    request::body::RequestBody,
    service::{guard::take_ready, read_body::ReadBody},
};

/// A layer that reads request bodies, up to a limit, for an authorizer that verifies their signature, such as that of a
/// webhook. Put it around a layer with [`request_body`](crate::LambdaAuthorizerLayer::request_body).
///
/// The inner service receives the body unchanged: the same bytes in the same frames, with its trailers, and with an
/// error in the same place. If a body is larger than the limit, this layer stops reading it. Then the layer with
/// `request_body` responds with 413. A service without such a layer still receives the whole body.
///
/// ```
/// # tokio_test::block_on(async {
/// use http::{Request, Response};
/// use http_body::Body as _;
/// use http_body_util::{BodyExt, Full};
/// use tower::{ServiceBuilder, ServiceExt, service_fn};
/// use tower_lambda_authorizer::{
///     AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
///     request_body::{ReadBody, ReadRequestBodyLayer},
/// };
///
/// type Body = Full<bytes::Bytes>;
///
/// // Stands in for the check of a signature, which takes constant time.
/// fn is_signed(body: &[u8], signature: &str) -> bool { body == b"ping" && signature == "s" }
///
/// let authorizer = authorizer_fn(|request| async move {
///     let signature = request.header("x-signature").unwrap_or_default();
///     let body = request.body().map(|body| &body[..]).unwrap_or_default();
///     Ok(if is_signed(body, &signature) {
///         AuthorizerResponse::allow(request.method_arn())
///     } else {
///         AuthorizerResponse::deny("*")
///     })
/// });
/// let layer = LambdaAuthorizerLayer::request(authorizer, "method.request.header.X-Signature")?
///     .request_body()?;
/// let service = ServiceBuilder::new()
///     .layer(ReadRequestBodyLayer::new(64 * 1024))
///     .layer(layer)
///     .service(service_fn(async |request: Request<ReadBody<Body>>| {
///         assert_eq!(request.into_body().collect().await?.to_bytes(), "ping");
///         Ok::<_, std::convert::Infallible>(Response::new(Body::default()))
///     }));
///
/// for (body, status) in [("ping", 200), ("pong", 403)] {
///     let request = Request::post("/hook").header("x-signature", "s").body(Body::from(body))?;
///     assert_eq!(service.clone().oneshot(request).await?.status(), status);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
///
/// Bodies are read before anything is checked. So any client can make the service hold a body of this size in memory
/// for as long as it sends. Choose a limit that is as small as possible, and put a timeout and a limit of concurrent
/// requests around this layer. A layer between the two must not change the body.
///
/// API Gateway does not pass the body to an authorizer, and events do not contain it.
#[derive(Debug, Clone, Copy)]
#[must_use = "a layer does nothing until it is put around a service"]
pub struct ReadRequestBodyLayer {
    limit: usize,
}

impl ReadRequestBodyLayer {
    /// Creates a layer that reads bodies of up to `limit` bytes. With zero, only empty bodies are accepted.
    pub fn new(limit: usize) -> Self {
        Self { limit }
    }
}

impl<S: Clone> Layer<S> for ReadRequestBodyLayer {
    type Service = ReadRequestBody<S>;

    fn layer(&self, inner: S) -> ReadRequestBody<S> {
        let limit = self.limit;
        ReadRequestBody { inner, limit }
    }
}

/// A service that reads the body of a request before it calls the inner service. Created by [`ReadRequestBodyLayer`].
#[derive(Debug, Clone)]
pub struct ReadRequestBody<S> {
    inner: S,
    limit: usize,
}

impl<S> ReadRequestBody<S> {
    /// Returns a reference to the inner service.
    pub fn get_ref(&self) -> &S {
        &self.inner
    }

    /// Returns a mutable reference to the inner service. Requests that you send to it directly have no
    /// [`RequestBody`](crate::request_body::RequestBody) in their extensions.
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// Returns the inner service.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S, B> Service<Request<B>> for ReadRequestBody<S>
where
    S: Service<Request<ReadBody<B>>> + Clone,
    B: Body<Data = Bytes>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = ReadRequestBodyFuture<S, B>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        ReadRequestBodyFuture {
            state: State::Reading {
                service: take_ready(&mut self.inner),
                request: Some(request.map(ReadBody::new)),
                limit: self.limit,
            },
        }
    }
}

pin_project! {
    /// The response future of [`ReadRequestBody`].
    pub struct ReadRequestBodyFuture<S, B>
    where
        S: Service<Request<ReadBody<B>>>,
        B: Body,
    {
        #[pin]
        state: State<S, B>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<S, B>
    where
        S: Service<Request<ReadBody<B>>>,
        B: Body,
    {
        Reading {
            service: S,
            request: Option<Request<ReadBody<B>>>,
            limit: usize,
        },
        Serving {
            #[pin]
            response: S::Future,
        },
    }
}

impl<S, B> Future for ReadRequestBodyFuture<S, B>
where
    S: Service<Request<ReadBody<B>>>,
    B: Body<Data = Bytes>,
{
    type Output = Result<S::Response, S::Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            match this.state.as_mut().project() {
                StateProjection::Reading {
                    service,
                    request,
                    limit,
                } => {
                    let reading = request.as_mut().expect("polled after it was ready");
                    let read = ready!(reading.body_mut().poll_read(*limit, context));
                    let mut request = request.take().expect("it was there");
                    request.extensions_mut().insert(RequestBody::new(read));
                    let response = service.call(request);
                    this.state.set(State::Serving { response });
                }
                StateProjection::Serving { response } => return response.poll(context),
            }
        }
    }
}

impl<S, B> fmt::Debug for ReadRequestBodyFuture<S, B>
where
    S: Service<Request<ReadBody<B>>>,
    B: Body,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadRequestBodyFuture")
            .finish_non_exhaustive()
    }
}
