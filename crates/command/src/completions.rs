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
    // clap_complete 4.6 writes the `-` in the name of this command in two ways, so bash would complete nothing after a
    // subcommand: https://github.com/clap-rs/clap/issues/6421
    let script = String::from_utf8_lossy(&script);
    print(&script.replace("lambda__subcmd__authorizer", "lambda__authorizer"))?;
    Ok(Answer::Yes)
}
