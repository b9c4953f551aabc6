//! An address at which nobody listens.

use std::{net::SocketAddr, sync::LazyLock};

use tokio::net::TcpSocket;

/// A socket that has a port, and does not listen. Nobody else can listen there while these tests run.
static SOCKET: LazyLock<TcpSocket> = LazyLock::new(|| {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    socket
});

/// Each connection to it is refused.
pub(crate) fn nobody() -> SocketAddr {
    SOCKET.local_addr().unwrap()
}
