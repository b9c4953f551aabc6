//! Explains the decision of a policy without a document.

use serde_json::json;
use tower_lambda_authorizer::policy::{
    ConditionContext, EvaluationRequest, LintOptions, PolicyDocument, Verdict,
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
    let document = read_policy(&arguments.file, &text)?;
    let keys = arguments.keys.iter();
    let context = keys.fold(ConditionContext::new(), |context, (key, value)| {
        context.with(key, value)
    });
    let request = EvaluationRequest::invoke(&arguments.method_arn).with_keys(&context);
    let compiled = document.compile();
    let explanation = compiled.explain(&request);
    let options = match &arguments.api {
        Some(named) => LintOptions::new().api(&*named.arn),
        None => LintOptions::new(),
    };
    let findings = document.lint_with(&options);
    let is_allowed = explanation.verdict() == Verdict::Allow;
    match arguments.format {
        Format::Json => {
            print_json(&json!({"explanation": explanation, "findings": findings}))?;
        }
        Format::Text => {
            let style = if is_allowed { GOOD } else { BAD };
            let mut text = with_beginning(style, ':', &explanation.to_string());
            for finding in findings {
                text.push_str(&format!("{finding}\n"));
            }
            print_coloured(&text)?;
        }
    }
    Ok(Answer::yes_if(is_allowed))
}

/// Reads a policy.
pub(crate) fn read_policy(file: &str, text: &str) -> Result<PolicyDocument, Failure> {
    let kind = Kind::of(&document::parse(file, text)?);
    PolicyDocument::from_json(text.as_bytes()).map_err(|error| {
        match (text.trim_start().starts_with('{'), kind) {
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
