//! The gateway cases through real servers. A [`Way`] is what differs from server to server.

mod answers;
#[path = "../../../../../tests/gateway_cases/case.rs"]
#[expect(
    dead_code,
    reason = "the layer's own runner also reads path parameters"
)]
mod case;
#[path = "../../../../execute-api-policy/tests/support/case_files.rs"]
#[expect(dead_code, reason = "a package's own cases are elsewhere")]
mod case_files;
mod counted;
mod documents;
#[path = "../../../../../tests/gateway_cases/expectation.rs"]
mod expectation;
pub(crate) mod function;
pub(crate) mod outside;
#[path = "../../../../../tests/gateway_cases/seen.rs"]
mod seen;
mod stub;

use std::process::Command;

use bytes::Bytes;
use http::{HeaderMap, Response};
use tempfile::TempDir;

use self::{case::Case, function::Prepared, seen::Seen};
pub(crate) use self::{case::RequestMembers, counted::check, function::Place};
use crate::process::Server;

/// Why a case cannot be carried.
pub(crate) type Reason = &'static str;

/// How the requests of a case reach the command, and a server behind it.
pub(crate) trait Way {
    /// The subcommand, and the arguments that it needs here.
    fn arguments(&self) -> Vec<String>;

    /// Where the command has to listen.
    fn listen(&self) -> String {
        "127.0.0.1:0".into()
    }

    /// Sends a request.
    fn exchange(&self, server: &Server, request: &RequestMembers) -> Result<Exchanged, Reason>;
}

/// What became of a request.
pub(crate) struct Exchanged {
    /// For the client.
    pub(crate) response: Response<Bytes>,
    /// The headers that the server behind the guard has received, if it was reached.
    pub(crate) reached: Option<HeaderMap>,
}

/// What differs from what the case expects, or why it cannot be carried.
fn run(case: &Case, way: &impl Way, place: Place) -> Result<Vec<String>, Reason> {
    if case.exchanges.iter().any(|exchange| exchange.advance > 0.0) {
        return Err("the clock of a server cannot be moved");
    }
    let folder = tempfile::tempdir().unwrap();
    let function = Prepared::new(place, case, &folder)?;
    let command = command(case, way, &function, &folder);
    if case.config_error {
        return Ok(refused(command, function.document()));
    }
    let server = started(command, &way.listen());
    let mut problems = Vec::new();
    for (index, exchange) in case.exchanges.iter().enumerate() {
        let earlier = function.events().len();
        let exchanged = way.exchange(&server, &exchange.request)?;
        let events = function.events();
        let (head, body) = exchanged.response.into_parts();
        let seen = Seen {
            status: head.status,
            headers: head.headers,
            body,
            response_type: None,
            caller: exchanged.reached.map(|it| outside::caller(case, &it)),
            invocations: events.len(),
            event: events.get(earlier).cloned(),
        };
        let expected = outside::visible(&exchange.expect);
        let found = expectation::differences(&expected, &seen);
        problems.extend(
            found
                .into_iter()
                .map(|it| format!("exchange {index}: {it}")),
        );
    }
    if !problems.is_empty() {
        problems.push(server.errors());
    }
    Ok(problems)
}

fn command(case: &Case, way: &impl Way, function: &Prepared, folder: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lambda-authorizer"));
    command
        .args(way.arguments())
        .arg(function.document())
        .args(["--api", &documents::api_arn(case)])
        .args(["--api-type", documents::api_type(case)])
        .args(function.arguments())
        .args(outside::context_headers(case))
        .env("PATH", function.path())
        .current_dir(folder.path());
    for (name, value) in &case.api.stage_variables {
        command
            .arg("--stage-variable")
            .arg(format!("{name}={value}"));
    }
    command
}

fn started(mut command: Command, listen: &str) -> Server {
    command.args(["--listen", listen]);
    Server::spawn(command)
}

/// A configuration that API Gateway does not accept ends the command, with an error about the document.
fn refused(mut command: Command, document: &str) -> Vec<String> {
    let printed = command.args(["--listen", "192.0.2.1:1"]).output().unwrap();
    let errors = String::from_utf8_lossy(&printed.stderr).into_owned();
    let about_the_document = format!("error: {document}: ");
    let is_refused = printed.status.code() == Some(2) && errors.starts_with(&about_the_document);
    (!is_refused).then_some(errors).into_iter().collect()
}
