//! `--admin`: the page with the latest decisions, metrics and health, on an address of its own.

mod health;
mod observed;

use std::{net::SocketAddr, time::Duration};

use axum::{Router, routing::get};
use tokio::net::TcpListener;

pub(crate) use self::observed::Observed;
use crate::{failure::Failure, live::Live};

const BETWEEN_ADDING_UP: Duration = Duration::from_secs(5);

/// Serves until the process ends.
pub(crate) async fn serve(
    listener: TcpListener,
    live: Live,
    observed: Observed,
) -> Result<(), Failure> {
    let Some(page) = observed.page() else {
        return Ok(());
    };
    let adding_up = tokio::spawn(add_up_regularly(observed.clone()));
    let router = Router::new()
        .route(
            "/health",
            get(move || async move { health::health(live.status()) }),
        )
        .route("/metrics", get(move || async move { observed.metrics() }))
        .fallback_service(page);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, service).await;
    adding_up.abort();
    served.map_err(Failure::new)
}

async fn add_up_regularly(observed: Observed) {
    loop {
        tokio::time::sleep(BETWEEN_ADDING_UP).await;
        observed.add_up();
    }
}
