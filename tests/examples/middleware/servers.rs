//! The same layer around services of axum, hyper and tonic, in real servers.

use std::future::Future;

use axum::{Extension, Router, routing};
use bytes::Bytes;
use http::header::AUTHORIZATION;
use http_body_util::{BodyExt, Empty, Full};
use hyper::{body::Incoming, client::conn::http1, server};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use tokio::{
    net::{TcpListener, TcpStream},
    task::{JoinHandle, yield_now},
};
use tonic::{Code, transport::Endpoint, transport::Server, transport::server::TcpIncoming};
use tonic_health::{
    pb::{HealthCheckRequest, health_client::HealthClient},
    server::health_reporter,
};
use tower::make::Shared;

use super::*;

/// Waits once, and finds the number that is the token.
async fn found(token: Option<http::HeaderValue>) -> Result<Caller, StatusCode> {
    yield_now().await;
    let token = token.ok_or(StatusCode::UNAUTHORIZED)?;
    let number = token.to_str().ok().and_then(|text| text.parse().ok());
    number.map(Caller).ok_or(StatusCode::FORBIDDEN)
}

/// A server that ends with the test.
struct Running(JoinHandle<()>, String);

impl Running {
    async fn start<F: Future<Output = ()> + Send + 'static>(
        serve: impl FnOnce(TcpListener) -> F,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        Self(tokio::spawn(serve(listener)), address)
    }

    /// The status and the body of the response to a request with this token.
    async fn get(&self, token: Option<&str>) -> (u16, Bytes) {
        let stream = TcpStream::connect(&self.1).await.unwrap();
        let (mut client, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let request = Request::get("/").header("host", &self.1);
        let request = token.into_iter().fold(request, |request, token| {
            request.header(AUTHORIZATION, token)
        });
        let response = client
            .send_request(request.body(Empty::<Bytes>::new()).unwrap())
            .await
            .unwrap();
        let status = response.status().as_u16();
        (
            status,
            response.into_body().collect().await.unwrap().to_bytes(),
        )
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn check(server: Running) {
    for (token, status, body) in [
        (Some("7"), 200, "7"),
        (Some("who"), 403, ""),
        (None, 401, ""),
    ] {
        assert_eq!(server.get(token).await, (status, body.into()), "{token:?}");
    }
}

#[tokio::test]
async fn it_guards_an_axum_router() {
    let layer =
        CheckLayer::new(|request: &Parts| found(request.headers.get(AUTHORIZATION).cloned()));
    let number = routing::get(async |Extension(Caller(number))| number.to_string());
    let routes = Router::new().route("/", number);
    let guarded = routes.clone().layer(layer.clone());
    let server = Running::start(async |listener| axum::serve(listener, guarded).await.unwrap());
    check(server.await).await;
    // Around a whole router, the response is still axum's, so that `axum::serve` takes it.
    let around = Shared::new(layer.layer(routes));
    let server = Running::start(async |listener| axum::serve(listener, around).await.unwrap());
    check(server.await).await;
}

#[tokio::test]
async fn it_guards_a_hyper_service() {
    let layer =
        CheckLayer::new(|request: &Parts| found(request.headers.get(AUTHORIZATION).cloned()));
    let service = layer.layer(service_fn(async |request: Request<Incoming>| {
        let Caller(number) = request.extensions().get().unwrap();
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::from(number.to_string())))
    }));
    check(
        Running::start(|listener| async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let service = TowerToHyperService::new(service.clone());
                tokio::spawn(
                    server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service),
                );
            }
        })
        .await,
    )
    .await;
}

#[tokio::test]
async fn it_guards_a_tonic_server() {
    let layer =
        CheckLayer::new(|request: &Parts| found(request.headers.get(AUTHORIZATION).cloned()));
    let server = Running::start(|listener| async {
        let (_reporter, health) = health_reporter();
        let router = Server::builder().layer(layer).add_service(health);
        router
            .serve_with_incoming(TcpIncoming::from(listener))
            .await
            .unwrap();
    })
    .await;
    let channel = Endpoint::from_shared(format!("http://{}", server.1))
        .unwrap()
        .connect()
        .await
        .unwrap();
    for (token, code) in [
        (Some("7"), Code::Ok),
        (Some("who"), Code::PermissionDenied),
        (None, Code::Unauthenticated),
    ] {
        let mut request = tonic::Request::new(HealthCheckRequest::default());
        if let Some(token) = token {
            request
                .metadata_mut()
                .insert("authorization", token.parse().unwrap());
        }
        let answer = HealthClient::new(channel.clone()).check(request).await;
        assert_eq!(
            answer.map_or_else(|status| status.code(), |_| Code::Ok),
            code,
            "{token:?}"
        );
    }
}
