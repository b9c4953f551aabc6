//! `--admin`: the page with the latest decisions, metrics and health, on an address of its own.

mod health;
mod observed;

use std::net::SocketAddr;

use axum::{Router, routing::get};
use tokio::net::TcpListener;

pub(crate) use self::observed::Observed;
use crate::{failure::Failure, live::Live};

/// Serves until the process ends.
pub(crate) async fn serve(
    listener: TcpListener,
    live: Live,
    observed: Observed,
) -> Result<(), Failure> {
    let Some(page) = observed.page() else {
        return Ok(());
    };
    let router = Router::new()
        .route(
            "/health",
            get(move || async move { health::health(live.status()) }),
        )
        .route("/metrics", get(move || async move { observed.metrics() }))
        .fallback_service(page);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).await.map_err(Failure::new)
}
