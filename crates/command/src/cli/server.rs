//! The arguments that all servers have.

use clap::Args;

use super::{AccessLog, Format, Functions, Listening, LiveSettings, Source};

#[derive(Debug, Clone, Args)]
pub(crate) struct Server {
    #[command(flatten)]
    pub(crate) source: Source,

    #[command(flatten)]
    pub(crate) functions: Functions,

    #[command(flatten)]
    pub(crate) live: LiveSettings,

    // Without this, the options below that have no heading would have that of the requests.
    #[command(flatten, next_help_heading = None::<&'static str>)]
    pub(crate) listening: Listening,

    #[command(flatten)]
    pub(crate) access_log: AccessLog,

    /// How to print the server's address when it is ready
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,

    /// How to write the lines on the standard error: refusals, notes, errors, and what functions print
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    pub(crate) log_format: Format,
}
