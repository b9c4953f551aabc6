//! The arguments of `policy`.

use clap::Args;
use tower_lambda_authorizer::ApiType;

use super::{
    Format,
    values::{self, NamedApi},
};

/// Explain why a policy allows or denies a method ARN.
///
/// The decision is that of a layer with default settings (but see `--ignore-case`), which refuses some paths whatever the
/// policy says. The first line is the decision. The mistakes that `lint` finds in the policy follow at the end.
///
/// The exit code is 0 if the policy allows the method ARN, 1 if not, and 2 if an argument or a file cannot be used.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Policy {
    /// A file with the policy, as JSON: what the function returned, or only its `policyDocument`
    #[arg(value_name = "POLICY")]
    pub(crate) file: String,

    /// The method ARN of the request: arn:aws:execute-api:REGION:ACCOUNT:API-ID/STAGE/METHOD/PATH
    #[arg(value_name = "METHOD-ARN", value_parser = values::method_arn)]
    pub(crate) method_arn: String,

    /// Values that the request has for the policy's conditions, such as `aws:SourceIp=203.0.113.9`
    #[arg(value_name = "CONDITION-KEY=VALUE", value_parser = values::condition_key)]
    pub(crate) keys: Vec<(String, String)>,

    /// Also check that policies name this API and its stage: `arn:aws:execute-api:REGION:ACCOUNT:API-ID/STAGE`, or a whole
    /// method ARN
    #[arg(long, value_name = "ARN", value_parser = values::api)]
    pub(crate) api: Option<NamedApi>,

    /// The type of the API: `rest`, `http` (whose method ARNs have decoded paths) or `websocket`. By default, `http` if
    /// the stage is `$default`, and `rest` otherwise
    #[arg(long, value_name = "TYPE", value_parser = values::api_type)]
    pub(crate) api_type: Option<ApiType>,

    /// The server ignores the case of letters in paths: what a policy excludes or an operation guards counts in each case.
    /// Without it, `/ADMIN` is another path than `/admin`, as on API Gateway
    #[arg(long)]
    pub(crate) ignore_case: bool,

    /// How to print the explanation
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

const EXAMPLE: &str = "\
Example:
  lambda-authorizer policy policy.json \\
      arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets aws:SourceIp=203.0.113.9";
