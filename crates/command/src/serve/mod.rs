//! `serve`: a reverse proxy whose requests pass the guard first.
//!
//! The proxy is hyper's server and hyper-util's client, which parse and write the messages. What a proxy has to do besides is
//! in the files of this folder. (The crate `axum-reverse-proxy` needs Rust 1.88, and would look at requests after axum has.)

mod connections;
mod failed;
mod forwarded;
mod framing;
mod hop_by_hop;
mod idle_connections;
mod keep_alive;
mod kept_connections;
mod proxy;
mod target;
mod trailers;
mod upgrade;
mod upstream;
mod upstream_timeout;

pub(crate) use self::hop_by_hop::removed_other;
use self::{forwarded::Forwarded, proxy::Proxy, upstream::Upstream};
use crate::{Answer, cli::Serve, failure::Failure, server};

pub(crate) async fn serve(arguments: &Serve) -> Result<Answer, Failure> {
    let started = server::start(&arguments.server, "http").await?;
    let address = started.listener.local_addr().map_err(Failure::new)?;
    let proxy = Proxy::new(
        started.live.clone(),
        Forwarded::new(
            arguments.server.live.trusted_proxies.clone(),
            address.port(),
        ),
        Upstream::new(arguments),
    );
    server::serve(started.listener, proxy, started.end).await;
    Ok(Answer::Yes)
}
