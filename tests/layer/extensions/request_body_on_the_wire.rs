//! Bodies over real connections, which hyper reads.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use axum::body::Body;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::timeout,
};
use tower::{ServiceBuilder, ServiceExt, layer::layer_fn, service_fn};
use tower_lambda_authorizer::{
    AuthorizerRequest, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
    request_body::ReadRequestBodyLayer,
};

use super::request_body::{Pieces, data, trailers};

const LIMIT: usize = 100_000;

/// A server that returns the body that it received. Its layers record calls and statuses.
struct Server {
    address: std::net::SocketAddr,
    asked: Arc<AtomicUsize>,
    served: Arc<AtomicUsize>,
    /// The status of each request, or `None` if it was dropped.
    ended: mpsc::UnboundedReceiver<Option<StatusCode>>,
}

/// Reports how a request ended when it is dropped.
struct Ending {
    status: Option<StatusCode>,
    ended: mpsc::UnboundedSender<Option<StatusCode>>,
}

impl Ending {
    fn ends_with(&mut self, status: StatusCode) {
        self.status = Some(status);
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        let _ = self.ended.send(self.status);
    }
}

/// The signature consists of the body's length and the sum of its bytes.
fn signature(body: &[u8]) -> String {
    let sum: u64 = body.iter().map(|byte| u64::from(*byte)).sum();
    format!("{}-{sum}", body.len())
}

impl Server {
    async fn start() -> Self {
        let (asked, served) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let count = Arc::clone(&asked);
        let authorizer = authorizer_fn(move |request: AuthorizerRequest| {
            count.fetch_add(1, SeqCst);
            let signed = request.body().map(|body| signature(body));
            let is_right = signed.as_deref() == request.token();
            async move {
                Ok(if is_right {
                    AuthorizerResponse::allow(request.method_arn())
                } else {
                    AuthorizerResponse::deny("*")
                })
            }
        });
        let count = Arc::clone(&served);
        let echo = move |request: Request<Body>| {
            count.fetch_add(1, SeqCst);
            async move { Response::new(Body::new(request.into_body())) }
        };
        let (ends, ended) = mpsc::unbounded_channel();
        let watch = layer_fn(move |inner: axum::routing::Route| {
            let ends = ends.clone();
            service_fn(move |request: Request<Body>| {
                let mut ending = Ending {
                    status: None,
                    ended: ends.clone(),
                };
                let response = inner.clone().oneshot(request);
                async move {
                    let response = response.await?;
                    ending.ends_with(response.status());
                    Ok::<_, Infallible>(response)
                }
            })
        });
        let guard = ServiceBuilder::new()
            .layer(ReadRequestBodyLayer::new(LIMIT))
            .layer(
                LambdaAuthorizerLayer::token(authorizer)
                    .request_body()
                    .unwrap(),
            );
        let app = axum::Router::new()
            .route("/hook", axum::routing::any(echo))
            .route_layer(guard)
            .route_layer(watch);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self {
            address,
            asked,
            served,
            ended,
        }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// How the next request ended. No request waits for data that the client does not send.
    async fn end(&mut self) -> Option<StatusCode> {
        let end = timeout(Duration::from_secs(120), self.ended.recv());
        end.await.expect("the request does not end").unwrap()
    }

    /// How often the authorizer and the service were called.
    fn counts(&self) -> (usize, usize) {
        (self.asked.swap(0, SeqCst), self.served.swap(0, SeqCst))
    }
}

fn head(signature: &str, framing: &str) -> String {
    format!("POST /hook HTTP/1.1\r\nhost: x\r\nauthorization: {signature}\r\n{framing}\r\n\r\n")
}

/// All values of a byte, in chunks of different lengths.
fn chunked(body: &[u8]) -> Vec<u8> {
    let mut wire = Vec::new();
    let (mut rest, mut length) = (body, 1);
    while !rest.is_empty() {
        let (chunk, after) = rest.split_at(length.min(rest.len()));
        wire.extend(format!("{:x}\r\n", chunk.len()).bytes());
        wire.extend_from_slice(chunk);
        wire.extend(b"\r\n");
        (rest, length) = (after, length * 3);
    }
    wire
}

/// The head and the body of a response.
async fn read_response(stream: &mut TcpStream) -> (String, Vec<u8>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap();
    // The whole body was read, so its length is known.
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.unwrap().parse().unwrap()];
    stream.read_exact(&mut body).await.unwrap();
    (head, body)
}

