//! `--admin`: the page with the latest decisions, metrics and health, on an address of its own.

mod health;
mod hosts;

use std::{net::SocketAddr, time::Duration};

use axum::{Router, extract::ConnectInfo, middleware::from_fn_with_state, routing::get};
use http::{Request, Response};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::net::TcpListener;
use tower::ServiceExt;

use crate::{
    live::{Body, BoxError, Live},
    observed::Observed,
    server::{self, HttpService},
};

const BETWEEN_ADDING_UP: Duration = Duration::from_secs(5);

/// Serves until the process ends.
pub(crate) async fn serve(
    listener: TcpListener,
    hosts: Vec<String>,
    live: Live,
    observed: Observed,
) {
    let Some(page) = observed.page() else {
        return;
    };
    let adding_up = add_up_regularly(observed);
    let measured = live.clone();
    let router = Router::new()
        .route(
            "/health",
            get(move || async move { health::health(live.status()) }),
        )
        .route("/metrics", get(move || async move { measured.metrics() }))
        .fallback_service(page)
        .layer(from_fn_with_state(hosts, hosts::refuse_unknown));
    server::serve(listener, Admin(router), adding_up).await;
}

/// The router behind the limits that all servers of the command have.
#[derive(Clone)]
struct Admin(Router);

impl HttpService for Admin {
    async fn call(&self, mut request: Request<Incoming>) -> Response<Body> {
        if let Some(peer) = request.extensions().get::<SocketAddr>().copied() {
            request.extensions_mut().insert(ConnectInfo(peer));
        }
        let Ok(response) = self.0.clone().oneshot(request).await;
        response.map(|body| body.map_err(BoxError::from).boxed_unsync())
    }
}

/// Never ends.
async fn add_up_regularly(observed: Observed) {
    loop {
        tokio::time::sleep(BETWEEN_ADDING_UP).await;
        observed.add_up();
    }
}
