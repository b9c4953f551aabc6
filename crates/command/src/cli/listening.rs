//! Where a server listens: arguments of several subcommands.

use std::net::SocketAddr;

use clap::Args;

use super::values;

const HEADING: &str = "Options of the server";

#[derive(Debug, Clone, Args)]
pub(crate) struct Listening {
    /// The IP address and the port to listen on. Without an address, only this machine can connect. Port 0 stands for a free
    /// port, which the first lines of the output name
    #[arg(
        help_heading = HEADING,
        long,
        // What people try first.
        alias = "port",
        value_name = "[ADDRESS:]PORT",
        default_value = "127.0.0.1:3000",
        value_parser = values::listening_address
    )]
    pub(crate) listen: SocketAddr,

    /// Also serve a page with the latest decisions, `/metrics` for Prometheus and `/health`, on this IP address and port.
    /// Without an address, only this machine can connect
    #[arg(help_heading = HEADING, long, value_name = "[ADDRESS:]PORT", value_parser = values::listening_address)]
    pub(crate) admin: Option<SocketAddr>,

    /// A name under which `--admin` answers, such as `metrics.example`. It always answers under IP addresses and
    /// `localhost`. May be repeated
    #[arg(
        help_heading = HEADING,
        long = "admin-host",
        value_name = "NAME",
        requires = "admin",
        value_parser = values::host
    )]
    pub(crate) admin_hosts: Vec<String>,
}
