//! The server, in its own process: one connection, one thread.

use std::{convert::Infallible, error::Error};

use axum::{
    Router,
    body::{Body, HttpBody},
    extract::Request,
    routing::get,
};
use bytes::Bytes;
use http::Response;
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use tokio::{
    net::{TcpListener, TcpStream},
    runtime::{self, Runtime},
};
use tower::ServiceExt;
use tower_layer::Layer;
use tower_service::Service;

#[cfg(feature = "contestants")]
use crate::contestants::{Decisions, caching_layer};
use crate::hits;

/// The argument that makes this program a server. Behind it comes the row.
pub(crate) const SERVE: &str = "--serve";

/// What the name of the function contains whose instructions are counted.
pub(super) const COUNTED: &str = "serve_counted";

pub(crate) fn serve(row: &str) {
    match row {
        "bare" => accept(router()),
        "hit" | "refusal" => accept(hits::layer(1).layer(router())),
        #[cfg(feature = "contestants")]
        "moka-hit" | "moka-refusal" => accept(caching_layer(Decisions::new()).layer(router())),
        _ => panic!("no row `{row}`"),
    }
}

/// With a parameter of the path, as most routes have one.
fn router() -> Router {
    Router::new().route("/pets/{id}", get(async || "a pet"))
}

/// Says where it listens, and serves the first connection.
fn accept<S, B>(service: S)
where
    S: Service<Request, Response = Response<B>, Error = Infallible> + Clone,
    B: HttpBody<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> + 'static,
{
    let mut runtime = runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().expect("a runtime");
    let connection = runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        listener.accept().await
    });
    let (connection, _) = connection.expect("a connection");
    connection.set_nodelay(true).expect("a TCP connection");
    serve_counted(&runtime, connection, service);
}

/// As `axum::serve` does it. Found by its name.
#[inline(never)]
fn serve_counted<S, B>(runtime: &Runtime, connection: TcpStream, service: S)
where
    S: Service<Request, Response = Response<B>, Error = Infallible> + Clone,
    B: HttpBody<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> + 'static,
{
    let service = service.map_request(|request: http::Request<Incoming>| request.map(Body::new));
    let served = http1::Builder::new()
        .serve_connection(TokioIo::new(connection), TowerToHyperService::new(service));
    runtime
        .block_on(served)
        .expect("a connection that the client closes");
}
