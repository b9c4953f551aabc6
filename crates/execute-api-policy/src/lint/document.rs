//! Lints the policy as a whole and the form of its statements.

use std::collections::HashMap;

use super::{Findings, LintCode, finding::shown};
use crate::{
    document::{Entries, PolicyDocument, Statement},
    effect::Effect,
    pattern::ActionPattern,
};

/// The action that API Gateway checks.
const INVOKE: &str = "execute-api:Invoke";

pub(super) fn lint(policy: &PolicyDocument, findings: &mut Findings) {
    if policy.statements().is_empty() {
        let message = "the policy has no statement, so every request is denied";
        findings.add(LintCode::EmptyStatement, "Statement", message);
    }
    sids(policy, findings);
    for (index, statement) in policy.statements().iter().enumerate() {
        let (actions, resources) = (&statement.actions, &statement.resources);
        list(
            LintCode::EmptyActions,
            ("Action", actions),
            (index, statement),
            findings,
        );
        list(
            LintCode::EmptyResources,
            ("Resource", resources),
            (index, statement),
            findings,
        );
    }
}

fn sids(policy: &PolicyDocument, findings: &mut Findings) {
    let mut first_with = HashMap::new();
    for (index, statement) in policy.statements().iter().enumerate() {
        let Some(sid) = statement.sid().filter(|sid| !sid.is_empty()) else {
            continue;
        };
        let place = format!("Statement[{index}].Sid");
        if !sid.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            let message = format!("`{}` has characters that IAM does not accept", shown(sid));
            findings.add(LintCode::SidCharacters, &place, message);
        }
        let first = *first_with.entry(sid).or_insert(index);
        if first != index {
            let message = format!("`{}` is also the `Sid` of Statement[{first}]", shown(sid));
            findings.add(LintCode::DuplicateSid, &place, message);
        }
    }
}

/// Finds an empty list, or a list that excludes everything.
fn list(
    empty: LintCode,
    (member, entries): (&str, &Entries),
    (index, statement): (usize, &Statement),
    findings: &mut Findings,
) {
    let excludes = entries.is_excluding();
    let not = if excludes { "Not" } else { "" };
    let place = format!("Statement[{index}].{not}{member}");
    if entries.texts().is_empty() {
        let effect = match (statement.effect, excludes) {
            (Effect::Deny, true) => "the list is empty, so the `Deny` has no exceptions",
            _ => "the list is empty, so the statement applies to no request",
        };
        findings.add(empty, place, effect);
        return;
    }
    let invokes = |text: &str| member == "Action" && ActionPattern::new(text).matches(INVOKE);
    let mut texts = entries.texts().iter().filter(|_| excludes);
    if let Some(all) = texts.find(|text| is_everything(text) || invokes(text)) {
        let all = shown(all);
        let message = format!("`{all}` excludes every request, so the statement never applies");
        findings.add(LintCode::NeverApplies, place, message);
    }
}

pub(super) fn is_everything(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte == b'*')
}

#[cfg(test)]
mod tests {
    use crate::lint::tests::{codes, statement};

    #[test]
    fn a_policy_without_statements_is_found() {
        assert_eq!(codes(r#"{"Statement": []}"#), ["empty-statement"]);
    }

    #[test]
    fn duplicate_sids_and_sids_with_other_characters_are_found() {
        let sids = |first: &str, second: &str| {
            let statement = r#""Effect": "Deny", "Action": "*", "Resource": "*""#;
            codes(&format!(
                r#"{{"Statement": [{{"Sid": "{first}", {statement}}}, {{"Sid": "{second}", {statement}}}]}}"#
            ))
        };
        assert_eq!(sids("One", "One"), ["duplicate-sid"]);
        assert_eq!(sids("One", "a b"), ["sid-characters"]);
        assert!(sids("One", "one").is_empty());
        assert!(sids("", "").is_empty());
    }

    #[test]
    fn empty_lists_are_found() {
        let actions = |json| codes(&statement(&format!(r#"{json}, "Resource": "*""#)));
        assert_eq!(actions(r#""Action": []"#), ["empty-actions"]);
        assert_eq!(actions(r#""NotAction": []"#), ["empty-actions"]);
        assert!(actions(r#""Action": "*""#).is_empty());
        let resources = |json| codes(&statement(&format!(r#"{json}, "Action": "*""#)));
        assert_eq!(resources(r#""Resource": []"#), ["empty-resources"]);
        assert_eq!(resources(r#""NotResource": []"#), ["empty-resources"]);
        assert!(resources(r#""Resource": ["*"]"#).is_empty());
    }

    #[test]
    fn lists_that_exclude_everything_are_found() {
        let excluding = |json| codes(&statement(json));
        assert_eq!(
            excluding(r#""NotAction": "*", "Resource": "*""#),
            ["never-applies"]
        );
        assert_eq!(
            excluding(r#""Action": "*", "NotResource": "*""#),
            ["never-applies"]
        );
        assert_eq!(
            excluding(r#""NotAction": "execute-api:inv*", "Resource": "*""#),
            ["never-applies"]
        );
        assert!(
            excluding(r#""NotAction": "execute-api:InvalidateCache", "Resource": "*""#).is_empty()
        );
    }
}
