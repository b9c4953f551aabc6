//! How real requests are read, and what the server behind the guard is told: arguments of several subcommands.

use clap::Args;
use http::HeaderName;
use ipnet::IpNet;

use super::values::{self, NamedApi};

const HEADING: &str = "Options of requests";

#[derive(Debug, Clone, Args)]
pub(crate) struct LiveSettings {
    /// For a document that is a whole API: use this one of its authorizers for every path
    #[arg(help_heading = HEADING, long, value_name = "NAME")]
    pub(crate) authorizer: Option<String>,

    /// The API and its stage, for method ARNs and policies: `arn:aws:execute-api:REGION:ACCOUNT:API-ID/STAGE`, or a whole
    /// method ARN. Without it, method ARNs begin with `arn:aws:execute-api:us-east-1:000000000000:placeholder/`, followed by
    /// the stage; an `Allow` for a real API then allows nothing, and a `Deny` counts for every API
    #[arg(help_heading = HEADING, long, value_name = "ARN", value_parser = values::api)]
    pub(crate) api: Option<NamedApi>,

    /// The name of the stage, for method ARNs and policies. Without it, the `StageName` of a template counts
    #[arg(help_heading = HEADING, long, value_name = "NAME", value_parser = values::stage, conflicts_with = "api")]
    pub(crate) stage: Option<String>,

    /// A variable of the stage, such as `tenant=acme`, which identity sources, events and gateway responses can contain. May
    /// be repeated
    #[arg(
        help_heading = HEADING,
        long = "stage-variable",
        value_name = "NAME=VALUE",
        value_parser = values::stage_variable
    )]
    pub(crate) stage_variables: Vec<(String, String)>,

    /// The server ignores the case of letters in paths: what a policy excludes or an operation guards counts in each case.
    /// Without it, `/ADMIN` is another path than `/admin`, as on API Gateway
    #[arg(help_heading = HEADING, long)]
    pub(crate) ignore_case: bool,

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
