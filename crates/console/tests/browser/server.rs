//! A server on this machine, and a client of it.

use std::{
    net::{SocketAddr, TcpListener},
    time::{Duration, Instant},
};

use axum::Router;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, runtime::Runtime};

/// It has a runtime of its own, which ends with all connections when it is dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    runtime: Option<Runtime>,
}

impl Server {
    pub(crate) fn start(app: Router) -> Self {
        Self::start_at(([127, 0, 0, 1], 0).into(), app)
    }

    /// Starts it at an address that another server may just have left.
    pub(crate) fn start_at(address: SocketAddr, app: Router) -> Self {
        let runtime = Runtime::new().unwrap();
        let deadline = Instant::now() + Duration::from_secs(120);
        let listener = loop {
            match TcpListener::bind(address) {
                Ok(listener) => break listener,
                Err(error) => assert!(Instant::now() < deadline, "{address}: {error}"),
            }
        };
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            let service = app.into_make_service_with_connect_info::<SocketAddr>();
            axum::serve(listener, service).await.unwrap();
        });
        Self {
            address,
            runtime: Some(runtime),
        }
    }

    /// The address of the page.
    pub(crate) fn page(&self) -> String {
        format!("http://{}/_authorizer/", self.address)
    }

    pub(crate) async fn connect(&self) -> Connection {
        let stream = TcpStream::connect(self.address).await.unwrap();
        let (sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        Connection {
            host: self.address.to_string(),
            sender,
        }
    }

    /// Sends a request with this token, or without if it is empty.
    pub(crate) async fn send(&self, method: &str, path: &str, token: &str) -> Response<Bytes> {
        let headers: &[(&str, &str)] = match token {
            "" => &[],
            token => &[("authorization", token)],
        };
        self.connect().await.send(method, path, headers).await
    }

    /// What the console answers to a page of its own.
    pub(crate) async fn console(&self, path: &str) -> serde_json::Value {
        let path = format!("/_authorizer/{path}");
        let answer = self.send("GET", &path, "").await;
        serde_json::from_slice(answer.body()).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// A connection that is kept.
pub(crate) struct Connection {
    host: String,
    sender: SendRequest<Empty<Bytes>>,
}

impl Connection {
    pub(crate) async fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Response<Bytes> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", &self.host);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.sender.ready().await.unwrap();
        let request = request.body(Empty::new()).unwrap();
        let (parts, body) = self
            .sender
            .send_request(request)
            .await
            .unwrap()
            .into_parts();
        Response::from_parts(parts, body.collect().await.unwrap().to_bytes())
    }
}
