//! WebSocket connections through a proxy that asks first.

use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpListener;
use tokio_tungstenite::{
    accept_async, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest},
};

use crate::{
    document,
    proxies::{Kind, Proxy},
    scene::{Scene, forward_auth},
};

/// A server that sends messages back.
async fn echo() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (answers, messages) = accept_async(stream).await?.split();
                messages.forward(answers).await
            });
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_upgraded_only_if_it_is_allowed() {
    let upstream = echo().await;
    for kind in Kind::installed() {
        let folder = tempfile::tempdir().unwrap();
        document::write(folder.path());
        let forward_auth = forward_auth(&folder, &[]);
        let proxy = Proxy::start(kind, forward_auth.address, upstream);
        let connect = |token: &'static str| async move {
            let mut request = format!("ws://{}/chat", proxy.address).into_client_request()?;
            let token = token.parse().unwrap();
            request.headers_mut().insert("authorization", token);
            connect_async(request).await
        };
        let (mut connection, _) = connect("ok").await.unwrap();
        connection.send(Message::text("hello")).await.unwrap();
        let answer = connection.next().await.unwrap().unwrap();
        assert_eq!(answer, Message::text("hello"));
        connection.close(None).await.unwrap();
        let Err(Error::Http(refusal)) = connect("denied").await else {
            panic!("{kind:?}: the connection was not refused");
        };
        assert_eq!(refusal.status(), 403);
        assert_eq!(
            refusal.headers()["x-amzn-errortype"],
            "AccessDeniedException"
        );
    }
}

/// A proxy may look at the first header, and a matcher at the second one.
#[test]
fn a_second_upgrade_does_not_hide_the_first() {
    for scene in Scene::all() {
        for protocols in [["h2c", "websocket"], ["websocket", "h2c"]] {
            let headers = [
                ("Authorization", "ok"),
                ("Connection", "Upgrade"),
                ("Upgrade", protocols[0]),
                ("Upgrade", protocols[1]),
            ];
            scene.send("GET /pets", &headers);
            let received = scene.upstream.take();
            let upgrades = received
                .iter()
                .flat_map(|received| received.header("upgrade"));
            let others: Vec<_> = upgrades
                .filter(|protocol| *protocol != "websocket")
                .collect();
            assert!(others.is_empty(), "{:?} {received:?}", scene.kind);
        }
    }
}

/// Through an upgrade to HTTP/2, a client could send requests that nobody judges.
#[test]
fn nothing_but_websocket_is_an_upgrade() {
    for scene in Scene::all() {
        for protocol in ["h2c", "h2c, websocket", "TLS/1.0", "websocket/h2c", " h2c"] {
            let headers = [
                ("Authorization", "ok"),
                ("Connection", "Upgrade, HTTP2-Settings"),
                ("HTTP2-Settings", "AAMAAABkAAQAAP__"),
                ("Upgrade", protocol),
            ];
            assert_eq!(scene.send("GET /pets", &headers).status, 200);
            let received = scene.upstream.take_one();
            assert!(
                received.header("upgrade").is_empty(),
                "{:?} {received:?}",
                scene.kind
            );
        }
    }
}
