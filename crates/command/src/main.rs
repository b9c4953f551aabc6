//! `lambda-authorizer`: what Amazon API Gateway's Lambda authorizers decide, and why, from files.

mod access_log;
mod admin;
mod cli;
mod completions;
mod document;
mod explain;
mod ext_authz;
mod failure;
mod field_name;
mod forward_auth;
mod functions;
mod https;
mod line_writer;
mod lint;
mod live;
mod log;
mod look_alike;
mod observed;
mod output;
mod policy;
mod record;
mod request;
mod routes;
mod serve;
mod server;
mod style;
mod table;
#[cfg(test)]
#[path = "../../execute-api-policy/src/thread_time.rs"]
mod thread_time;
mod trusted_fields;

use std::{process::ExitCode, time::Duration};

use cli::Command;
use failure::Failure;

fn main() -> ExitCode {
    let outcome = cli::parse().and_then(|command| match command {
        Some(command) => run(command),
        None => Ok(Answer::Yes),
    });
    match outcome {
        Ok(Answer::Yes) => ExitCode::SUCCESS,
        Ok(Answer::No) => ExitCode::from(1),
        Err(failure) => {
            output::print_error(&failure);
            ExitCode::from(2)
        }
    }
}

/// The answer to the question that a command asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Yes,
    /// Refused, unexpected, changed, or with a warning.
    No,
}

impl Answer {
    fn yes_if(condition: bool) -> Self {
        if condition { Self::Yes } else { Self::No }
    }
}

fn run(command: Command) -> Result<Answer, Failure> {
    match command {
        Command::Explain(arguments) => in_runtime(explain::explain(&arguments)),
        Command::Table(arguments) => in_runtime(table::check(&arguments)),
        Command::Policy(arguments) => policy::explain(&arguments),
        Command::Lint(arguments) => in_runtime(lint::lint(&arguments)),
        Command::Record(arguments) => in_runtime(record::record(&arguments)),
        Command::Routes(arguments) => routes::report(&arguments),
        Command::Serve(arguments) => in_server_runtime(serve::serve(&arguments)),
        Command::ForwardAuth(arguments) => in_server_runtime(forward_auth::serve(&arguments)),
        Command::ExtAuthz(arguments) => in_server_runtime(ext_authz::serve(&arguments)),
        Command::Completions(arguments) => completions::print_for(&arguments),
    }
}

/// The layer's timeouts need a timer, `record` needs sockets, and functions may run.
fn in_runtime(answer: impl Future<Output = Result<Answer, Failure>>) -> Result<Answer, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let answer = runtime.map_err(Failure::new)?.block_on(answer);
    log::flush(Duration::MAX);
    answer
}

/// A server ends on a signal, even if nobody reads its lines.
const LAST_LINES: Duration = Duration::from_secs(2);

/// Servers use all processors.
fn in_server_runtime(
    answer: impl Future<Output = Result<Answer, Failure>>,
) -> Result<Answer, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let answer = runtime.map_err(Failure::new)?.block_on(answer);
    log::flush(LAST_LINES);
    answer
}
