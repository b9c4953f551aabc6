//! salvo, on a real server: a salvo router is not a tower service, so the testing kit cannot send requests to it.

use std::net::SocketAddr;

use frameworks::salvo::app;
use salvo_core::{
    Listener, Server,
    conn::{Acceptor, TcpListener},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

async fn serve() -> SocketAddr {
    let acceptor = TcpListener::new("127.0.0.1:0").bind().await;
    let address = acceptor.holdings().first().unwrap().local_addr.clone();
    tokio::spawn(Server::new(acceptor).serve(app()));
    address.into_std().unwrap()
}

/// The status and the body. With HTTP/1.0 the body is not in chunks, and the server closes the connection.
async fn get(server: SocketAddr, path: &str, token: Option<&str>) -> (u16, String) {
    let token = token.map_or(String::new(), |token| format!("authorization: {token}\r\n"));
    let request = format!("GET {path} HTTP/1.0\r\nhost: {server}\r\n{token}\r\n");
    let mut stream = TcpStream::connect(server).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap();
    (status.parse().unwrap(), body.to_owned())
}

#[tokio::test]
async fn the_policy_decides() {
    let server = serve().await;
    for (path, token, status) in [
        ("/pets", "t-ann", 200),
        ("/me", "t-ann", 200),
        ("/pets", "t-bob", 200),
        ("/me", "t-bob", 403),
        ("/pets", "t-eve", 401),
    ] {
        let answered = get(server, path, Some(token)).await;
        assert_eq!(answered.0, status, "{path} {token}: {}", answered.1);
    }
}

#[tokio::test]
async fn a_refusal_is_sent_as_the_layer_made_it() {
    let server = serve().await;
    let unauthorized = r#"{"message":"Unauthorized"}"#;
    assert_eq!(
        get(server, "/pets", None).await,
        (401, unauthorized.to_owned())
    );
}

#[tokio::test]
async fn a_handler_has_the_context_and_the_authorizer_the_address() {
    let server = serve().await;
    let me = get(server, "/me", Some("t-ann")).await;
    assert_eq!(me, (200, "ann at 127.0.0.1".to_owned()));
}

#[tokio::test]
async fn other_paths_are_not_guarded() {
    let server = serve().await;
    assert_eq!(get(server, "/health", None).await, (200, "well".to_owned()));
    assert_eq!(get(server, "/nothing", None).await.0, 404);
}
