//! What is guarded, and who answers: arguments of several subcommands.

use std::net::IpAddr;

use clap::Args;
use tower_lambda_authorizer::ApiType;

use super::{ApiSettings, Functions, values};

const HEADING: &str = "Options of documents";

/// A document that says what is guarded, and what the document leaves open.
#[derive(Debug, Clone, Args)]
pub(crate) struct Source {
    /// What you deploy: a SAM or CloudFormation template, an OpenAPI export, or one authorizer as JSON (the input of
    /// `CreateAuthorizer`, or what `aws apigateway get-authorizer` and `aws apigatewayv2 get-authorizer` print)
    #[arg(value_name = "DOCUMENT")]
    pub(crate) file: String,

    #[command(flatten)]
    pub(crate) reading: Reading,
}

/// How to read a document.
#[derive(Debug, Clone, Args)]
pub(crate) struct Reading {
    /// For a template with several APIs: use the one with this logical id
    #[arg(help_heading = HEADING, long, value_name = "ID")]
    pub(crate) logical_id: Option<String>,

    /// The value of a template's parameter, or of a pseudo parameter such as `AWS::Region`. May be repeated
    #[arg(help_heading = HEADING, long = "parameter", value_name = "NAME=VALUE", value_parser = values::pair)]
    pub(crate) parameters: Vec<(String, String)>,

    /// The content of a file that a template names: an `AWS::Include`, a `DefinitionUri`, `s3://bucket/key`. Files beside the
    /// template are found without it. May be repeated
    #[arg(help_heading = HEADING, long = "include", value_name = "NAME=FILE", value_parser = values::include)]
    pub(crate) includes: Vec<(String, String)>,

    /// The type of the API, if the document does not say it: `rest`, `http` or `websocket`
    #[arg(help_heading = HEADING, long, value_name = "TYPE", value_parser = values::api_type)]
    pub(crate) api_type: Option<ApiType>,

    /// Accept that this security scheme of an API is not checked here, because it is not a Lambda authorizer. May be
    /// repeated
    #[arg(help_heading = HEADING, long = "leave-unchecked", value_name = "SCHEME")]
    pub(crate) left_unchecked: Vec<String>,
}

/// A document, and who answers for its authorizers.
#[derive(Debug, Clone, Args)]
pub(crate) struct Guard {
    #[command(flatten)]
    pub(crate) source: Source,

    #[command(flatten)]
    pub(crate) functions: Functions,

    /// Recorded answers for all authorizers. The subcommand finds them among its own arguments.
    #[arg(skip)]
    pub(crate) answer: Option<String>,

    #[command(flatten)]
    pub(crate) api: ApiSettings,

    /// The client's IP address, for policies with conditions on `aws:SourceIp`
    #[arg(long, value_name = "ADDRESS", value_parser = values::address)]
    pub(crate) source_ip: Option<IpAddr>,
}
