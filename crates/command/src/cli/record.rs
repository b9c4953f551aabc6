//! The arguments of `record`.

use std::time::Duration;

use clap::Args;
use http::HeaderName;

use super::{Format, values};
use crate::record::Endpoint;

/// Send requests to a deployed API and write down the outcomes, as a table that `table` checks here.
///
/// This shows what differs between the cloud and your template. The requests are a file as `explain` reads it
/// (`METHOD TARGET`, and headers in the lines below; `###` separates requests) or a table. The outcomes are `passed`
/// (allowed or open, which cannot be told apart from outside), `unauthorized`, `denied`, `broken`, a status, or the name of
/// a gateway response. A line whose outcome cannot be known is written as a comment that says why.
///
/// Each request is sent once, without a body, to the URL's host only. Redirects are not followed. The table has the
/// headers and tokens of the input, so keep it as secret as the input.
///
/// The exit code is 0 if all requests were recorded, 1 if only some, and 2 if none, or if an argument or a file cannot be
/// used.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Record {
    /// A file with requests or a table
    #[arg(value_name = "REQUESTS")]
    pub(crate) file: String,

    /// Where the API is deployed, with its stage: `https://ID.execute-api.REGION.amazonaws.com/STAGE`
    #[arg(long, value_name = "URL", value_parser = Endpoint::parse)]
    pub(crate) url: Endpoint,

    /// Write the table to this file instead of the standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<String>,

    /// The header that the tokens are in: those of a table, by default `Authorization`, or that of a TOKEN authorizer's event,
    /// by default the one that the document names. `record` and `table` need the same name
    #[arg(long, value_name = "NAME", default_value = "authorization", hide_default_value = true, value_parser = values::header_name)]
    pub(crate) token_header: HeaderName,

    /// Also send methods that may change something. Without it, only GET, HEAD and OPTIONS are sent
    #[arg(long)]
    pub(crate) send_unsafe: bool,

    /// Send up to this many requests at a time. API Gateway caches results, so the outcomes may then depend on chance
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = values::concurrency)]
    pub(crate) concurrency: u8,

    /// Wait this many milliseconds before each request but the first
    #[arg(long, value_name = "MS", default_value = "0", value_parser = values::milliseconds)]
    pub(crate) pause: Duration,

    /// How many seconds to wait for each response
    #[arg(long, value_name = "SECONDS", default_value = "35", value_parser = values::seconds)]
    pub(crate) timeout: Duration,

    /// How to print the outcomes: `text` is a table, `json` a report
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

const EXAMPLE: &str = "\
Examples:
  lambda-authorizer record requests.http --output cloud.txt \\
      --url https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/prod
  lambda-authorizer table template.yaml answers.json cloud.txt

The function's answers cannot be seen from outside. `docs/command/record.md` shows how to get them
for answers.json.";
