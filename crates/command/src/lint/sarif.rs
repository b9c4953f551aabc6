//! SARIF 2.1.0, which code hosts show beside the lines of a change.
//!
//! Its few members are written as JSON: the crates with all of its types are larger than this command.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use tower_lambda_authorizer::policy::LintCode;

use super::{
    finding::{Finding, Rule, Severity},
    rules,
};

pub(super) fn log(findings: &[Finding]) -> Value {
    let rules: Vec<_> = all_rules().collect();
    let results: Vec<_> = findings.iter().map(|it| result(it, &rules)).collect();
    let rules: Vec<_> = rules.iter().map(rule).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "lambda-authorizer",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "results": results,
        }],
    })
}

fn all_rules() -> impl Iterator<Item = Rule> {
    let of_policies = LintCode::ALL.iter().copied().map(Rule::from);
    rules::ALL.into_iter().chain(of_policies)
}

fn rule(rule: &Rule) -> Value {
    let mut json = json!({
        "id": rule.code,
        "shortDescription": {"text": rule.meaning},
        "defaultConfiguration": {"level": level(rule.severity)},
    });
    if let (Some(members), false) = (json.as_object_mut(), rule.remedy.is_empty()) {
        members.insert("help".into(), json!({"text": rule.remedy}));
    }
    json
}

fn result(finding: &Finding, rules: &[Rule]) -> Value {
    let index = rules.iter().position(|it| it.code == finding.rule.code);
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": {"uri": uri(&finding.file)},
            // Code hosts drop results without a line. If it is not known, the message says where in the file it is.
            "region": {"startLine": finding.line.unwrap_or(1)},
        },
    });
    if let (Some(members), false) = (location.as_object_mut(), finding.place.is_empty()) {
        let logical = json!([{"fullyQualifiedName": finding.place}]);
        members.insert("logicalLocations".into(), logical);
    }
    let text = match finding.place.as_str() {
        "" => finding.advice(),
        place => format!("{place}: {}", finding.advice()),
    };
    json!({
        "ruleId": finding.rule.code,
        "ruleIndex": index,
        "level": level(finding.rule.severity),
        "message": {"text": text},
        "locations": [location],
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Suggestion | Severity::Note => "note",
    }
}

/// A code host takes relative paths as those of the repository. Others need a scheme.
fn uri(file: &str) -> String {
    const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'/')
        .remove(b'.')
        .remove(b'-')
        .remove(b'_')
        .remove(b'~');
    let file = file.replace('\\', "/");
    let path = utf8_percent_encode(file.trim_start_matches("./"), ENCODED);
    if file.starts_with('/') {
        format!("file://{path}")
    } else {
        path.to_string()
    }
}
