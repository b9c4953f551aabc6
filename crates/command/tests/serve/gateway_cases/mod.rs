//! The gateway cases through a real `serve`, with recorded answers. How many of how many are carried is printed, with the
//! reasons of the rest.

mod carried;
#[path = "../../../../../tests/gateway_cases/case.rs"]
#[allow(
    dead_code,
    reason = "the layer's own runner also reads the other members"
)]
mod case;
mod documents;
mod exchange;
mod recording;

use std::{fs, path::Path, process::Command};

use self::{case::Case, documents::document, exchange::Exchanges, recording::recording};
use crate::{process::Server, upstream::Recorder};

/// Fewer would mean that a part of a document is no longer read.
const AT_LEAST: usize = 132;

#[test]
fn cases_have_the_same_outcome_through_the_server() {
    carried::check("`serve`", AT_LEAST, run);
}

/// What differs from what the case expects, or why it cannot be carried.
fn run(case: &Case) -> Result<Vec<String>, &'static str> {
    if !case.api.stage_variables.is_empty() {
        return Err("documents have no stage variables");
    }
    let folder = tempfile::tempdir().unwrap();
    crate::protected::write(folder.path(), "api.json", &document(case)?);
    let upstream = Recorder::start();
    let mut arguments: Vec<String> = ["serve", "api.json", "--trusted-proxy", "127.0.0.1"]
        .map(String::from)
        .into();
    arguments.extend(["--upstream".into(), format!("http://{}", upstream.address)]);
    arguments.extend(["--api".into(), documents::api_arn(case)]);
    arguments.extend(["--api-type".into(), documents::api_type(case).into()]);
    if case.config_error {
        return Ok(refused(&arguments, folder.path()));
    }
    let answers = recording(case)?;
    fs::write(folder.path().join("answers.json"), answers).unwrap();
    arguments.extend(["--function", "answers.json", "--admin", "0"].map(String::from));
    arguments.extend(exchange::context_headers(case));
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let server = Server::start_in(folder.path(), &arguments);
    Exchanges::new(&server, &upstream).run(case)
}

/// A configuration that API Gateway does not accept ends the command.
fn refused(arguments: &[String], folder: &Path) -> Vec<String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lambda-authorizer"));
    let printed = command
        .args(arguments)
        .args(["--listen", "192.0.2.1:1"])
        .current_dir(folder)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&printed.stderr).into_owned();
    let is_refused = printed.status.code() == Some(2) && !errors.contains("--listen");
    (!is_refused).then_some(errors).into_iter().collect()
}
