//! The arguments of `lint`.

use clap::Args;

use super::{
    LintFormat,
    source::Reading,
    values::{self, NamedApi},
};

/// Find mistakes in policies, authorizers and APIs before they are deployed.
///
/// A file is a SAM or CloudFormation template, an OpenAPI export, one authorizer as JSON, a policy, or an answer of the
/// authorizer's function. Each line of the output is a mistake, and says what to do.
///
/// The exit code is 0 without mistakes or with suggestions and notes only, 1 if there is an error or a warning, and 2 if an
/// argument or a file cannot be used.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Lint {
    /// The files to check
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<String>,

    /// A file with recorded answers of the authorizer's function. The lint checks whether an authorizer can use them, and
    /// whether their policies fit other requests while they are cached
    #[arg(long, value_name = "FILE")]
    pub(crate) answers: Option<String>,

    /// Also check that policies name this API and its stage: `arn:aws:execute-api:REGION:ACCOUNT:API-ID/STAGE`, or a whole
    /// method ARN
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
