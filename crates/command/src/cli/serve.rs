//! The arguments of `serve`.

use std::time::Duration;

use clap::Args;
use http::uri::Authority;

use super::{Server, values};

/// Guard a server of yours, as API Gateway would guard it.
///
/// A request that the document's authorizer allows is passed on to the server. All others are answered as API Gateway
/// answers them, and one line on the standard error says why. The document and the files that it names are read again when
/// they change, and after SIGHUP. If the new version cannot be used, the last one stays in force.
///
/// The exit code is 0 after Ctrl+C or SIGTERM, and 2 if an argument or a file cannot be used.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Serve {
    /// The server that gets the requests that are allowed, without a path: `http://127.0.0.1:8000`
    #[arg(long, value_name = "URL", value_parser = values::upstream)]
    pub(crate) upstream: Authority,

    /// How many seconds to wait for the server's answer. API Gateway waits for 29 seconds
    #[arg(long, value_name = "SECONDS", default_value = "29", value_parser = values::seconds)]
    pub(crate) upstream_timeout: Duration,

    /// Speak HTTP/2 with the server, without TLS
    #[arg(long)]
    pub(crate) upstream_http2: bool,

    /// Send several requests on one HTTP/1.1 connection to the server. Only for a server that ends each response where its head
    /// says: otherwise a client may get the response to another client
    #[arg(long, conflicts_with = "upstream_http2")]
    pub(crate) upstream_keep_alive: bool,

    /// Pass on the client's `Host`. Without this option, the server gets its own host, as from API Gateway, and the client's
    /// in `X-Forwarded-Host`
    #[arg(long)]
    pub(crate) keep_host: bool,

    #[command(flatten)]
    pub(crate) server: Server,
}

const EXAMPLE: &str = "\
Examples:
  lambda-authorizer serve template.yaml --upstream http://127.0.0.1:8000
  lambda-authorizer serve template.yaml --upstream http://127.0.0.1:8000 --function answers.json
  lambda-authorizer serve template.yaml --upstream http://127.0.0.1:8000 \\
      --context-header x-user=principalId --admin 9000";
