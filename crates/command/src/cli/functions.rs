//! Who answers for authorizers: an argument of several subcommands.

use clap::Args;

use super::values;

const HEADING: &str = "Options of functions";

/// The functions that answer for the document's authorizers.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Functions {
    /// Who answers for an authorizer. NAME is the logical id of its function in the template, or the name of the
    /// authorizer. Without NAME, TARGET answers for every authorizer that has no other. TARGET is a file with recorded
    /// answers (`answers.json`), a function in a file (`auth/app.handler` is `handler` in `auth/app.py` or `auth/app.js`), the
    /// URL of an Invoke API (`http://127.0.0.1:3001`, as `sam local start-lambda` and `cargo lambda watch` serve it), or `aws`
    /// or `aws:FUNCTION` for the deployed function. Without this option, the function of the template runs on this machine,
    /// with your permissions. May be repeated
    #[arg(help_heading = HEADING, long = "function", value_name = "[NAME=]TARGET", value_parser = values::function)]
    pub(crate) functions: Vec<(String, String)>,
}
