//! The arguments of `forward-auth`.

use clap::Args;
use ipnet::IpNet;

use super::{Server, values};

/// Guard what nginx, Caddy or Traefik serves, as API Gateway would guard it.
///
/// The proxy asks about each request before it forwards it (`auth_request` of nginx, `forward_auth` of Caddy, `forwardAuth`
/// of Traefik). The answer is 200 if the authorizer allows the request, and otherwise the response that the client should
/// get. Which request it is, the proxy says in headers. Complete configurations of the three proxies are in
/// docs/forward-auth.md; with another configuration, a client may be able to set these headers itself.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct ForwardAuth {
    /// A proxy that may ask, or a range of them. All others get 403. May be repeated
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
  lambda-authorizer forward-auth template.yaml --function answers.json --listen 127.0.0.1:9001
  lambda-authorizer forward-auth template.yaml --function answers.json --listen 0.0.0.0:9001 \\
      --trusted-peer 10.0.0.7 --context-header x-user=principalId";
