//! The arguments of `lint`.

use clap::Args;

use super::{
    LintFormat,
    source::Reading,
    values::{self, NamedApi},
};

/// Find mistakes in policies, authorizers and APIs before they are deployed.
///
/// A file is a policy, one authorizer as JSON, a template or an OpenAPI export. The exit code is 1 if there is an error or
/// a warning; suggestions and notes do not fail a build.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Lint {
    /// The files to check
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<String>,

    /// A file with recorded answers of the authorizer's function. It is checked, too: the policies, and whether they can be
    /// used for other requests while they are cached
    #[arg(long, value_name = "FILE")]
    pub(crate) answers: Option<String>,

    /// Also check policies against this API and stage, which finds a wrong region, account, API or stage
    #[arg(long, value_name = "ARN", value_parser = values::api)]
    pub(crate) api: Option<NamedApi>,

    #[command(flatten)]
    pub(crate) reading: Reading,

    /// How to print the findings
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: LintFormat,
}

const EXAMPLE: &str = "\
Examples:
  lambda-authorizer lint policy.json
  lambda-authorizer lint template.yaml --answers answers.json
  lambda-authorizer lint --format sarif template.yaml > lint.sarif";
