//! Finds denied resources that deny a whole stage, because of a word that may be meant for a method or for a path.

use super::{
    Findings, LintCode,
    finding::{Entry, shown},
    method::misspelt,
};
use crate::pattern::{Beginning, left_after, possible_stages};

/// A stage that no pattern names.
const UNNAMED: &str = "\0";

pub(super) fn lint(resource: &str, entry: &Entry<'_>, findings: &mut Findings) {
    if covers_stage(resource, UNNAMED) {
        return;
    }
    // Another rule finds what is a misspelt method in any case.
    let mut stages = possible_stages(entry.text).filter(|word| misspelt(word).is_none());
    if let Some(stage) = stages.find(|stage| covers_stage(resource, stage)) {
        let message = format!(
            "`{}` covers every request of a stage named `{stage}`, and every request of a layer that does not know its stage",
            shown(resource)
        );
        findings.add(LintCode::DenyMayMeanStage, entry, message);
    }
}

/// Whether the resource covers each request of a stage with this name in some API.
fn covers_stage(resource: &str, stage: &str) -> bool {
    let beginning = Beginning::OfAnyApi { stage: Some(stage) };
    let left = left_after(beginning, resource);
    left.is_some_and(|left| left.iter().any(|left| is_stars(left)))
}

fn is_stars(pattern: &str) -> bool {
    !pattern.is_empty() && pattern.bytes().all(|byte| byte == b'*')
}

#[cfg(test)]
mod tests {
    use crate::{
        Effect, LintCode, LintOptions, PolicyDocument, Statement,
        lint::tests::{codes, messages, statement},
    };

    fn denied(resource: &str) -> String {
        let json = format!(r#""Action": "*", "Resource": "arn:aws:execute-api:*:*:{resource}""#);
        statement(&json).replace("Allow", "Deny")
    }

    #[test]
    fn a_word_that_may_be_the_stage_is_found() {
        for (resource, stage) in [
            ("*/admin/*", Some("admin")),
            ("*/DELETE/*", Some("DELETE")),
            ("*/admin*", Some("admin")),
            ("*/ANY/*", None),
            ("*/delete/*", None),
            ("*/*/v1/admin/*", None),
            ("*/*/*/admin/*", None),
            ("*/*/DELETE/*", None),
            ("*/admin/GET/*", None),
            ("abc/admin/*", None),
            ("abc/*", None),
            ("*x*", None),
            ("*", None),
        ] {
            let found = messages(&denied(resource));
            let found = found.iter().find(|text| text.contains("of a stage named"));
            let expected = stage.map(|stage| {
                format!(
                    "`{resource}` covers every request of a stage named `{stage}`, and every request of a layer that does \
                     not know its stage"
                )
            });
            assert_eq!(found, expected.as_ref(), "{resource}");
        }
    }

    #[test]
    fn an_exception_is_found_and_what_lets_through_is_not() {
        let arn = "arn:aws:execute-api:*:*:*/admin/*";
        let found = |members: String| codes(&statement(&members)).contains(&"deny-may-mean-stage");
        assert!(found(format!(r#""Action": "*", "NotResource": "{arn}""#)));
        assert!(!found(format!(r#""Action": "*", "Resource": "{arn}""#)));
    }

    #[test]
    fn with_an_api_the_stage_is_known() {
        let deny = Statement::invoke(Effect::Deny, ["arn:aws:execute-api:*:*:*/admin/*"]);
        let policy = PolicyDocument::new([deny]);
        let api = "arn:aws:execute-api:eu-west-1:123456789012:abc/prod";
        for (options, is_found) in [
            (LintOptions::new(), true),
            (LintOptions::new().api(api), false),
        ] {
            let findings = policy.lint_with(&options);
            let mut codes = findings.iter().map(crate::Finding::code);
            let found = codes.any(|code| code == LintCode::DenyMayMeanStage);
            assert_eq!(found, is_found);
        }
    }
}
