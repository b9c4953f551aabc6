//! The arguments of `forward-auth`.

use clap::Args;
use ipnet::IpNet;

use super::{Server, values};

/// Guard what nginx, Caddy or Traefik serves, as API Gateway would guard it.
///
/// The proxy asks about each request before it forwards it (`auth_request` of nginx, `forward_auth` of Caddy, `forwardAuth`
/// of Traefik). The answer is 200 if the authorizer allows the request, and otherwise the response that the client should
/// get. One line on the standard error says why a request is refused. The document and the files that it names are read
/// again when they change, and after SIGHUP. If the new version cannot be used, the last one stays in force.
///
/// The proxy describes the request in headers. docs/forward-auth.md has complete configurations of the three proxies. With
/// another configuration, a client may be able to set these headers itself.
///
/// The exit code is 0 after Ctrl+C or SIGTERM, and 2 if an argument or a file cannot be used.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct ForwardAuth {
    /// The IP address of a proxy that may ask, or a range of them: `10.0.0.0/8`. All others get 403. May be repeated
    #[arg(
        long = "trusted-peer",
        value_name = "CIDR",
        default_values = ["127.0.0.0/8", "::1"],
        value_parser = values::range
    )]
    pub(crate) trusted_peers: Vec<IpNet>,

    #[command(flatten)]
    pub(crate) server: Server,
}

const EXAMPLE: &str = "\
Examples:
  lambda-authorizer forward-auth template.yaml --listen 127.0.0.1:9001
  lambda-authorizer forward-auth template.yaml --listen 0.0.0.0:9001 --trusted-peer 10.0.0.7 \\
      --context-header x-user=principalId";
