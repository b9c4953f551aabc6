//! The arguments of `completions`.

use clap::Args;
use clap_complete::Shell;

/// Print a script that completes this command's arguments in a shell.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

const EXAMPLE: &str = "\
Example:
  lambda-authorizer completions bash > ~/.local/share/bash-completion/completions/lambda-authorizer";
