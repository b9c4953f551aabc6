//! A log of decisions: arguments of all servers.

use clap::{Args, ValueEnum};

const HEADING: &str = "Options of the access log";

#[derive(Debug, Clone, Args)]
pub(crate) struct AccessLog {
    /// Append a line for each decision to this file; `-` is the standard output. The lines contain no credentials
    #[arg(help_heading = HEADING, long, value_name = "FILE")]
    pub(crate) access_log: Option<String>,

    /// The format of these lines
    #[arg(
        help_heading = HEADING,
        long,
        value_name = "FORMAT",
        requires = "access_log",
        value_enum,
        default_value_t
    )]
    pub(crate) access_log_format: AccessLogFormat,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum AccessLogFormat {
    /// An object in JSON
    #[default]
    Json,
    /// The common log format
    Clf,
    /// Fields with commas between them
    Csv,
    /// An element in XML
    Xml,
}
