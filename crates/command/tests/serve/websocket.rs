//! WebSocket through the proxy.

use std::net::{Ipv4Addr, SocketAddr};

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::{
    accept_async, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest},
};

use crate::{
    client::{connect, get, send, until},
    protected::{Protected, answers, write},
    upstream::Recorder,
};

/// Sends back each message in upper case.
async fn shouting() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(shout(stream));
        }
    });
    address
}

async fn shout(stream: TcpStream) {
    let Ok(mut socket) = accept_async(stream).await else {
        return;
    };
    while let Some(Ok(Message::Text(text))) = socket.next().await {
        let answer = Message::text(text.to_uppercase());
        socket.send(answer).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_pass_in_both_directions() {
    exchange_messages(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn they_also_pass_if_connections_are_kept() {
    exchange_messages(&["--upstream-keep-alive"]).await;
}

async fn exchange_messages(options: &[&str]) {
    let protected = Protected::with(shouting().await, options);
    let mut request = format!("ws://{}/pets", protected.address())
        .into_client_request()
        .unwrap();
    request
        .headers_mut()
        .insert("authorization", "allow".parse().unwrap());
    let (mut socket, response) = connect_async(request).await.unwrap();
    assert_eq!(response.status(), 101);
    for word in ["one", "two"] {
        socket.send(Message::text(word)).await.unwrap();
        let answer = socket.next().await.unwrap().unwrap();
        assert_eq!(answer, Message::text(word.to_uppercase()));
    }
    socket.close(None).await.unwrap();
    while let Some(Ok(_)) = socket.next().await {}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_is_guarded_like_any_request() {
    let protected = Protected::start(shouting().await);
    let refused = connect_async(format!("ws://{}/pets", protected.address())).await;
    let Err(Error::Http(response)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(response.status(), 401);
    assert_eq!(
        response.headers()["x-amzn-errortype"],
        "UnauthorizedException"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_authorizer_of_a_websocket_api_decides_about_connections() {
    let authorizer = serde_json::json!({
        "name": "keepers", "authorizerType": "REQUEST", "identitySource": ["route.request.header.Authorization"]
    });
    let protected = Protected::of(&authorizer, shouting().await, &["--api-type", "websocket"]);
    let mut request = format!("ws://{}/", protected.address())
        .into_client_request()
        .unwrap();
    let refused = connect_async(request.clone()).await;
    assert!(
        matches!(&refused, Err(Error::Http(response)) if response.status() == 401),
        "{refused:?}"
    );
    request
        .headers_mut()
        .insert("authorization", "allow".parse().unwrap());
    let (mut socket, _) = connect_async(request).await.unwrap();
    socket.send(Message::text("x")).await.unwrap();
    assert_eq!(socket.next().await.unwrap().unwrap(), Message::text("X"));
}

#[test]
fn an_upstream_that_does_not_upgrade_leaves_no_tunnel() {
    let upstream =
        Recorder::answering("HTTP/1.1 426 Upgrade Required\r\ncontent-length: 0\r\n\r\n");
    let protected = Protected::start(upstream.address);
    let message = "GET /open HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
        sec-websocket-version: 1\r\nsec-websocket-key: eA==\r\n\r\n\
        GET /pets HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let answer = send(protected.address(), message);
    assert!(answer.starts_with("HTTP/1.1 426"), "{answer}");
    assert!(answer.contains("HTTP/1.1 401"), "{answer}");
    assert!(upstream.request().contains("\r\nupgrade: websocket\r\n"));
}

#[test]
fn no_other_protocol_is_upgraded_to() {
    let upstream = Recorder::start();
    let protected = Protected::start(upstream.address);
    for upgrade in ["h2c", "websocket, h2c", "h2c, websocket", "TLS/1.0"] {
        let headers = [
            "connection: upgrade, http2-settings",
            &format!("upgrade: {upgrade}"),
            "http2-settings: AAMAAABk",
        ];
        assert_eq!(get(protected.address(), "/open", &headers).status, 200);
    }
    let twice = ["connection: upgrade", "upgrade: websocket", "upgrade: h2c"];
    assert_eq!(get(protected.address(), "/open", &twice).status, 200);
    for request in upstream.requests() {
        assert!(
            !request.contains("upgrade") && !request.contains("http2"),
            "{request}"
        );
    }
}

#[test]
fn a_side_that_ends_ends_the_other_one() {
    let answer = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\nhello";
    let upstream = Recorder::answering(answer);
    let protected = Protected::start(upstream.address);
    let mut stream = connect(protected.address());
    let head = "GET /open HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: WebSocket\r\n\r\n";
    std::io::Write::write_all(&mut stream, head.as_bytes()).unwrap();
    let begin = until(&mut stream, "hello");
    assert!(
        begin.starts_with("HTTP/1.1 101") && begin.contains("upgrade: websocket"),
        "{begin}"
    );
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    // The recorder sees the end, and ends its side.
    assert_eq!(crate::client::rest(&mut stream), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_outlives_its_permission_but_a_new_one_is_refused() {
    let protected = Protected::start(shouting().await);
    let mut request = format!("ws://{}/pets", protected.address())
        .into_client_request()
        .unwrap();
    let token = "allow".parse().unwrap();
    request.headers_mut().insert("authorization", token);
    let (mut socket, _) = connect_async(request.clone()).await.unwrap();
    let mut changed = answers();
    changed["answersByToken"]["allow"] = changed["answersByToken"]["deny"].clone();
    write(protected.folder.path(), "answers.json", &changed);
    protected.server.wait_for_error("read again");
    socket.send(Message::text("x")).await.unwrap();
    assert_eq!(socket.next().await.unwrap().unwrap(), Message::text("X"));
    let refused = connect_async(request).await;
    assert!(
        matches!(&refused, Err(Error::Http(response)) if response.status() == 403),
        "{refused:?}"
    );
}
