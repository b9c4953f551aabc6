//! The command line: one file for each subcommand's arguments.

mod access_log;
mod api;
mod completions;
mod explain;
mod ext_authz;
mod format;
mod forward_auth;
mod functions;
mod lint;
mod listening;
mod live;
mod policy;
mod record;
mod routes;
mod serve;
mod server;
mod source;
mod table;
mod usage;
mod values;

use clap::{Parser, Subcommand, error::ErrorKind};

pub(crate) use self::{
    access_log::{AccessLog, AccessLogFormat},
    api::ApiSettings,
    completions::Completions,
    explain::Explain,
    ext_authz::ExtAuthz,
    format::{Format, LintFormat},
    forward_auth::ForwardAuth,
    functions::Functions,
    lint::Lint,
    listening::Listening,
    live::LiveSettings,
    policy::Policy,
    record::Record,
    routes::Routes,
    serve::Serve,
    server::Server,
    source::{Guard, Reading, Source},
    table::Table,
    values::NamedApi,
};
use crate::failure::Failure;

/// Tells what Amazon API Gateway's Lambda authorizers decide, and why.
///
/// It reads what you deploy (SAM and CloudFormation templates, OpenAPI exports, authorizers as JSON) and what the
/// authorizer's function answered, and decides as API Gateway would. So it works for functions in any language, without
/// AWS and without Docker.
///
/// The exit code is 0 if the answer is yes (allowed, as expected, no warning), 1 if it is no, and 2 if an argument or a
/// file cannot be used. `serve`, `forward-auth` and `ext-authz` end with 0 after Ctrl+C or SIGTERM. Write `-` instead of a
/// file for the standard input; servers read their files again, so they need files.
#[derive(Debug, Parser)]
#[command(name = "lambda-authorizer", version, max_term_width = 100, after_help = EXAMPLE, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLE: &str = "\
Examples:
  lambda-authorizer routes template.yaml
  lambda-authorizer explain template.yaml GET /pets 'Authorization: Bearer t0ken'
  lambda-authorizer serve template.yaml --upstream http://127.0.0.1:8000

`lambda-authorizer COMMAND --help` has examples of each command.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Explain(Explain),
    Table(Table),
    Record(Record),
    Policy(Policy),
    Lint(Lint),
    Routes(Routes),
    Serve(Serve),
    ForwardAuth(ForwardAuth),
    ExtAuthz(ExtAuthz),
    Completions(Completions),
}

impl Command {
    /// Reads what depends on several arguments.
    fn settled(self) -> Result<Self, Failure> {
        Ok(match self {
            Self::Explain(arguments) => Self::Explain(arguments.settled()?),
            Self::Table(arguments) => Self::Table(arguments.settled()?),
            other => other,
        })
    }
}

/// Reads the arguments. `None` if they only ask for help or the version, which has been printed.
pub(crate) fn parse() -> Result<Option<Command>, Failure> {
    match Cli::try_parse() {
        Ok(cli) => cli.command.settled().map(Some),
        Err(error) => match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                // The reader, such as `head`, may need no more.
                let _ = error.print();
                Ok(None)
            }
            _ => Err(usage::failure(&error)),
        },
    }
}