fn every_byte(length: usize) -> Vec<u8> {
    (0..=u8::MAX).cycle().take(length).collect()
}

/// A body of exactly the limit passes.
#[tokio::test]
async fn a_chunked_body_reaches_the_service_unchanged() {
    let server = Server::start().await;
    let mut stream = server.connect().await;
    for length in [1, 70_000, LIMIT] {
        let body = every_byte(length);
        let head = head(&signature(&body), "transfer-encoding: chunked");
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&chunked(&body)).await.unwrap();
        stream.write_all(b"0\r\n\r\n").await.unwrap();
        let (head, echoed) = read_response(&mut stream).await;
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        assert!(echoed == body, "{length}");
    }
    assert_eq!(server.counts(), (3, 3));
}

/// The data after the limit is still part of the body, and must not be read as another request.
#[tokio::test]
async fn a_body_over_the_limit_is_answered_before_its_end() {
    let mut server = Server::start().await;
    let body = every_byte(LIMIT + 1);
    let lengths = [
        "transfer-encoding: chunked".to_owned(),
        format!("content-length: {}", LIMIT + 1_000),
    ];
    for framing in lengths {
        let mut stream = server.connect().await;
        let head = head(&signature(&body), &framing);
        stream.write_all(head.as_bytes()).await.unwrap();
        let wire = if framing.starts_with("transfer") {
            chunked(&body)
        } else {
            body.clone()
        };
        stream.write_all(&wire).await.unwrap();
        assert_eq!(server.end().await, Some(StatusCode::PAYLOAD_TOO_LARGE));
        let inner =
            "POST /hook HTTP/1.1\r\nhost: x\r\nauthorization: 0-0\r\ncontent-length: 0\r\n\r\n";
        // Writing fails if the server has closed the connection.
        let _ = stream.write_all(inner.as_bytes()).await;
        let _ = stream.shutdown().await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        let answer = String::from_utf8(answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
        assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{answer}");
    }
    assert_eq!(server.counts(), (0, 0));
}

/// The signature fits the half of the body that was sent.
#[tokio::test]
async fn an_incomplete_body_does_not_reach_the_authorizer() {
    let mut server = Server::start().await;
    let half = every_byte(500);
    for framing in ["transfer-encoding: chunked", "content-length: 501"] {
        let mut stream = server.connect().await;
        let head = head(&signature(&half), framing);
        stream.write_all(head.as_bytes()).await.unwrap();
        let wire = if framing.starts_with("transfer") {
            chunked(&half)
        } else {
            half.clone()
        };
        stream.write_all(&wire).await.unwrap();
        stream.shutdown().await.unwrap();
        let ended = server.end().await;
        assert!(
            matches!(ended, None | Some(StatusCode::BAD_REQUEST)),
            "{framing}: {ended:?}"
        );
    }
    assert_eq!(server.counts(), (0, 0));
}

/// Includes trailers and a stream that the client resets.
#[tokio::test]
async fn bodies_of_http_2_are_complete_or_refused() {
    let mut server = Server::start().await;
    let io = TokioIo::new(server.connect().await);
    let handshake = hyper::client::conn::http2::handshake(TokioExecutor::new(), io);
    let (mut sender, connection) = handshake.await.unwrap();
    tokio::spawn(connection);
    let target = format!("http://{}/hook", server.address);
    let mut send = |frames: Vec<_>| {
        let request = Request::post(&target);
        let request = request.header("authorization", signature(b"a-b-c"));
        sender.send_request(request.body(Pieces::new(frames)).unwrap())
    };

    let response = send(vec![data("a-"), data("b-c"), trailers()])
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let echoed = response.into_body().collect().await.unwrap();
    assert_eq!(echoed.trailers().unwrap()["x-checksum"], "7");
    assert_eq!(echoed.to_bytes(), "a-b-c");
    assert_eq!(server.end().await, Some(StatusCode::OK));
    assert_eq!(server.counts(), (1, 1));

    let _ = send(vec![data("a-b-c"), Err("cut")]).await;
    let ended = server.end().await;
    assert!(
        matches!(ended, None | Some(StatusCode::BAD_REQUEST)),
        "{ended:?}"
    );
    assert_eq!(server.counts(), (0, 0));
}
