//! Finds a policy that allows only one method although results are cached. If the same caller's next request is for
//! another method, the cached policy denies it.

use super::{Findings, LintCode, LintOptions, finding::shown};
use crate::{
    document::PolicyDocument,
    effect::Effect,
    pattern::{is_pattern, split_arn},
};

pub(super) fn lint(policy: &PolicyDocument, options: &LintOptions, findings: &mut Findings) {
    if !options.caching {
        return;
    }
    if let Some((place, arn)) = only_allowed(policy).filter(|(_, arn)| is_one_method(arn)) {
        let arn = shown(arn);
        let message = format!(
            "only `{arn}` is allowed, but the cached result is also used for other requests of the same caller"
        );
        findings.add(LintCode::OneMethodWhileCaching, place, message);
    }
}

/// The resource that the policy allows, if it allows exactly one.
fn only_allowed(policy: &PolicyDocument) -> Option<(String, &str)> {
    let statements = policy.statements().iter().enumerate();
    let mut allowed = statements
        .filter(|(_, statement)| statement.effect == Effect::Allow)
        .flat_map(|(index, statement)| {
            let texts = statement.resources.texts().iter().enumerate();
            texts.map(move |(at, text)| (index, at, statement, text))
        });
    let (index, at, statement, text) = allowed.next()?;
    let is_only = allowed.next().is_none() && !statement.resources.is_excluding();
    is_only.then(|| (format!("Statement[{index}].Resource[{at}]"), &**text))
}

fn is_one_method(arn: &str) -> bool {
    split_arn(arn)
        .is_some_and(|(_, resource)| !is_pattern(resource) && resource.split('/').nth(2).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Finding, Statement};

    const PETS: &str = "arn:aws:execute-api:eu-west-1:123456789012:abc/prod/GET/pets";
    const DOGS: &str = "arn:aws:execute-api:eu-west-1:123456789012:abc/prod/GET/dogs";
    const ALL: &str = "arn:aws:execute-api:eu-west-1:123456789012:abc/prod/*";

    fn places<const N: usize>(effect: Effect, arns: [&str; N], caching: bool) -> Vec<String> {
        let policy = PolicyDocument::new([Statement::invoke(effect, arns)]);
        let findings = policy.lint_with(&LintOptions::new().caching(caching));
        let cached = |finding: &&Finding| finding.code() == LintCode::OneMethodWhileCaching;
        let found = findings.iter().filter(cached);
        found.map(|finding| finding.path().to_owned()).collect()
    }

    #[test]
    fn a_single_method_is_found_if_results_are_cached() {
        assert_eq!(
            places(Effect::Allow, [PETS], true),
            ["Statement[0].Resource[0]"]
        );
        assert!(places(Effect::Allow, [PETS], false).is_empty());
        assert!(places(Effect::Allow, [PETS, DOGS], true).is_empty());
        assert!(places(Effect::Allow, [ALL], true).is_empty());
        assert!(places(Effect::Deny, [PETS], true).is_empty());
        assert!(places(Effect::Allow, [], true).is_empty());
    }
}
