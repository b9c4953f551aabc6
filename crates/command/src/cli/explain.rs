//! The arguments of `explain`.

use clap::Args;

use super::{Format, Guard, values};

/// Explain why a request is let through or refused.
///
/// The request is METHOD TARGET and headers, a file of requests, a curl command line, or a browser's recording (HAR). A
/// file has `METHOD TARGET` in a line and headers in the lines below; `###` separates requests. Several requests are sent
/// in their order, and the result of one is cached for the next. The exit code is 1 if one of them is refused.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Explain {
    #[command(flatten)]
    pub(crate) guard: Guard,

    /// A file of requests, or METHOD TARGET ['HEADER: VALUE']...
    #[arg(
        value_name = "REQUEST",
        required_unless_present_any = ["curl", "har"],
        conflicts_with_all = ["curl", "har"]
    )]
    pub(crate) request: Vec<String>,

    /// A curl command line, such as `Copy as cURL` of a browser writes, or `-` to read it from the standard input. It is
    /// not run
    #[arg(long, value_name = "COMMAND", conflicts_with = "har")]
    pub(crate) curl: Option<String>,

    /// The requests of an HTTP archive, which a browser's network panel saves
    #[arg(long, value_name = "FILE")]
    pub(crate) har: Option<String>,

    /// Only this request of the HTTP archive, counted from one
    #[arg(long, value_name = "N")]
    pub(crate) entry: Option<usize>,

    /// The beginning of the path of URLs that is not part of the API's paths: `/prod`. Of a default endpoint of a REST
    /// API (`….execute-api.….amazonaws.com`), the stage is left out anyway
    #[arg(long, value_name = "PATH", value_parser = values::base_path)]
    pub(crate) base_path: Option<String>,

    /// How to print the explanation
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

const EXAMPLE: &str = "\
Examples:
  lambda-authorizer explain template.yaml answer.json GET '/pets?tenant=acme' 'Authorization: Bearer t0ken'
  lambda-authorizer explain template.yaml answer.json requests.http
  lambda-authorizer explain template.yaml answer.json --curl \"curl -H 'Authorization: t0ken' https://api.example/pets\"
  lambda-authorizer explain template.yaml answer.json --har recording.har --entry 3

answer.json is what the authorizer's function returned, such as
  {\"principalId\": \"ann\", \"policyDocument\": {\"Version\": \"2012-10-17\", \"Statement\": [
    {\"Effect\": \"Allow\", \"Action\": \"execute-api:Invoke\", \"Resource\": \"*\"}]}}";
