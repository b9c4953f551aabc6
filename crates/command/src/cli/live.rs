//! How real requests are read, and what the server behind the guard learns: arguments of several subcommands.

use clap::Args;
use http::HeaderName;
use ipnet::IpNet;

use super::{ApiSettings, values};

const HEADING: &str = "Options of requests";

#[derive(Debug, Clone, Args)]
pub(crate) struct LiveSettings {
    #[command(flatten, next_help_heading = HEADING)]
    pub(crate) api: ApiSettings,

    /// The IP address of a proxy in front of this one, or a range of them: `10.0.0.0/8`. Its `X-Forwarded-For`, `-Proto`,
    /// `-Host` and `-Port`, and headers such as `X-Real-IP`, are believed, so it has to replace or remove those of clients.
    /// Those of others are replaced. May be repeated
    #[arg(help_heading = HEADING, long = "trusted-proxy", value_name = "CIDR", value_parser = values::range)]
    pub(crate) trusted_proxies: Vec<IpNet>,

    /// Send a value of the authorizer's context to the server behind the guard, in this header: `x-user=principalId`. A
    /// client's header of this name is always removed. May be repeated
    #[arg(
        help_heading = HEADING,
        long = "context-header",
        value_name = "HEADER=KEY",
        value_parser = values::context_header
    )]
    pub(crate) context_headers: Vec<(HeaderName, String)>,
}
