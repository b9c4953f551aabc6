//! A WebSocket over HTTP/2 begins with CONNECT. A handler for any method answers it like the GET of HTTP/1.1.

use axum::body::Body;
use http::{Method, StatusCode};
use hyper::{client::conn::http2, ext::Protocol};
use hyper_util::rt::{TokioExecutor, TokioIo};

use super::*;

/// Begins a WebSocket over HTTP/2.
async fn connect(server: &Server, path: &str) -> StatusCode {
    let stream = TcpStream::connect(server.address).await.unwrap();
    let client = http2::handshake(TokioExecutor::new(), TokioIo::new(stream));
    let (mut client, connection) = client.await.unwrap();
    tokio::spawn(connection);
    // An ordinary request first, so that the client has read that the server knows extended CONNECT.
    let request = |method, path| {
        let request = Request::builder().method(method);
        let request = request.uri(format!("http://h{path}"));
        request.header("authorization", "t")
    };
    let first = request(Method::GET, "/pets").body(Body::empty()).unwrap();
    assert_eq!(client.send_request(first).await.unwrap().status(), 200);
    let upgrade = request(Method::CONNECT, path).extension(Protocol::from_static("websocket"));
    let upgrade = upgrade.body(Body::empty()).unwrap();
    client.send_request(upgrade).await.unwrap().status()
}

#[tokio::test]
async fn what_excludes_get_excludes_the_handshake_of_http_2() {
    for policy in [deny("/users/admin"), allow_all_but("/users/admin")] {
        let server = Server::refusing(policy).await;
        for path in ["/users/admin", "/users/%61dmin", "/users/admin;x"] {
            assert_eq!(connect(&server, path).await, 403, "{path}");
        }
        assert_eq!(connect(&server, "/users/bob").await, 200);
    }
}

/// A policy that allows GET does not allow CONNECT.
#[tokio::test]
async fn what_allows_get_does_not_allow_connect() {
    let policy = PolicyDocument::new([Statement::invoke(Effect::Allow, [format!("{METHOD}/*")])]);
    let server = Server::refusing(policy).await;
    assert_eq!(connect(&server, "/users/bob").await, 403);
}
