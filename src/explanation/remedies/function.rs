//! Remedies for a Lambda function that Lambda could not run, which the type of its error shows, and for one that was
//! written for another event.

use super::{Case, Remedy};
use crate::{api::EventFormat, authorizer::has_member, decision::DenialReason};

/// The formats of events, and who receives them.
const EVENTS: [(EventFormat, &str); 5] = [
    (EventFormat::Token, "a TOKEN authorizer of a REST API"),
    (EventFormat::Request, "a REQUEST authorizer of a REST API"),
    (
        EventFormat::HttpV2,
        "an authorizer of an HTTP API with payload format 2.0",
    ),
    (
        EventFormat::HttpV1,
        "an authorizer of an HTTP API with payload format 1.0",
    ),
    (EventFormat::Connect, "an authorizer of a WebSocket API"),
];

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
             the dependencies beside the function's code (SAM: `sam build`, then use the built template). If the command \
             runs the function and its modules are in a virtual environment of Python, put the environment's `bin` at the \
             front of `PATH`",
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

pub(super) fn reads_another_event(case: &Case<'_>) -> Option<Remedy> {
    let DenialReason::AuthorizerFailed { message } = case.reason else {
        return None;
    };
    let member = missing_member(message)?;
    let own = case.circumstances.settings.kind.differences().event;
    if has_member(own, member) {
        return None;
    }
    let receiver = |fits: &dyn Fn(EventFormat) -> bool| {
        let mut events = EVENTS.iter();
        events.find_map(|&(format, receiver)| fits(format).then_some(receiver))
    };
    let other = receiver(&|format| has_member(format, member))?;
    let this = receiver(&|format| format == own)?;
    let instead = match member {
        "authorizationToken" => "read the token from `headers`",
        "headers" => "read the token from `authorizationToken`",
        "methodArn" => "read `routeArn`",
        "routeArn" => "read `methodArn`",
        _ => "correct the function",
    };
    let text = format!(
        "the function reads `{member}`, which {other} receives, but this is {this}: {instead}, or change the type or the \
         payload format of the authorizer"
    );
    Some(Remedy::new("function-reads-another-event", text))
}

/// The name in the error of Python or serde for a member that is not there. The error of Node.js does not name it.
fn missing_member(message: &str) -> Option<&str> {
    let (rest, end) = match message.split_once("missing field `") {
        Some((_, rest)) => (rest, '`'),
        None if message.ends_with("(KeyError)") => (message.split_once('\'')?.1, '\''),
        None => return None,
    };
    Some(rest.split_once(end)?.0)
}
