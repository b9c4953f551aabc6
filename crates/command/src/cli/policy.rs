//! The arguments of `policy`.

use clap::Args;

use super::{
    Format,
    values::{self, NamedApi},
};

/// Explain why a policy allows or denies a method ARN.
///
/// The mistakes that `lint` finds in the policy follow. The exit code is 1 if the policy denies it.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Policy {
    /// The policy document, as JSON
    #[arg(value_name = "POLICY")]
    pub(crate) file: String,

    /// The method ARN of the request: arn:aws:execute-api:REGION:ACCOUNT:API-ID/STAGE/METHOD/PATH
    #[arg(value_name = "METHOD-ARN")]
    pub(crate) method_arn: String,

    /// The request's values of condition keys
    #[arg(value_name = "CONDITION-KEY=VALUE", value_parser = values::pair)]
    pub(crate) keys: Vec<(String, String)>,

    /// Also check the policy against this API and stage, which finds a wrong region, account, API or stage
    #[arg(long, value_name = "ARN", value_parser = values::api)]
    pub(crate) api: Option<NamedApi>,

    /// How to print the explanation
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

const EXAMPLE: &str = "\
Example:
  lambda-authorizer policy policy.json \\
      arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets aws:SourceIp=203.0.113.9";
