//! Opens the ports.

use std::{io::ErrorKind, net::SocketAddr};

use tokio::net::TcpListener;

use crate::{cli::Listening, failure::Failure};

/// The listeners that the arguments ask for.
pub(crate) struct Listeners {
    pub(crate) main: TcpListener,
    pub(crate) admin: Option<TcpListener>,
}

impl Listeners {
    pub(crate) async fn open(listening: &Listening) -> Result<Self, Failure> {
        let main = bind("--listen", listening.listen).await?;
        let admin = match listening.admin {
            Some(address) => Some(bind("--admin", address).await?),
            None => None,
        };
        Ok(Self { main, admin })
    }
}

/// Opens the port of an option.
async fn bind(option: &str, address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        let remedy = match error.kind() {
            ErrorKind::AddrInUse => {
                "this port is in use; end the program that uses it, or choose another port"
            }
            ErrorKind::AddrNotAvailable => {
                "this machine does not have this address; choose `127.0.0.1` or `0.0.0.0`"
            }
            ErrorKind::PermissionDenied => "this user may not use this port; choose one above 1023",
            _ => return Failure::new(format_args!("{option} {address}: {error}")),
        };
        Failure::new(format_args!("{option} {address}: {remedy}"))
    })
}
