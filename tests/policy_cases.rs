//! Runs the policy cases: one policy, evaluated for one request each.
//!
//! Reads `tests/cases/policy/*.json` and, where the environment variable `EXTRA_CASES` names a folder,
//! every `*.json` below its subfolder `policy`. The format is in `tests/cases/README.md`.
#![allow(clippy::unwrap_used)]

#[path = "support/case_files.rs"]
mod case_files;

use std::{collections::BTreeMap, process::ExitCode};

use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use tower_lambda_authorizer::policy::{
    ConditionContext, EvaluationRequest, ParseOptions, PolicyDocument, UnusableValues, Verdict,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    id: String,
    #[serde(default)]
    policy: Option<Box<RawValue>>,
    #[serde(default, rename = "policyText")]
    policy_text: Option<String>,
    request: Request,
    #[serde(default)]
    multivalued: Vec<String>,
    expect: String,
    #[serde(default)]
    note: String,
}

#[derive(Deserialize)]
struct Request {
    action: String,
    resource: String,
    #[serde(default)]
    context: BTreeMap<String, Value>,
}

fn main() -> ExitCode {
    let (mut passed, mut failed) = (0, 0);
    for (file, text) in case_files::case_files("policy") {
        let cases: Vec<Case> = match serde_json::from_str(&text) {
            Ok(cases) => cases,
            Err(error) => {
                println!("FAILED {file}: not a list of cases: {error}");
                failed += 1;
                continue;
            }
        };
        for case in cases {
            let got = run(&case);
            if got == case.expect {
                passed += 1;
            } else {
                failed += 1;
                println!("FAILED {} ({file}): {}", case.id, case.note);
                println!("    expected {}, got {got}", case.expect);
            }
        }
    }
    println!("policy cases: {passed} passed, {failed} failed");
    if failed > 0 || passed == 0 {
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn run(case: &Case) -> String {
    let Some(policy) = policy(case) else {
        return "Invalid".into();
    };
    let context = context(case);
    let Request {
        action, resource, ..
    } = &case.request;
    let request = EvaluationRequest::new(action, resource).with_keys(&context);
    let verdict = policy.compile().evaluate(&request).verdict();
    match verdict {
        Verdict::Allow => "Allow",
        Verdict::ExplicitDeny => "ExplicitDeny",
        Verdict::ImplicitDeny => "ImplicitDeny",
    }
    .into()
}

/// IAM evaluates policies with values that no operator can use, so the cases have some.
fn policy(case: &Case) -> Option<PolicyDocument> {
    let text = match (&case.policy, &case.policy_text) {
        (Some(policy), None) => policy.get(),
        (None, Some(text)) => text,
        _ => panic!("{}: either `policy` or `policyText`", case.id),
    };
    let options = ParseOptions::new().unusable_values(UnusableValues::MatchNothing);
    options.parse(text.as_bytes()).ok()
}

fn context(case: &Case) -> ConditionContext {
    let mut context = ConditionContext::new();
    for (key, value) in &case.request.context {
        let values: Vec<String> = match value {
            Value::Array(values) => values.iter().map(text).collect(),
            value => vec![text(value)],
        };
        context = match &values[..] {
            [value] if !case.multivalued.contains(key) => context.with(key, value),
            _ => context.with_list(key, values),
        };
    }
    context
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}
