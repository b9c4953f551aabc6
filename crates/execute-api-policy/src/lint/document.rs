//! The policy as a whole, and the shape of its statements.

use std::collections::HashMap;

use super::{Findings, LintCode, finding::shown};
use crate::{
    document::{Entries, PolicyDocument, Statement},
    effect::Effect,
    pattern::ActionPattern,
};

/// The action that an authorizer's policy is asked about.
const INVOKE: &str = "execute-api:Invoke";

pub(super) fn lint(policy: &PolicyDocument, findings: &mut Findings) {
    if policy.statements().is_empty() {
        let message = "the policy has no statement, so every request is refused";
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
            let message = format!("`{}` has characters that IAM does not take", shown(sid));
            findings.add(LintCode::SidCharacters, &place, message);
        }
        let first = *first_with.entry(sid).or_insert(index);
        if first != index {
            let message = format!("`{}` is also the name of Statement[{first}]", shown(sid));
            findings.add(LintCode::DuplicateSid, &place, message);
        }
    }
}

/// A list that is empty, or one that excludes everything.
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
            (Effect::Deny, true) => "the list is empty, so it excepts nothing from the `Deny`",
            _ => "the list is empty, so the statement is applied to no request",
        };
        findings.add(empty, place, effect);
        return;
    }
    let invokes = |text: &str| member == "Action" && ActionPattern::new(text).matches(INVOKE);
    let mut texts = entries.texts().iter().filter(|_| excludes);
    if let Some(all) = texts.find(|text| is_everything(text) || invokes(text)) {
        let all = shown(all);
        let message =
            format!("`{all}` excludes every request, so the statement is applied to none");
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
    fn a_policy_has_statements() {
        assert_eq!(codes(r#"{"Statement": []}"#), ["empty-statement"]);
    }

    #[test]
    fn sids_differ_and_are_letters_and_digits() {
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
    fn lists_are_not_empty() {
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
    fn not_everything_is_excluded() {
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
