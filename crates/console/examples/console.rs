//! The console, with an app that has some traffic of its own.
//!
//! Start it, and open the address that it prints:
//!
//! ```console
//! $ cargo run --example console
//! listening on http://127.0.0.1:3000/_authorizer
//! ```
//!
//! The app sends requests to itself, so that there is something to see: a request without its header, one that is allowed, a
//! policy that denies, one that nearly allows, an authorizer that is broken, and a whole API with an open operation.
//! `TRAFFIC=0` leaves that to you.

use std::{env, error::Error, net::SocketAddr, time::Duration};

use axum::{Router, body::Body, routing::get};
use http::Request;
use http_body_util::Empty;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tower_lambda_authorizer::{
    Api, AuthorizerError, AuthorizerRequest, AuthorizerResponse, LambdaAuthorizerLayer,
    authorizer_fn,
    openapi::ApiDefinition,
    policy::{Effect, PolicyDocument, Statement},
};
use tower_lambda_authorizer_console::Console;

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let console = Console::new();
    let app = app(&console)?.nest_service("/_authorizer", console.router());

    let address = env::var("ADDR").unwrap_or_else(|_| "127.0.0.1:3000".into());
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    println!("listening on http://{address}/_authorizer");
    if env::var("TRAFFIC").as_deref() != Ok("0") {
        tokio::spawn(traffic(address));
    }
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).await?;
    Ok(())
}

fn app(console: &Console) -> Result<Router, Failure> {
    let pets = LambdaAuthorizerLayer::token(authorizer_fn(async |request| keeper(&request)))
        .api(Api::new("eu-west-1", "123456789012", "a1b2c3d4e5", "prod")?)
        .authorizer_name("keepers");
    let reports = LambdaAuthorizerLayer::token(authorizer_fn(async |_| {
        Err(AuthorizerError::new(
            "the directory of users does not answer",
        ))
    }))
    .authorizer_name("directory");
    let shop = ApiDefinition::from_openapi(SHOP)?.authorizer(
        "customers",
        authorizer_fn(async |request: AuthorizerRequest| {
            let response = AuthorizerResponse::allow(request.method_arn());
            Ok(response.with_principal_id("customer-7"))
        }),
    )?;

    Ok(Router::new()
        .route("/pets", get("a cat and a dog\n").delete("none is left\n"))
        .route("/pets/{pet_id}", get("a cat\n").delete("it is gone\n"))
        .route_layer(console.watch("pets", pets))
        .merge(
            Router::new()
                .route("/reports", get("all is well\n"))
                .route_layer(console.watch("reports", reports)),
        )
        .merge(
            Router::new()
                .route("/catalogue", get("pears\n"))
                .route("/orders", get("no orders\n"))
                .route_layer(console.watch_api("shop", shop)?),
        ))
}

/// A keeper may read everything, and delete nothing. A visitor may see the list.
fn keeper(request: &AuthorizerRequest) -> Result<AuthorizerResponse, AuthorizerError> {
    let arn = |end: &str| format!("arn:aws:execute-api:*:*:a1b2c3d4e5/prod/{end}");
    let statement = |effect, end| Statement::invoke(effect, [arn(end)]);
    let (name, policy) = match request.token() {
        Some("keeper") => (
            "ann",
            PolicyDocument::new([
                statement(Effect::Allow, "*/pets*"),
                statement(Effect::Deny, "DELETE/*").with_sid("NobodyDeletes"),
            ]),
        ),
        Some("visitor") => (
            "vic",
            PolicyDocument::new([statement(Effect::Allow, "GET/pets")]),
        ),
        _ => return Err(AuthorizerError::unauthorized()),
    };
    Ok(AuthorizerResponse::policy(policy)
        .with_principal_id(name)
        .with_context("zoo", "north"))
}

const SHOP: &str = r#"{
  "openapi": "3.0.1",
  "info": {"title": "shop", "version": "1"},
  "paths": {
    "/catalogue": {"get": {}},
    "/orders": {"get": {"security": [{"customers": []}]}}
  },
  "components": {"securitySchemes": {"customers": {
    "type": "apiKey", "name": "Authorization", "in": "header",
    "x-amazon-apigateway-authtype": "custom",
    "x-amazon-apigateway-authorizer": {"type": "token", "authorizerUri": "customers"}
  }}}
}"#;

/// Method, path and token.
const REQUESTS: [(&str, &str, &str); 9] = [
    ("GET", "/pets", ""),
    ("GET", "/pets", "keeper"),
    ("GET", "/pets/7", "keeper"),
    ("DELETE", "/pets/7", "keeper"),
    ("GET", "/pets/7", "visitor"),
    ("GET", "/reports", "keeper"),
    ("GET", "/catalogue", ""),
    ("GET", "/orders?page=2", "customer"),
    ("GET", "/pets", "stranger"),
];

/// Sends all of them again and again, over real connections.
async fn traffic(address: SocketAddr) {
    let mut pause = tokio::time::interval(Duration::from_millis(700));
    for (method, path, token) in REQUESTS.iter().cycle() {
        pause.tick().await;
        if let Err(error) = send(address, method, path, token).await {
            eprintln!("{method} {path}: {error}");
        }
    }
}

async fn send(address: SocketAddr, method: &str, path: &str, token: &str) -> Result<(), Failure> {
    let stream = TokioIo::new(TcpStream::connect(address).await?);
    let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await?;
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", address.to_string())
        .header("connection", "close");
    let request = match token {
        "" => request,
        token => request.header("authorization", token),
    };
    let response = sender.send_request(request.body(Empty::<bytes::Bytes>::new())?);
    let (response, _) = tokio::join!(response, connection);
    drop(Body::new(response?.into_body()));
    Ok(())
}
