//! A policy by itself: why it decides as it does, and what the lint finds.

use std::{fmt::Write, process::ExitCode};

use tower_lambda_authorizer::policy::{
    ConditionContext, EvaluationRequest, Finding, LintOptions, PolicyDocument, Severity, Verdict,
};

use crate::{
    failure::{Failure, read},
    output::print,
};

pub(crate) fn explain(
    file: &str,
    method_arn: &str,
    context: &ConditionContext,
    api: Option<&str>,
) -> Result<ExitCode, Failure> {
    let document = document(file)?;
    let request = EvaluationRequest::invoke(method_arn).with_keys(context);
    let explanation = document.compile().explain(&request);
    print(&format!(
        "{explanation}{}",
        written(&findings(&document, api))
    ))?;
    Ok(match explanation.verdict() {
        Verdict::Allow => ExitCode::SUCCESS,
        Verdict::ExplicitDeny | Verdict::ImplicitDeny => ExitCode::from(1),
    })
}

/// A suggestion alone does not fail a build.
pub(crate) fn lint(file: &str, api: Option<&str>) -> Result<ExitCode, Failure> {
    let found = findings(&document(file)?, api);
    print(&written(&found))?;
    Ok(
        match found
            .iter()
            .any(|finding| finding.severity() != Severity::Suggestion)
        {
            true => ExitCode::from(1),
            false => ExitCode::SUCCESS,
        },
    )
}

fn document(file: &str) -> Result<PolicyDocument, Failure> {
    let text = read(file)?;
    PolicyDocument::from_json(text.as_bytes()).map_err(|error| Failure::of(file, error))
}

fn findings(document: &PolicyDocument, api: Option<&str>) -> Vec<Finding> {
    let options = LintOptions::new();
    document.lint_with(&match api {
        Some(arn) => options.api(arn),
        None => options,
    })
}

fn written(findings: &[Finding]) -> String {
    findings.iter().fold(String::new(), |mut text, it| {
        let _ = writeln!(text, "{it}");
        text
    })
}
