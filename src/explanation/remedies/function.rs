//! Remedies for a Lambda function that Lambda could not run, which the type of its error shows.

use super::{Case, Remedy};
use crate::decision::DenialReason;

/// The type of an error that Lambda itself reports, such as `Runtime.ImportModuleError`.
pub(super) fn error_of_lambda<'c>(case: &Case<'c>) -> Option<&'c str> {
    let DenialReason::AuthorizerFailed { message } = case.reason else {
        return None;
    };
    let (_, kind) = message.strip_suffix(')')?.rsplit_once('(')?;
    let is_of_lambda = ["Runtime.", "Sandbox."]
        .iter()
        .any(|beginning| kind.starts_with(beginning));
    is_of_lambda.then_some(kind)
}

pub(super) fn not_run(case: &Case<'_>) -> Option<Remedy> {
    let (cause, text) = match error_of_lambda(case)? {
        "Runtime.HandlerNotFound" | "Runtime.MalformedHandlerName" => (
            "function-handler",
            "correct the function's `Handler`: it is the path of a file without its extension, a dot, and the name of a \
             function that the file exports, such as `src/index.handler`",
        ),
        "Runtime.ImportModuleError" => (
            "function-module-missing",
            "a file or a module is missing in the function's package: correct the `Handler` or the `import`, or install \
             the dependencies beside the function's code (SAM: `sam build`, then use the built template)",
        ),
        "Runtime.UserCodeSyntaxError" => (
            "function-syntax",
            "correct the function's code; until then each request that needs it gets a 500",
        ),
        "Runtime.ExitError" => (
            "function-ended",
            "the function's process ended before it answered: look into the function's log",
        ),
        "Sandbox.Timedout" => (
            "function-timed-out",
            "find out why the function takes so long, or raise its `Timeout`",
        ),
        _ => return None,
    };
    Some(Remedy::new(cause, text))
}
