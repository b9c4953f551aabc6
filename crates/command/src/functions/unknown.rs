//! What a template leaves open about a function that runs here.

use std::env;

use tower_lambda_authorizer::openapi::FunctionDefinition;

use crate::output::note;

/// Tells it before a function fails for a reason that is hard to find.
pub(super) fn tell(file: &str, function: &FunctionDefinition) {
    let id = function.logical_id();
    let variables = function.environment();
    let open = variables.filter(|(name, value)| value.is_none() && env::var_os(name).is_none());
    let open: Vec<_> = open.map(|(name, _)| format!("`{name}`")).collect();
    if !open.is_empty() {
        let open = open.join(", ");
        note(
            file,
            &format!(
                "the function `{id}` runs without its environment variables {open}, because only a deployment knows their \
                 values; set them in the environment of this command, or a parameter that a value comes from with \
                 `--parameter NAME=VALUE`"
            ),
        );
    }
    if function
        .unknown()
        .iter()
        .any(|property| property == "Timeout")
    {
        note(
            file,
            &format!(
                "the function `{id}` may run for 3 seconds, because its `Timeout` is not a number of seconds; correct it, or \
                 set the parameter that it needs with `--parameter NAME=VALUE`"
            ),
        );
    }
}
