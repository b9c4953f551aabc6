//! Runs the policy cases. Each case evaluates one policy for one request.
//!
//! Reads `tests/cases/policy/*.json`. If the environment variable `EXTRA_CASES` names a folder, also reads every
//! `*.json` in its subfolder `policy`. `tests/cases/README.md` describes the format.
#![allow(clippy::unwrap_used)]

#[path = "support/case_files.rs"]
mod case_files;
#[path = "support/case_runner.rs"]
mod case_runner;

use std::{collections::BTreeMap, process::ExitCode};

use case_runner::Cases;
use execute_api_policy::{
    ConditionContext, EvaluationRequest, LintOptions, MethodArn, ParseOptions, PolicyDocument,
    UnusableValues, Verdict,
    layer_only::{MethodName, Stage, StageRequest, specialise},
};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

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
    /// Strings that the explanation must contain.
    #[serde(default)]
    says: Vec<String>,
    /// A change that, according to the explanation, changes the verdict.
    turned: Option<Turned>,
    /// The codes of all findings for an authorizer whose results are not cached.
    lint: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Turned {
    policy: Option<Box<RawValue>>,
    context: Option<BTreeMap<String, Value>>,
    expect: String,
}

#[derive(Deserialize)]
struct Request {
    action: String,
    resource: String,
    #[serde(default)]
    context: BTreeMap<String, Value>,
}

/// A policy as real authorizers write it, and its lint findings.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    name: String,
    policy: Box<RawValue>,
    lint: Vec<String>,
}

fn main() -> ExitCode {
    let mut cases = Cases::default();
    cases.run(
        "policy",
        |case: &Case, file| format!("{} ({file}): {}", case.id, case.note),
        |case| {
            print_what_is_said(case);
            problems(case)
        },
    );
    cases.run(
        "lint",
        |shape: &Shape, file| format!("{} ({file})", shape.name),
        |shape| {
            let policy = parse(shape.policy.get());
            let found = policy.as_ref().map_or(vec!["refused"], codes);
            unexpected_findings(&shape.lint, &found)
        },
    );
    cases.finish("policy cases")
}

fn problems(case: &Case) -> Vec<String> {
    let mut problems = Vec::new();
    let mut check = |expected: &str, got: String| {
        if got != expected {
            problems.push(format!("expected {expected}, got {got}"));
        }
    };
    let context = context(case, &case.request.context);
    let policy = policy(case);
    check(&case.expect, verdict(policy.as_ref(), case, &context));
    let Some(policy) = policy else {
        return problems;
    };
    if let Some(turned) = &case.turned {
        let context = self::context(
            case,
            turned.context.as_ref().unwrap_or(&case.request.context),
        );
        let changed = turned
            .policy
            .as_ref()
            .and_then(|policy| parse(policy.get()));
        let verdict = verdict(Some(changed.as_ref().unwrap_or(&policy)), case, &context);
        check(
            &format!("{} once it is turned", turned.expect),
            format!("{verdict} once it is turned"),
        );
    }
    let explanation = policy
        .compile()
        .explain(&request(case, &context))
        .to_string();
    for text in &case.says {
        if !explanation.contains(text) {
            problems.push(format!("not said: {text}\n{explanation}"));
        }
    }
    if let Some(expected) = &case.lint {
        problems.extend(unexpected_findings(expected, &codes(&policy)));
    }
    problems
}

fn unexpected_findings(expected: &[String], found: &[&str]) -> Vec<String> {
    if found == expected {
        Vec::new()
    } else {
        vec![format!("expected the findings {expected:?}, got {found:?}")]
    }
}

/// If a note describes in prose what lint or an explanation should say, prints the actual output for a reader.
fn print_what_is_said(case: &Case) {
    let (lint, explanation) = ("lint now", "explanation now");
    let Some(policy) = policy(case) else { return };
    if case.note.contains(lint) && case.lint.is_none() {
        println!("{}: {}", case.id, case.note);
        for finding in policy.lint_with(&LintOptions::new().caching(false)) {
            println!("    {finding}");
        }
    }
    if case.note.contains(explanation) && case.says.is_empty() {
        let context = context(case, &case.request.context);
        let explanation = policy.compile().explain(&request(case, &context));
        println!("{}: {}\n    {}", case.id, case.note, explanation.reason());
    }
}

fn codes(policy: &PolicyDocument) -> Vec<&'static str> {
    let findings = policy.lint_with(&LintOptions::new().caching(false));
    findings
        .iter()
        .map(|finding| finding.code().as_str())
        .collect()
}

fn request<'c>(case: &'c Case, context: &'c ConditionContext) -> EvaluationRequest<'c> {
    let Request {
        action, resource, ..
    } = &case.request;
    EvaluationRequest::new(action, resource).with_keys(context)
}

fn verdict(policy: Option<&PolicyDocument>, case: &Case, context: &ConditionContext) -> String {
    let Some(policy) = policy else {
        return "Invalid".into();
    };
    let request = request(case, context);
    let verdict = policy.compile().evaluate(&request).verdict();
    if let Some(specialised) = specialised_verdict(policy, &case.request, &request) {
        assert_eq!(specialised, verdict, "{}: specialised", case.id);
    }
    match verdict {
        Verdict::Allow => "Allow",
        Verdict::ExplicitDeny => "ExplicitDeny",
        Verdict::ImplicitDeny => "ImplicitDeny",
    }
    .into()
}

/// The verdict of the policy that is specialised to the stage of the request. `None` if the request is not for a method
/// of a stage.
fn specialised_verdict(
    policy: &PolicyDocument,
    Request {
        action, resource, ..
    }: &Request,
    request: &EvaluationRequest<'_>,
) -> Option<Verdict> {
    let is_invoke = action.eq_ignore_ascii_case("execute-api:Invoke");
    let arn: MethodArn = resource.parse().ok().filter(|_| is_invoke)?;
    let stage = arn.stage_arn().to_string();
    let (method, path) = resource
        .strip_prefix(&format!("{stage}/"))?
        .split_once('/')?;
    let (head, name) = stage.strip_prefix("arn:")?.rsplit_once(':')?;
    let policy = specialise(policy, &Stage::of_methods(head, format!("{name}/")));
    let path = format!("/{path}");
    let evaluation = policy.evaluate(&StageRequest::new(MethodName::of(method), &path), |rest| {
        rest.decide(request)
    });
    Some(evaluation.verdict())
}

fn policy(case: &Case) -> Option<PolicyDocument> {
    match (&case.policy, &case.policy_text) {
        (Some(policy), None) => parse(policy.get()),
        (None, Some(text)) => parse(text),
        _ => panic!("{}: either `policy` or `policyText`", case.id),
    }
}

/// Some cases have values that their operator cannot use, because IAM accepts such policies.
fn parse(text: &str) -> Option<PolicyDocument> {
    let options = ParseOptions::new().unusable_values(UnusableValues::MatchNothing);
    options.parse(text.as_bytes()).ok()
}

fn context(case: &Case, keys: &BTreeMap<String, Value>) -> ConditionContext {
    let mut context = ConditionContext::new();
    for (key, value) in keys {
        let is_list = value.is_array();
        let values: Vec<String> = match value {
            Value::Array(values) => values.iter().map(text).collect(),
            value => vec![text(value)],
        };
        context = match &values[..] {
            [value] if !(case.multivalued.contains(key) && is_list) => context.with(key, value),
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
