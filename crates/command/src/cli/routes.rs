//! The arguments of `routes`.

use clap::Args;

use super::{Format, Source};

/// List all operations of an API and what guards each of them.
///
/// An operation that is OPEN has no authorizer. With `--check`, the list is compared with an earlier one. Operations that
/// became open come first.
///
/// The exit code is 0 if nothing has changed or without `--check`, 1 if something has changed, and 2 if an argument or a
/// file cannot be used.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Routes {
    #[command(flatten)]
    pub(crate) source: Source,

    /// Compare with the list in this file, which this command has printed before (as text or as JSON)
    #[arg(long, value_name = "EXPECTED")]
    pub(crate) check: Option<String>,

    /// How to print the list
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

const EXAMPLE: &str = "\
Examples:
  lambda-authorizer routes template.yaml > routes.txt
  lambda-authorizer routes template.yaml --check routes.txt";
