//! Hostile requests, responses and policies, with a real server on a socket.
//!
//! Each is refused with the exact status and body, and does not reach the inner service. Afterwards the server still
//! serves an ordinary request on a new connection, and on the same one if HTTP keeps it open. Timeouts are generous:
//! two seconds for work that takes milliseconds.

mod answers;
mod hosts;
mod values;

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use axum::{Router, body::Body};
use http::{Request, Response};
use http_body_util::BodyExt;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};
use tower::{Layer, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    AuthorizerError, AuthorizerRequest, AuthorizerResponse, BoxAuthorizer, LambdaAuthorizerLayer,
    authorizer_fn,
    policy::{Effect, EvaluationRequest, PolicyDocument, Statement, Verdict},
};

use crate::thread_time::thread_time;

const METHOD: &str = "arn:aws:execute-api:us-east-1:000000000000:placeholder/local/GET";
const UNAUTHORIZED: (u16, &str) = (401, r#"{"message":"Unauthorized"}"#);
const EXPLICIT_DENY: (u16, &str) = (
    403,
    r#"{"Message":"User is not authorized to access this resource with an explicit deny in an identity-based policy"}"#,
);
const IMPLICIT_DENY: (u16, &str) = (
    403,
    r#"{"Message":"User is not authorized to access this resource because no identity-based policy allows the execute-api:Invoke action"}"#,
);
const BROKEN: (u16, &str) = (500, r#"{"message":null}"#);
const AMBIGUOUS: (u16, &str) = (400, r#"{"message":"Bad Request"}"#);
const TOO_LONG: (u16, &str) = (414, r#"{"message":"Request URI too long"}"#);
const SERVED: (u16, &str) = (200, "served");
/// hyper's own responses have no body, and close the connection.
const NOT_HTTP: (u16, &str) = (400, "");

const ORDINARY: &str = "GET /pets?needle=allow HTTP/1.1\r\nhost: h\r\nauthorization: allow\r\n\r\n";

type Answer = Result<AuthorizerResponse, AuthorizerError>;

struct Server {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
    served: Arc<AtomicUsize>,
}

impl Server {
    /// A server whose authorizer allows everything to the identity `allow`, and returns this answer to others.
    async fn start(
        answer: impl Fn(&AuthorizerRequest) -> Answer + Send + Sync + 'static,
        configure: impl FnOnce(BoxAuthorizer) -> LambdaAuthorizerLayer<BoxAuthorizer>,
    ) -> Self {
        let (asked, served) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let (count_asked, count_served) = (Arc::clone(&asked), Arc::clone(&served));
        let layer = configure(BoxAuthorizer::new(authorizer_fn(move |request| {
            count_asked.fetch_add(1, SeqCst);
            let answer = match request.identity().last().map(String::as_str) {
                Some("allow") => Ok(AuthorizerResponse::allow("*")),
                _ => answer(&request),
            };
            async { answer }
        })))
        .result_ttl(Duration::ZERO)
        .unwrap();
        let inner = Router::new().fallback(async move || {
            count_served.fetch_add(1, SeqCst);
            "served"
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, inner.layer(layer)).await });
        Self {
            address,
            asked,
            served,
        }
    }

    /// Sends a request. Checks the response, whether the authorizer was called, that the inner service was reached only
    /// for a 200, and that the server still works.
    async fn check(
        &self,
        what: &str,
        request: impl AsRef<[u8]>,
        expected: (u16, &str),
        asked: bool,
    ) {
        let mut connection = self.connect().await;
        let before = (self.asked.load(SeqCst), self.served.load(SeqCst));
        let reply = connection.exchange(request.as_ref()).await;
        assert_eq!((reply.0, &*reply.1), expected, "{what}");
        let expected_counts = (
            before.0 + usize::from(asked),
            before.1 + usize::from(expected == SERVED),
        );
        assert_eq!(
            (self.asked.load(SeqCst), self.served.load(SeqCst)),
            expected_counts,
            "{what}"
        );
        let by_hyper = expected.1.is_empty();
        if !by_hyper {
            let again = connection.exchange(ORDINARY.as_bytes()).await;
            assert_eq!(
                (again.0, &*again.1),
                SERVED,
                "{what}: afterwards, same connection"
            );
        }
        let again = self.connect().await.exchange(ORDINARY.as_bytes()).await;
        assert_eq!(
            (again.0, &*again.1),
            SERVED,
            "{what}: afterwards, new connection"
        );
    }

    async fn connect(&self) -> Connection {
        Connection(BufReader::new(
            TcpStream::connect(self.address).await.unwrap(),
        ))
    }
}

struct Connection(BufReader<TcpStream>);

impl Connection {
    /// Sends a request and returns the status and body of the response. Fails after a minute, so that no test hangs.
    async fn exchange(&mut self, request: &[u8]) -> (u16, String) {
        let exchange = async {
            self.0.write_all(request).await.unwrap();
            let (mut head, mut length) = (Vec::new(), 0);
            loop {
                let mut line = String::new();
                self.0.read_line(&mut line).await.unwrap();
                if let Some(value) = line.strip_prefix("content-length: ") {
                    length = value.trim_end().parse().unwrap();
                }
                if line.trim_end().is_empty() {
                    break;
                }
                head.push(line);
            }
            let mut body = vec![0; length];
            self.0.read_exact(&mut body).await.unwrap();
            (
                head[0][9..12].parse().unwrap(),
                String::from_utf8(body).unwrap(),
            )
        };
        tokio::time::timeout(Duration::from_secs(60), exchange)
            .await
            .unwrap()
    }
}

/// A server with a TOKEN authorizer.
async fn token_server(
    answer: impl Fn(&AuthorizerRequest) -> Answer + Send + Sync + 'static,
) -> Server {
    Server::start(answer, LambdaAuthorizerLayer::token).await
}

fn deny_all(_: &AuthorizerRequest) -> Answer {
    Ok(AuthorizerResponse::deny("*"))
}

/// A GET of this target with these raw header lines.
fn get(target: &str, headers: &[u8]) -> Vec<u8> {
    [
        b"GET ",
        target.as_bytes(),
        b" HTTP/1.1\r\nhost: h\r\n",
        headers,
        b"\r\n",
    ]
    .concat()
}

fn get_as_other(target: &str) -> Vec<u8> {
    get(target, b"authorization: other\r\n")
}

/// Runs work that should keep this thread busy for milliseconds, and fails if it takes seconds.
async fn soon<T>(what: &str, run: impl Future<Output = T>) -> T {
    let before = thread_time();
    let result = run.await;
    let took = thread_time() - before;
    assert!(took < Duration::from_secs(2), "{what} took {took:?}");
    result
}
