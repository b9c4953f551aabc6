//! Completions for shells.

use clap::CommandFactory;

use crate::{
    Answer,
    cli::{Cli, Completions},
    failure::Failure,
    output::print,
};

pub(crate) fn print_for(arguments: &Completions) -> Result<Answer, Failure> {
    let mut script = Vec::new();
    let mut command = Cli::command();
    clap_complete::generate(
        arguments.shell,
        &mut command,
        "lambda-authorizer",
        &mut script,
    );
    print(&String::from_utf8_lossy(&script))?;
    Ok(Answer::Yes)
}
