//! Explains the decision of a policy without a document.

use serde::{Deserialize, de::IgnoredAny};
use serde_json::{json, value::RawValue};
use tower_lambda_authorizer::{
    DenialReason,
    explanations::PolicyQuestion,
    policy::{
        ConditionContext, EvaluationRequest, LintOptions, MethodArn, PolicyDocument, Verdict,
    },
};

use crate::{
    Answer,
    cli::{Format, Policy},
    document::{self, Kind},
    failure::{Failure, read},
    output::{print_coloured, print_json},
    style::{BAD, GOOD, with_beginning},
};

pub(crate) fn explain(arguments: &Policy) -> Result<Answer, Failure> {
    let text = read(&arguments.file)?;
    let text = within_answer(&text).unwrap_or(text);
    let document = read_policy(&arguments.file, &text)?;
    let keys = arguments.keys.iter();
    let context = keys.fold(ConditionContext::new(), |context, (key, value)| {
        context.with(key, value)
    });
    let asked = question(arguments);
    let request = match &asked {
        Some(Ok(question)) => question.request(),
        Some(Err(_)) | None => EvaluationRequest::invoke(&arguments.method_arn),
    };
    let explanation = document.compile().explain(&request.with_keys(&context));
    let refusal = asked
        .and_then(Result::err)
        .map(|reason| reason.problem().to_string());
    let options = match &arguments.api {
        Some(named) => LintOptions::new().api(&*named.arn),
        None => LintOptions::new(),
    };
    let findings = document.lint_with(&options);
    let is_allowed = refusal.is_none() && explanation.verdict() == Verdict::Allow;
    match arguments.format {
        Format::Json => {
            print_json(
                &json!({"refusal": refusal, "explanation": explanation, "findings": findings}),
            )?;
        }
        Format::Text => {
            let style = if is_allowed { GOOD } else { BAD };
            let refused = |reason| format!("refused whatever the policy says: {reason}\n");
            let text = refusal.map(refused).unwrap_or_default() + &explanation.to_string();
            let mut text = with_beginning(style, ':', &text);
            for finding in findings {
                text.push_str(&format!("{finding}\n"));
            }
            print_coloured(&text)?;
        }
    }
    Ok(Answer::yes_if(is_allowed))
}

/// What a layer asks the policy, or why it asks none. `None` if no layer has such an ARN.
fn question(arguments: &Policy) -> Option<Result<PolicyQuestion, DenialReason>> {
    let arn: MethodArn = arguments.method_arn.parse().ok()?;
    let question = PolicyQuestion::of_method_arn(&arn, arguments.api_type);
    Some(if arguments.ignore_case {
        question.map(PolicyQuestion::ignoring_case)
    } else {
        question
    })
}

/// The policy of a function's whole answer. What comes before it is left blank, so that the lines and columns in errors are
/// those of the file.
fn within_answer(text: &str) -> Option<String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct FunctionAnswer<'t> {
        #[serde(borrow)]
        policy_document: &'t RawValue,
    }
    let answer: FunctionAnswer<'_> = serde_json::from_str(text).ok()?;
    let policy = answer.policy_document.get();
    let (before, _) = text.split_once(policy)?;
    let blank = before
        .bytes()
        .map(|it| if it == b'\n' { '\n' } else { ' ' });
    Some(blank.collect::<String>() + policy)
}

/// Reads a policy.
pub(crate) fn read_policy(file: &str, text: &str) -> Result<PolicyDocument, Failure> {
    if text.trim_start().is_empty() {
        return Err(Failure::of(
            file,
            "the file is empty; pass a `policyDocument`, or the whole answer of a function",
        ));
    }
    let kind = Kind::of(&document::parse(file, text)?);
    PolicyDocument::from_json(text.as_bytes()).map_err(|error| {
        let is_json = serde_json::from_str::<IgnoredAny>(text).is_ok();
        match (is_json, kind) {
            (true, _) => Failure::of(file, error),
            (false, Kind::Policy) => Failure::of(
                file,
                "this is a policy in YAML, and authorizers return JSON; write it as JSON",
            ),
            (false, _) => Failure::of(
                file,
                "this is not a policy in JSON; pass a `policyDocument`, or check a template with `lambda-authorizer lint`",
            ),
        }
    })
}
