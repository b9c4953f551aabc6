//! Who answers for authorizers: an argument of several subcommands.

use clap::Args;

use super::values;

const HEADING: &str = "Options of functions";

/// The functions that answer for the document's authorizers.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Functions {
    /// Who answers for an authorizer. NAME is the logical id of its function in the template, or the name of the
    /// authorizer; without NAME, for every authorizer that has no other. TARGET is a file with recorded answers (JSON)
    #[arg(help_heading = HEADING, long = "function", value_name = "[NAME=]TARGET", value_parser = values::function)]
    pub(crate) functions: Vec<(String, String)>,
}
