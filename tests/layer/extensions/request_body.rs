//! The authorizer sees the body, the service receives it unchanged, and no result is cached.

use std::{
    collections::VecDeque,
    convert::Infallible,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt, Full};
use tower::{Layer, Service, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    AnonymousRequests, AuthorizerRequest, AuthorizerResponse, BoxAuthorizer, ConfigError, Denial,
    LambdaAuthorizerLayer, authorizer_fn,
    request_body::{ReadBody, ReadRequestBodyLayer, RequestBody},
};

/// A body that returns each frame after it was pending once, and panics if it is polled after its end.
pub(super) struct Pieces {
    frames: VecDeque<Result<Frame<Bytes>, &'static str>>,
    is_due: bool,
    has_ended: bool,
    polled: Arc<AtomicUsize>,
}

impl Pieces {
    pub(super) fn new(frames: Vec<Result<Frame<Bytes>, &'static str>>) -> Self {
        Self {
            frames: frames.into(),
            is_due: false,
            has_ended: false,
            polled: Arc::default(),
        }
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = &'static str;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, &'static str>>> {
        self.is_due = !self.is_due;
        if self.is_due {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.polled.fetch_add(1, SeqCst);
        let frame = self.frames.pop_front();
        assert!(!self.has_ended, "polled after its end");
        self.has_ended = frame.as_ref().is_none_or(Result::is_err);
        Poll::Ready(frame)
    }

    fn size_hint(&self) -> SizeHint {
        let frames = self.frames.iter().filter_map(|frame| frame.as_ref().ok());
        let data = frames.filter_map(Frame::data_ref);
        SizeHint::with_exact(data.map(|data| data.len() as u64).sum())
    }
}

pub(super) fn data(text: &'static str) -> Result<Frame<Bytes>, &'static str> {
    Ok(Frame::data(Bytes::from_static(text.as_bytes())))
}

pub(super) fn trailers() -> Result<Frame<Bytes>, &'static str> {
    let mut trailers = HeaderMap::new();
    trailers.insert("x-checksum", "7".parse().unwrap());
    Ok(Frame::trailers(trailers))
}

/// Allows the body `a-b-c`, and counts calls.
fn layer(asked: &Arc<AtomicUsize>) -> LambdaAuthorizerLayer<BoxAuthorizer> {
    let asked = Arc::clone(asked);
    let authorizer = authorizer_fn(move |request: AuthorizerRequest| {
        asked.fetch_add(1, SeqCst);
        let is_right = request.body().is_some_and(|body| body == "a-b-c");
        async move {
            Ok(if is_right {
                AuthorizerResponse::allow("*")
            } else {
                AuthorizerResponse::deny("*")
            })
        }
    });
    LambdaAuthorizerLayer::token(BoxAuthorizer::new(authorizer))
}

/// The frames of a body, as text.
async fn pieces<B: Body<Data = Bytes, Error = &'static str>>(body: B) -> Vec<String> {
    let mut body = Box::pin(body);
    let mut pieces = Vec::new();
    while let Some(frame) = body.frame().await {
        pieces.push(match frame {
            Err(error) => format!("error {error}"),
            Ok(frame) => match frame.into_data() {
                Ok(data) => String::from_utf8(data.to_vec()).unwrap(),
                Err(frame) => format!("{:?}", frame.into_trailers().unwrap()),
            },
        });
    }
    pieces
}

type Seen = (Option<u64>, Vec<String>);

async fn send(
    layer: LambdaAuthorizerLayer<BoxAuthorizer>,
    limit: usize,
    body: Pieces,
) -> Response<Option<Seen>> {
    let inner = service_fn(async |request: Request<ReadBody<Pieces>>| {
        let size = request.body().size_hint().exact();
        let seen = (size, pieces(request.into_body()).await);
        let response = Response::builder().extension(seen);
        Ok::<_, Infallible>(response.body(Full::<Bytes>::default()).unwrap())
    });
    let service = ReadRequestBodyLayer::new(limit).layer(layer.layer(inner));
    let request = Request::post("/hook").header("authorization", "t");
    let response = service.oneshot(request.body(body).unwrap()).await.unwrap();
    let seen = response.extensions().get::<Seen>().cloned();
    response.map(|_| seen)
}

#[tokio::test]
async fn the_service_receives_the_body_unchanged() {
    let asked = Arc::default();
    let layer = layer(&asked).request_body().unwrap();
    for (index, frames) in [
        vec![data("a-b-c")],
        vec![data("a-"), data(""), data("b-c"), trailers()],
    ]
    .into_iter()
    .enumerate()
    {
        let response = send(layer.clone(), 5, Pieces::new(frames)).await;
        assert_eq!(response.status(), 200);
        let (size, seen) = response.body().clone().unwrap();
        assert_eq!(size, Some(5));
        let expected: &[&str] = match index {
            0 => &["a-b-c"],
            _ => &["a-", "", "b-c", r#"{"x-checksum": "7"}"#],
        };
        assert_eq!(seen, expected);
    }
    // The same token with another body causes another call, in both orders.
    for (text, status) in [("a-b-x", 403), ("", 403), ("a-b-c", 200)] {
        let response = send(layer.clone(), 5, Pieces::new(vec![data(text)])).await;
        assert_eq!(response.status(), status);
    }
    assert_eq!(asked.load(SeqCst), 5);
}

/// Whoever keeps the denial to log it later.
#[tokio::test]
async fn a_denial_does_not_keep_the_body() {
    struct Owner {
        _in_use: Arc<()>,
    }

    impl AsRef<[u8]> for Owner {
        fn as_ref(&self) -> &[u8] {
            b"a-b-x"
        }
    }

    let in_use = Arc::new(());
    let body = Bytes::from_owner(Owner {
        _in_use: Arc::clone(&in_use),
    });
    let body = Pieces::new(vec![Ok(Frame::data(body))]);
    let layer = layer(&Arc::default()).request_body().unwrap();
    let response = send(layer, 5, body).await;
    assert_eq!(response.status(), 403);
    assert!(response.extensions().get::<Denial>().is_some());
    assert_eq!(Arc::strong_count(&in_use), 1);
}

#[tokio::test]
async fn a_body_that_cannot_be_read_completely_is_refused() {
    let asked = Arc::default();
    let layer = layer(&asked).request_body().unwrap();
    let endless = Pieces::new((0..100_000).map(|_| data("")).collect());
    let polled = Arc::clone(&endless.polled);
    for (body, status) in [
        (Pieces::new(vec![data("a-b-c"), data("d")]), 413),
        (endless, 413),
        (Pieces::new(vec![data("a-b-c"), Err("cut")]), 400),
    ] {
        let response = send(layer.clone(), 5, body).await;
        assert_eq!(response.status(), status);
        assert!(response.body().is_none());
        assert!(response.extensions().get::<Denial>().is_some());
    }
    assert!(polled.load(SeqCst) < 20_000);
    // Without a `ReadRequestBodyLayer`, the body was not read.
    let inner = service_fn(async |_: Request<Full<Bytes>>| {
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
    });
    let request = Request::post("/hook").header("authorization", "t");
    let request = request.body(Full::from("a-b-c")).unwrap();
    let response = layer.layer(inner).oneshot(request).await.unwrap();
    assert_eq!(response.status(), 500);
    let why = response.extensions().get::<Denial>().unwrap().to_string();
    assert!(why.contains("`ReadRequestBodyLayer`"), "{why}");
    assert_eq!(asked.load(SeqCst), 0);
}

/// If the layer does not read the body for the authorizer, a body of any length passes.
#[tokio::test]
async fn without_an_authorizer_that_reads_it_a_body_passes_unchanged() {
    let asked = Arc::default();
    let without = layer(&asked);
    let response = send(without.clone(), 5, Pieces::new(vec![data("a-b-c")])).await;
    assert_eq!(response.status(), 403);
    let anybody = without
        .identity_sources("method.request.header.X-Key")
        .unwrap()
        .anonymous_requests(AnonymousRequests::PassOn)
        .unwrap();
    let frames = vec![data("a-b-c"), data("d"), data("e"), Err("cut")];
    let response = send(anybody.clone(), 5, Pieces::new(frames)).await;
    let (size, seen) = response.body().clone().unwrap();
    assert_eq!(size, Some(7));
    assert_eq!(seen, ["a-b-c", "d", "e", "error cut"]);
    let response = send(anybody, 5, Pieces::new(vec![data("a"), Err("cut")])).await;
    assert_eq!(response.body().clone().unwrap().1, ["a", "error cut"]);
}

#[tokio::test]
async fn an_explanation_receives_the_body() {
    let asked = Arc::default();
    let layer = layer(&asked).request_body().unwrap();
    let request = || Request::post("/hook").header("authorization", "t");
    let body = RequestBody::from(Bytes::from_static(b"a-b-c"));
    assert!(!format!("{body:?}").contains("a-b"));
    let why = layer
        .explain(request().extension(body).body(()).unwrap())
        .await;
    assert!(why.is_allowed(), "{why}");
    let why = layer.explain(request().body(()).unwrap()).await;
    assert!(why.reason().contains("`ReadRequestBodyLayer`"), "{why}");
}

#[test]
fn a_result_that_depends_on_a_body_is_not_kept() {
    let asked = Arc::default();
    let minute = Duration::from_secs(60);
    let kept = layer(&asked).result_ttl(minute).unwrap();
    assert_eq!(kept.request_body().unwrap_err(), ConfigError::RequestBody);
    let given = layer(&asked).request_body().unwrap();
    assert!(given.clone().result_ttl(Duration::ZERO).is_ok());
    assert_eq!(
        given.result_ttl(minute).unwrap_err(),
        ConfigError::RequestBody
    );
}

/// The layer around must also call the service that was ready.
#[tokio::test]
async fn the_ready_service_is_the_one_that_is_called() {
    let limited = tower::limit::ConcurrencyLimit::new(
        service_fn(async |request: Request<ReadBody<Full<Bytes>>>| {
            Ok::<_, Infallible>(request.into_body().collect().await.unwrap().to_bytes())
        }),
        1,
    );
    let mut service = ReadRequestBodyLayer::new(5).layer(limited);
    for _ in 0..3 {
        let request = Request::new(Full::from("body of any length"));
        let response = service.ready().await.unwrap().call(request).await.unwrap();
        assert_eq!(response, "body of any length");
    }
}

/// axum's routes have another body type.
#[tokio::test]
async fn the_layer_works_in_an_axum_router() {
    let asked = Arc::default();
    let guard = tower::ServiceBuilder::new()
        .layer(ReadRequestBodyLayer::new(5))
        .layer(layer(&asked).request_body().unwrap());
    let app = axum::Router::new()
        .route("/hook", axum::routing::post(async |body: String| body))
        .route_layer(guard);
    for (body, status) in [("a-b-c", 200), ("a-b-x", 403), ("a-b-c-d", 413)] {
        let request = Request::post("/hook").header("authorization", "t");
        let request = request.body(axum::body::Body::from(body)).unwrap();
        let response = app.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), status);
        let served = response.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(status == 200, served == body);
    }
}
