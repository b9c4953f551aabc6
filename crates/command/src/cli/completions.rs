//! The arguments of `completions`.

use clap::Args;
use clap_complete::Shell;

/// Print a script that completes this command's arguments in a shell.
///
/// Save it where the shell looks for completions. New shells then use it.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

const EXAMPLE: &str = "\
Examples:
  lambda-authorizer completions bash > ~/.local/share/bash-completion/completions/lambda-authorizer
  lambda-authorizer completions fish > ~/.config/fish/completions/lambda-authorizer.fish
  lambda-authorizer completions zsh > ~/.zfunc/_lambda-authorizer   # a folder of zsh's `fpath`";
