//! A WebSocket API's authorizer in front of an axum handler, and a client that tries three handshakes: without a
//! credential, with a wrong one, and with a right one.
//!
//! The layer authorizes the handshake only. The handler is responsible for the messages, and keeps the context for them.
//!
//! ```console
//! $ cargo run --example websocket
//! without a token: 401 Unauthorized {"message": "Unauthorized", "connectionId":"…", "requestId":"…"}
//! with an unknown token: 403 Forbidden {"message": "User is not authorized to access this resource with an explicit deny in an identity-based policy", "connectionId":"…", "requestId":"…"}
//! with a token: 101 Switching Protocols
//! server: hello user-1
//! client: what am I?
//! server: user-1 of acme said: what am I?
//! client: still there?
//! server: user-1 of acme said: still there?
//! the authorizer was called 2 times
//! ```

use std::{
    error::Error,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    Router,
    extract::{
        WebSocketUpgrade,
        ws::{Message, WebSocket},
    },
    response::Response,
    routing::any,
};
use futures_util::{SinkExt, StreamExt};
use tokio_tungstenite::{
    connect_async,
    tungstenite::{self, ClientRequestBuilder, http::Uri},
};
use tower_lambda_authorizer::{
    AuthorizerContext, AuthorizerError, AuthorizerRequest, AuthorizerResponse,
    LambdaAuthorizerLayer, authorizer_fn,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let invocations = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&invocations);
    let layer = LambdaAuthorizerLayer::websocket_api(authorizer_fn(move |request| {
        counter.fetch_add(1, Ordering::Relaxed);
        async move { authorize(&request) }
    }))
    .identity_sources("route.request.querystring.token")?;
    let app = Router::new()
        .route("/chat", any(handshake))
        .route_layer(layer);

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async { axum::serve(listener, app).await });
    visit(address).await?;
    let invocations = invocations.load(Ordering::Relaxed);
    println!("the authorizer was called {invocations} times");
    Ok(())
}

fn authorize(request: &AuthorizerRequest) -> Result<AuthorizerResponse, AuthorizerError> {
    match request.query("token").as_deref() {
        Some("allow") => Ok(AuthorizerResponse::allow(request.method_arn())
            .with_principal_id("user-1")
            .with_context("tenant", "acme")),
        _ => Ok(AuthorizerResponse::deny(request.method_arn())),
    }
}

async fn handshake(upgrade: WebSocketUpgrade, context: AuthorizerContext) -> Response {
    upgrade.on_upgrade(|socket| async move {
        // An error means that the client has disconnected.
        let _gone = talk(socket, &context).await;
    })
}

/// Answers messages until the connection is closed.
async fn talk(mut socket: WebSocket, context: &AuthorizerContext) -> Result<(), axum::Error> {
    let user = context.principal_id().unwrap_or("somebody");
    let tenant = context.get("tenant").unwrap_or("nowhere");
    socket.send(format!("hello {user}").into()).await?;
    while let Some(Ok(message)) = socket.recv().await {
        if let Message::Text(text) = message {
            let answer = format!("{user} of {tenant} said: {text}");
            socket.send(answer.into()).await?;
        }
    }
    Ok(())
}

/// The client.
async fn visit(address: SocketAddr) -> Result<(), Box<dyn Error>> {
    for (what, query) in [
        ("without a token", ""),
        ("with an unknown token", "?token=x"),
    ] {
        let uri: Uri = format!("ws://{address}/chat{query}").parse()?;
        match connect_async(ClientRequestBuilder::new(uri)).await {
            Err(tungstenite::Error::Http(response)) => {
                let body = response.body().as_deref().unwrap_or_default();
                let body = without_ids(&String::from_utf8_lossy(body));
                println!("{what}: {} {body}", response.status());
            }
            other => println!("{what}: {other:?}"),
        }
    }
    let uri: Uri = format!("ws://{address}/chat?token=allow").parse()?;
    let (mut socket, response) = connect_async(ClientRequestBuilder::new(uri)).await?;
    println!("with a token: {}", response.status());
    for question in ["what am I?", "still there?"] {
        print_next(&mut socket).await?;
        println!("client: {question}");
        socket.send(question.into()).await?;
    }
    print_next(&mut socket).await
}

async fn print_next<S>(socket: &mut S) -> Result<(), Box<dyn Error>>
where
    S: StreamExt<Item = tungstenite::Result<tungstenite::Message>> + Unpin,
{
    let message = socket.next().await.ok_or("the server has gone away")??;
    println!("server: {}", message.into_text()?);
    Ok(())
}

/// Hides the ids, which differ in each run.
fn without_ids(body: &str) -> String {
    let mut shown = String::new();
    for (index, part) in body.split('"').enumerate() {
        // Names and values of the members alternate.
        let is_id = matches!(index, 7 | 11);
        shown.push_str(if is_id { "…" } else { part });
        shown.push('"');
    }
    shown.pop();
    shown
}
