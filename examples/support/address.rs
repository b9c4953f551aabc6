//! The address on which an example listens: `ADDR`, or 127.0.0.1:3000 by default.

use std::{env, io};

use tokio::net::TcpListener;

pub(crate) fn address() -> String {
    env::var("ADDR").unwrap_or_else(|_| "127.0.0.1:3000".into())
}

/// Listens, and prints the address.
pub(crate) async fn listen() -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address()).await?;
    println!("listening on http://{}", listener.local_addr()?);
    Ok(listener)
}
