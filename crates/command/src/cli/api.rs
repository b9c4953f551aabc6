//! Which authorizers of a document are used, and for which API: arguments of several subcommands.

use clap::Args;

use super::values::{self, NamedApi};

#[derive(Debug, Clone, Args)]
pub(crate) struct ApiSettings {
    /// For a document that is a whole API: use this one of its authorizers for every path
    #[arg(long, value_name = "NAME")]
    pub(crate) authorizer: Option<String>,

    /// The API and its stage, for method ARNs and policies: `arn:aws:execute-api:REGION:ACCOUNT:API-ID/STAGE`, or a whole
    /// method ARN. Without it, method ARNs begin with `arn:aws:execute-api:us-east-1:000000000000:placeholder/`, followed by
    /// the stage; an `Allow` for a real API then allows nothing, and a `Deny` counts for every API
    #[arg(long, value_name = "ARN", value_parser = values::api)]
    pub(crate) api: Option<NamedApi>,

    /// The name of the stage, for method ARNs and policies. Without it, the `StageName` of a template counts
    #[arg(long, value_name = "NAME", value_parser = values::stage, conflicts_with = "api")]
    pub(crate) stage: Option<String>,

    /// A variable of the stage, such as `tenant=acme`, which identity sources, events and gateway responses can contain. May
    /// be repeated
    #[arg(
        long = "stage-variable",
        value_name = "NAME=VALUE",
        value_parser = values::stage_variable
    )]
    pub(crate) stage_variables: Vec<(String, String)>,

    /// The server ignores the case of letters in paths: what a policy excludes or an operation guards counts in each case.
    /// Without it, `/ADMIN` is another path than `/admin`, as on API Gateway
    #[arg(long)]
    pub(crate) ignore_case: bool,
}
