//! Says what is wrong with JSON that is not an authorizer's response.

use crate::{
    authorizer::{AnswerProblem, InvalidResponse, MalformedAnswer, bounded},
    policy::{OneLine, of_resource_policy},
};

/// The error for an answer that has neither a policy nor a yes or no.
pub(super) fn neither_policy_nor_yes_or_no(shape: Option<AnswerProblem>) -> InvalidResponse {
    let kind = shape.unwrap_or(AnswerProblem::Other);
    let problem = match kind {
        AnswerProblem::HttpResponse => {
            "the answer has no `policyDocument`, but a `statusCode`: it is an HTTP response"
        }
        AnswerProblem::AnswerInBody => "the answer has no `policyDocument`, but a `body`",
        AnswerProblem::PolicyWithoutWrapper => {
            "the answer has no `policyDocument`, but a `Statement`: it is only the policy"
        }
        AnswerProblem::MisspeltMember { meant } => {
            let problem = format!("the answer has no `{meant}`, but a member with a similar name");
            return InvalidResponse::malformed(MalformedAnswer::new(kind, problem));
        }
        _ => "the answer has no `policyDocument`, and no `isAuthorized` either",
    };
    InvalidResponse::malformed(MalformedAnswer::new(kind, problem))
}

/// The message for the error: what is wrong, and where.
pub(super) fn problem(
    error: &serde_json::Error,
    place: Option<&str>,
    shape: Option<AnswerProblem>,
) -> InvalidResponse {
    let kind = shape.unwrap_or(AnswerProblem::Other);
    let in_plain_words = match kind {
        AnswerProblem::AnswerInString => "it is a string that contains JSON, not an object",
        AnswerProblem::UnauthorizedReturned => "it is the string `Unauthorized`, not an object",
        AnswerProblem::NothingReturned => "it is `null`, not an object",
        AnswerProblem::PolicyInString => "`policyDocument` is a string, not an object",
        AnswerProblem::NoObject { found } => &format!("it is {found}, not an object"),
        _ => {
            let description = without_value(error);
            let problem = match place {
                Some(place) => format!("`{}`: {}", OneLine(place), OneLine(description)),
                None => OneLine(description).to_string(),
            };
            let answer = MalformedAnswer::new(kind, bounded(problem));
            return InvalidResponse::malformed(answer).at(place);
        }
    };
    InvalidResponse::malformed(MalformedAnswer::new(kind, in_plain_words))
}

/// serde's message. If a value has the wrong type, serde quotes it; the quote is removed, since it may be a credential.
fn without_value(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let quoted = text
        .strip_prefix("invalid type: ")
        .and_then(|rest| rest.rsplit_once(", expected "));
    match quoted {
        Some((found, expected)) => {
            let kind = found.split([' ', '`', '"']).next().unwrap_or_default();
            format!("invalid type: {kind}, expected {expected}")
        }
        None => {
            let position = format!(" at line {} column {}", error.line(), error.column());
            let (said, position) = match text.strip_suffix(&position) {
                Some(said) => (said, &*position),
                None => (&*text, ""),
            };
            [said, of_resource_policy(said).unwrap_or_default(), position].concat()
        }
    }
}
