//! Finds statements that cancel each other: an `Allow` that is denied, and a `Deny` without an `Allow`.

use super::{
    Findings, LintCode, coverage::covers, document::is_everything, finding::shown,
    method::is_every_path,
};
use crate::{
    document::{PolicyDocument, Statement},
    effect::Effect,
    evaluation::INVOKE,
    pattern::{ActionPattern, is_pattern, split_arn},
};

/// The maximum number of pairs of an allowed and a denied resource to compare. The others are ignored.
const MAX_PAIRS: usize = 10_000;

pub(super) fn lint(policy: &PolicyDocument, findings: &mut Findings) {
    let of = |effect| {
        let statements = policy.statements().iter().enumerate();
        statements.filter(move |(_, statement)| statement.effect == effect)
    };
    let denies: Vec<_> = of(Effect::Deny).collect();
    if of(Effect::Allow).next().is_none() {
        return without_allow(&denies, findings);
    }
    let allowed = of(Effect::Allow).map(|(_, allow)| allow.resources.texts().len());
    let most = MAX_PAIRS / allowed.sum::<usize>().max(1);
    let denied: Vec<_> = unconditional(&denies).take(most).collect();
    for (index, allow) in of(Effect::Allow) {
        without_effect(index, allow, &denied, findings);
    }
}

/// The resources that are denied without a condition, and their statements.
fn unconditional<'p>(
    denies: &[(usize, &'p Statement)],
) -> impl Iterator<Item = (usize, &'p String)> {
    let unconditional = denies.iter().filter(|(_, deny)| {
        let (actions, resources) = (&deny.actions, &deny.resources);
        let invokes = |text: &String| ActionPattern::new(text).matches(INVOKE);
        deny.conditions.is_empty()
            && !actions.is_excluding()
            && actions.texts().iter().any(invokes)
            && !resources.is_excluding()
    });
    unconditional.flat_map(|(index, deny)| {
        let texts = deny.resources.texts().iter();
        texts.map(|text| (*index, text))
    })
}

/// Finds an `Allow` that one denied resource covers completely.
fn without_effect(
    index: usize,
    allow: &Statement,
    denied: &[(usize, &String)],
    findings: &mut Findings,
) {
    let allowed = allow.resources.texts();
    if allowed.is_empty() || allow.resources.is_excluding() {
        return;
    }
    let covers_all = |wide: &str| allowed.iter().all(|narrow| covers(wide, narrow));
    if let Some((at, wide)) = denied.iter().find(|(_, wide)| covers_all(wide)) {
        let wide = shown(wide);
        let message = format!("everything that it allows is denied by `{wide}` of Statement[{at}]");
        let place = format!("Statement[{index}]");
        findings.add(LintCode::AllowWithoutEffect, place, message);
    }
}

/// Finds a list of denied resources in a policy that allows nothing. A `Deny` of one method's ARN is fine, because it
/// answers the request for that method. A pattern for every path is fine, too, because nothing else is left to allow.
fn without_allow(denies: &[(usize, &Statement)], findings: &mut Findings) {
    let mut entries = denies.iter().flat_map(|(index, deny)| {
        let texts = deny.resources.texts().iter();
        texts.map(move |text| (index, deny.resources.is_excluding(), text))
    });
    let all: Vec<_> = entries.by_ref().take(2).collect();
    let is_answer = match &all[..] {
        [(_, false, text)] => !is_pattern(text),
        _ => false,
    };
    let mut all = all.into_iter().chain(entries);
    let denies_everything = |(_, excludes, text): &(&usize, bool, &String)| {
        !excludes
            && (is_everything(text) || split_arn(text).is_none_or(|(_, name)| is_every_path(name)))
    };
    let first = all.clone().next();
    if let Some((index, ..)) =
        first.filter(|_| !is_answer && !all.any(|entry| denies_everything(&entry)))
    {
        let message = "nothing is allowed, so requests that are not denied here are denied, too";
        findings.add(
            LintCode::DenyWithoutAllow,
            format!("Statement[{index}]"),
            message,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Condition;

    fn of(effect: Effect, parts: &[&str]) -> Statement {
        let arn = |part: &&str| format!("arn:aws:execute-api:eu-west-1:123456789012:abc/{part}");
        Statement::invoke(effect, parts.iter().map(arn))
    }

    fn found(statements: impl IntoIterator<Item = Statement>) -> Vec<String> {
        let mut findings = Findings::default();
        let policy = PolicyDocument::new(statements.into_iter().collect::<Vec<_>>());
        lint(&policy, &mut findings);
        let findings = findings.into_vec().into_iter();
        findings
            .map(|finding| format!("{} {}", finding.code(), finding.path()))
            .collect()
    }

    #[test]
    fn an_allow_that_is_denied_completely_has_no_effect() {
        let allow = || of(Effect::Allow, &["prod/GET/pets", "prod/GET/dogs"]);
        let without_effect = ["allow-without-effect Statement[0]"];
        assert_eq!(
            found([allow(), of(Effect::Deny, &["prod/*"])]),
            without_effect
        );
        assert_eq!(
            found([allow(), Statement::invoke(Effect::Deny, ["*"])]),
            without_effect
        );
        assert!(found([allow(), of(Effect::Deny, &["prod/GET/pets"])]).is_empty());
        assert!(found([allow(), of(Effect::Deny, &["dev/*"])]).is_empty());
        let office = Condition::new("NotIpAddress", "aws:SourceIp", ["203.0.113.0/24"]).unwrap();
        let conditional = of(Effect::Deny, &["prod/*"])
            .with_condition(office)
            .unwrap();
        assert!(found([allow(), conditional]).is_empty());
        let mut except = of(Effect::Deny, &["prod/*"]);
        except.resources.excluding = true;
        assert!(found([allow(), except]).is_empty());
    }

    #[test]
    fn a_list_of_denies_without_an_allow_is_found() {
        let deny = |parts: &[&str]| found([of(Effect::Deny, parts)]);
        let without_allow = ["deny-without-allow Statement[0]"];
        assert_eq!(deny(&["prod/DELETE/*"]), without_allow);
        assert_eq!(deny(&["prod/GET/pets", "prod/GET/dogs"]), without_allow);
        for whole in ["prod/GET/pets", "prod/*", "prod/*/*", "*", "*/*/*"] {
            assert!(deny(&[whole]).is_empty(), "{whole}");
        }
        assert!(found([Statement::invoke(Effect::Deny, ["*"])]).is_empty());
        let allow = Statement::invoke(Effect::Allow, ["*"]);
        assert!(found([of(Effect::Deny, &["prod/DELETE/*"]), allow]).is_empty());
    }
}
