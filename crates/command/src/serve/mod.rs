//! `serve`: a guarded reverse proxy.

use std::{convert::Infallible, sync::Arc};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use tower::service_fn;

use crate::{
    Answer,
    cli::Serve,
    failure::Failure,
    live::{Body, Live},
    server::{self, HttpService},
};

pub(crate) async fn serve(arguments: &Serve) -> Result<Answer, Failure> {
    let started = server::start(server::Arguments {
        source: &arguments.source,
        functions: &arguments.functions,
        live: &arguments.live,
        listening: &arguments.listening,
        format: arguments.format,
        scheme: "http",
    })
    .await?;
    let proxy = Proxy(Arc::new(started.live.clone()));
    server::serve(started.listener, proxy, async {
        let _ = server::signal().await;
    })
    .await;
    Ok(Answer::Yes)
}

#[derive(Clone)]
struct Proxy(Arc<Live>);

impl HttpService for Proxy {
    async fn call(&self, request: Request<Incoming>) -> Response<Body> {
        let inner = service_fn(async |_request: Request<Incoming>| {
            Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
        });
        self.0.guard().call(request, inner).await
    }
}
