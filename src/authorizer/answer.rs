//! Checks whether the type of API accepts a response, and converts it as that type does.

use super::{
    AnswerProblem, AuthorizerContext, AuthorizerResponse, ContextValue, GivenText, MalformedAnswer,
    SimpleAnswer,
};
use crate::{
    api::{Answers, ContextValues, PrincipalIds},
    policy::PolicyDocument,
};

/// A response that the type of API accepts.
#[derive(Debug)]
pub(crate) struct Accepted {
    pub(crate) answered: Answered,
    /// The context for the protected service.
    pub(crate) caller: AuthorizerContext,
}

#[derive(Debug)]
pub(crate) enum Answered {
    Policy(PolicyDocument),
    /// Yes or no, for every request that the response applies to.
    Simple(bool),
}

/// Checks and converts a response.
///
/// # Errors
///
/// Returns a message that says what is wrong, without showing a value of the response.
pub(crate) fn accept(
    rules: &Answers,
    answer: AuthorizerResponse,
) -> Result<Accepted, MalformedAnswer> {
    check_length(rules, &answer)?;
    let AuthorizerResponse {
        principal_id: given_principal_id,
        policy,
        simple,
        context: given_context,
        usage_identifier_key,
        lifetime: _,
        tags: _,
        received_length: _,
    } = answer;
    Ok(Accepted {
        answered: answered(rules, policy, simple)?,
        caller: AuthorizerContext::new(
            principal_id(rules, given_principal_id)?,
            context(rules, given_context)?,
            usage_identifier_key_of(rules, usage_identifier_key)?,
        ),
    })
}

fn check_length(rules: &Answers, answer: &AuthorizerResponse) -> Result<(), MalformedAnswer> {
    let Some(longest) = rules.longest else {
        return Ok(());
    };
    match answer.json_length() {
        length if length > longest => {
            Err(format!("it has {length} bytes; a WebSocket API allows {longest}").into())
        }
        _ => Ok(()),
    }
}

fn answered(
    rules: &Answers,
    policy: Option<PolicyDocument>,
    simple: Option<SimpleAnswer>,
) -> Result<Answered, MalformedAnswer> {
    if rules.simple {
        return match (simple, policy) {
            (Some(_), Some(_)) => Err(MalformedAnswer::new(
                AnswerProblem::PolicyWithSimpleResponses,
                "it has a `policyDocument` beside `isAuthorized`, but simple responses are on",
            )),
            (Some(SimpleAnswer::Authorized(authorized)), None) => Ok(Answered::Simple(authorized)),
            (Some(SimpleAnswer::Unusable(found)), None) => {
                Err(format!("`isAuthorized` is {found}; allowed are `true` and `false`").into())
            }
            (None, Some(_)) => Err(MalformedAnswer::new(
                AnswerProblem::PolicyWithSimpleResponses,
                "it is a policy, but simple responses are on",
            )),
            (None, None) => Err("it has no `isAuthorized`".into()),
        };
    }
    match (policy, simple) {
        (Some(_), Some(_)) if rules.one_kind_only => Err(MalformedAnswer::new(
            AnswerProblem::SimpleResponsesOff,
            "it has `isAuthorized` beside a `policyDocument`, but simple responses are off",
        )),
        (Some(policy), _) => Ok(Answered::Policy(policy)),
        (None, Some(_)) if rules.one_kind_only => Err(MalformedAnswer::new(
            AnswerProblem::SimpleResponsesOff,
            "it has `isAuthorized` and no `policyDocument`, but simple responses are off",
        )),
        (None, Some(_)) => Err(MalformedAnswer::new(
            AnswerProblem::SimpleResponsesNotSupported,
            "it has `isAuthorized` and no `policyDocument`, but only HTTP APIs have simple responses",
        )),
        (None, None) => Err("it has no `policyDocument`".into()),
    }
}

fn principal_id(
    rules: &Answers,
    given: Option<GivenText>,
) -> Result<Option<String>, MalformedAnswer> {
    match (given, rules.principal_id) {
        (None, PrincipalIds::Required) => Err(MalformedAnswer::new(
            AnswerProblem::PrincipalMissing,
            "it has no `principalId`, which an HTTP API requires with a policy",
        )),
        (_, PrincipalIds::Ignored) | (None, _) => Ok(None),
        (Some(GivenText::Number(number)), PrincipalIds::OptionalOrNumber) => {
            Ok(Some(number.to_string()))
        }
        (Some(given), _) => text("principalId", given).map(Some),
    }
}

fn usage_identifier_key_of(
    rules: &Answers,
    given: Option<Box<GivenText>>,
) -> Result<Option<String>, MalformedAnswer> {
    let given = given.filter(|_| rules.usage_identifier_key);
    given
        .map(|given| text("usageIdentifierKey", *given))
        .transpose()
}

fn text(member: &str, given: GivenText) -> Result<String, MalformedAnswer> {
    match given {
        GivenText::Text(text) => Ok(text),
        GivenText::Number(_) => Err(format!("`{member}` is a number; make it a string").into()),
        GivenText::Unusable(found) => {
            Err(format!("`{member}` is {found}; make it a string").into())
        }
    }
}

/// Converts a value in place to what the API passes on.
fn context(
    rules: &Answers,
    mut values: Vec<(String, ContextValue)>,
) -> Result<Vec<(String, ContextValue)>, MalformedAnswer> {
    values.retain(|(key, value)| !is_left_out(rules, key, value));
    for (key, value) in &mut values {
        if rules.reserved_keys.contains(&&**key) {
            return Err(format!("the context key `{key}` is reserved by API Gateway").into());
        }
        if rules.context == ContextValues::AnyJson {
            continue;
        }
        if !value.is_text_like() {
            let problem = format!(
                "the context's `{key}` is {}; allowed are strings, numbers and booleans",
                value.kind()
            );
            return Err(MalformedAnswer::new(AnswerProblem::NestedContext, problem));
        }
        value.make_text();
    }
    Ok(values)
}

fn is_left_out(rules: &Answers, key: &str, value: &ContextValue) -> bool {
    let is_dropped_null =
        *value == ContextValue::Null && rules.context == ContextValues::StringsWithoutNull;
    is_dropped_null || rules.dropped_key == Some(key)
}
