//! The request's body for an authorizer: read up to a limit, and handed on as it came.

use std::{
    collections::VecDeque,
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Bytes, BytesMut};
use http::Request;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use crate::{
    request::body::{BodyProblem, RequestBody},
    service::guard::take_ready,
};

/// A body of more frames than this is as good as too large: each takes memory, however little is in it.
const MOST_FRAMES: usize = 16 * 1024;

/// Reads the bodies of requests, up to a limit, for an authorizer that verifies a signature of them: a webhook's. It goes
/// around a layer with [`request_body`](crate::LambdaAuthorizerLayer::request_body).
///
/// The service behind gets the body as it came: the same bytes in the same frames, with its trailers, and with an error in
/// the same place. A body above the limit is not read further. The layer with `request_body` answers it with 413; a
/// service without such a layer gets all of it.
///
/// ```
/// # tokio_test::block_on(async {
/// use http::{Request, Response};
/// use http_body::Body as _;
/// use http_body_util::{BodyExt, Full};
/// use tower::{ServiceBuilder, ServiceExt, service_fn};
/// use tower_lambda_authorizer::{
///     AuthorizerResponse, LambdaAuthorizerLayer, ReadBody, RequestBodyLayer, authorizer_fn,
/// };
/// # type Body = Full<bytes::Bytes>;
/// # fn is_signed(body: &[u8], signature: &str) -> bool { body == b"ping" && signature == "s" }
///
/// let authorizer = authorizer_fn(|request| async move {
///     let signature = request.header("x-signature").unwrap_or_default();
///     let body = request.body().map(|body| &body[..]).unwrap_or_default();
///     Ok(match is_signed(body, &signature) {
///         true => AuthorizerResponse::allow(request.method_arn()),
///         false => AuthorizerResponse::deny("*"),
///     })
/// });
/// let layer = LambdaAuthorizerLayer::request(authorizer, "method.request.header.X-Signature")?
///     .request_body()?;
/// let service = ServiceBuilder::new()
///     .layer(RequestBodyLayer::new(64 * 1024))
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
/// Bodies are read before anything is checked, so anybody can have so much memory taken, for as long as he sends: choose
/// the limit as small as it can be, and put a timeout and a limit of concurrent requests around this layer. A layer
/// between the two must not change the body.
///
/// API Gateway gives an authorizer no body, and events have none.
#[derive(Debug, Clone, Copy)]
#[must_use = "a layer does nothing until it is put around a service"]
pub struct RequestBodyLayer {
    limit: usize,
}

impl RequestBodyLayer {
    /// With the most bytes that a body may have.
    pub fn new(limit: usize) -> Self {
        Self { limit }
    }
}

impl<S> Layer<S> for RequestBodyLayer {
    type Service = ReadRequestBody<S>;

    fn layer(&self, inner: S) -> ReadRequestBody<S> {
        let limit = self.limit;
        ReadRequestBody { inner, limit }
    }
}

/// A service whose requests' bodies are read first. Made by [`RequestBodyLayer`].
#[derive(Debug, Clone)]
pub struct ReadRequestBody<S> {
    inner: S,
    limit: usize,
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
    /// The future of [`ReadRequestBody`].
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

/// A body whose beginning, or all of it, was read already, and comes again.
pub struct ReadBody<B: Body> {
    read: VecDeque<Result<Frame<B::Data>, B::Error>>,
    /// How many bytes are in what was read.
    length: usize,
    /// None once it has ended.
    rest: Option<Pin<Box<B>>>,
}

impl<B: Body> ReadBody<B> {
    fn new(body: B) -> Self {
        Self {
            read: VecDeque::new(),
            length: 0,
            rest: (!body.is_end_stream()).then(|| Box::pin(body)),
        }
    }
}

impl<B: Body<Data = Bytes>> ReadBody<B> {
    /// Reads on, to the end or the limit.
    fn poll_read(
        &mut self,
        limit: usize,
        context: &mut Context<'_>,
    ) -> Poll<Result<Bytes, BodyProblem>> {
        while let Some(rest) = &mut self.rest {
            let Some(frame) = ready!(rest.as_mut().poll_frame(context)) else {
                self.rest = None;
                break;
            };
            let is_broken = frame.is_err();
            let data = frame.as_ref().ok().and_then(Frame::data_ref);
            self.length = self.length.saturating_add(data.map_or(0, Bytes::len));
            self.read.push_back(frame);
            if is_broken {
                self.rest = None;
                return Poll::Ready(Err(BodyProblem::Broken));
            }
            if self.length > limit || self.read.len() > MOST_FRAMES {
                return Poll::Ready(Err(BodyProblem::TooLarge { limit }));
            }
        }
        Poll::Ready(Ok(self.bytes()))
    }

    fn bytes(&self) -> Bytes {
        let frames = self.read.iter().filter_map(|frame| frame.as_ref().ok());
        let mut data = frames.filter_map(Frame::data_ref);
        match (data.next(), data.next()) {
            (None, _) => Bytes::new(),
            (Some(only), None) => only.clone(),
            (Some(first), Some(second)) => {
                let mut bytes = BytesMut::with_capacity(self.length);
                let all = [first, second].into_iter().chain(data);
                all.for_each(|data| bytes.extend_from_slice(data));
                bytes.freeze()
            }
        }
    }
}

impl<B: Body<Data = Bytes>> Body for ReadBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        if let Some(frame) = self.read.pop_front() {
            let data = frame.as_ref().ok().and_then(Frame::data_ref);
            self.length -= data.map_or(0, Bytes::len);
            return Poll::Ready(Some(frame));
        }
        let Some(rest) = &mut self.rest else {
            return Poll::Ready(None);
        };
        let frame = ready!(rest.as_mut().poll_frame(context));
        if frame.as_ref().is_none_or(Result::is_err) {
            self.rest = None;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        let rest = self.rest.as_ref();
        self.read.is_empty() && rest.is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let read = self.length as u64;
        let rest = self.rest.as_ref().map(Body::size_hint);
        let rest = rest.unwrap_or_else(|| SizeHint::with_exact(0));
        let mut hint = SizeHint::new();
        hint.set_lower(rest.lower().saturating_add(read));
        if let Some(upper) = rest.upper().and_then(|upper| upper.checked_add(read)) {
            hint.set_upper(upper);
        }
        hint
    }
}

// Nothing in it is pinned but what is in a box.
impl<B: Body> Unpin for ReadBody<B> {}

impl<B: Body> fmt::Debug for ReadBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadBody").finish_non_exhaustive()
    }
}
