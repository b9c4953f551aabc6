//! A path and what is around it: `…/pets/*` does not cover `…/pets`, nor `…/pets` what is below.

use std::collections::{HashMap, HashSet};

use super::{
    Findings, LintCode, entries,
    finding::{Entry, shown},
    resources::is_too_long,
};
use crate::policy::{
    document::{Effect, PolicyDocument},
    pattern::split_arn,
};

/// The resources of the policy by what they do, to look up what else is covered.
pub(super) struct Neighbours<'p>(HashMap<Scope, Covered<'p>>);

/// Which resources add up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Scope {
    Allowed,
    Denied,
    /// The exceptions of one statement.
    Excepted(usize),
}

#[derive(Default)]
struct Covered<'p> {
    texts: HashSet<&'p str>,
    /// The texts in front of a `*` at the end.
    beginnings: HashSet<&'p str>,
}

impl<'p> Neighbours<'p> {
    pub(super) fn new(policy: &'p PolicyDocument) -> Self {
        let mut scopes: HashMap<_, Covered<'p>> = HashMap::new();
        for (index, statement) in policy.statements().iter().enumerate() {
            for entry in entries("Resource", &statement.resources, index, statement) {
                let covered = scopes.entry(Scope::of(&entry)).or_default();
                covered.texts.insert(entry.text);
                covered.beginnings.extend(entry.text.strip_suffix('*'));
            }
        }
        Self(scopes)
    }

    pub(super) fn lint(&self, entry: &Entry<'_>, findings: &mut Findings) {
        if is_too_long(entry.text) || !has_path(entry.text) {
            return;
        }
        let (code, neighbour) = match entry.text.strip_suffix("/*") {
            Some(parent) if !has_path(parent) || !ends_in_word(parent) => return,
            Some(parent) if entry.lets_through() => {
                (LintCode::AllowMissesParent, parent.to_owned())
            }
            Some(parent) => (LintCode::DenyMissesParent, parent.to_owned()),
            None if entry.lets_through() || !ends_in_word(entry.text) => return,
            None => (LintCode::DenyMissesChildren, format!("{}/", entry.text)),
        };
        if !self.cover(Scope::of(entry), &neighbour) {
            let text = shown(entry.text);
            let message = match code {
                LintCode::DenyMissesChildren => format!(
                    "`{text}` does not cover the paths below it nor, on API Gateway, the one with a `/` at its end"
                ),
                _ => format!("`{text}` does not cover `{}`", shown(&neighbour)),
            };
            findings.add(code, entry, message);
        }
    }

    /// Whether a pattern is covered by one of the same text, or by a beginning of it with `*`.
    fn cover(&self, scope: Scope, text: &str) -> bool {
        let Some(covered) = self.0.get(&scope) else {
            return false;
        };
        covered.has(text) || with_any_method(text).is_some_and(|text| covered.has(&text))
    }
}

impl Scope {
    fn of(entry: &Entry<'_>) -> Self {
        match (entry.effect, entry.negated) {
            (Effect::Allow, false) => Self::Allowed,
            (Effect::Deny, false) => Self::Denied,
            (_, true) => Self::Excepted(entry.statement),
        }
    }
}

impl Covered<'_> {
    /// Beginnings are looked up where parts and segments end: few, in a text of at most 512 characters.
    fn has(&self, text: &str) -> bool {
        let ends = text.match_indices(['/', ':']).map(|(at, _)| at + 1);
        let beginnings = ends
            .chain([0, text.len()])
            .filter_map(|end| text.get(..end));
        let mut beginnings = beginnings.chain(text.strip_suffix('/'));
        self.texts.contains(text) || beginnings.any(|text| self.beginnings.contains(text))
    }
}

/// API, stage, method and a path that is not the root.
fn has_path(arn: &str) -> bool {
    let path = split_arn(arn).and_then(|(_, resource)| resource.splitn(4, '/').nth(3));
    path.is_some_and(|path| !path.is_empty())
}

/// The last segment has no wildcard and no variable, and is not empty.
fn ends_in_word(arn: &str) -> bool {
    let last = arn.rsplit('/').next().unwrap_or_default();
    !last.is_empty() && !last.contains(['*', '?', '{', '}'])
}

fn with_any_method(arn: &str) -> Option<String> {
    let (_, resource) = split_arn(arn)?;
    let head = arn.strip_suffix(resource)?;
    let mut segments = resource.splitn(4, '/');
    let (api, stage) = (segments.next()?, segments.next()?);
    let path = segments.nth(1)?;
    Some(format!("{head}{api}/{stage}/*/{path}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Statement;

    fn codes(statements: impl IntoIterator<Item = Statement>) -> Vec<&'static str> {
        let findings = PolicyDocument::new(statements.into_iter().collect::<Vec<_>>()).lint();
        let codes = findings.iter().map(|finding| finding.code().as_str());
        codes.filter(|code| code.contains("-misses-")).collect()
    }

    fn of(effect: Effect, parts: &[&str]) -> Statement {
        let arns = parts
            .iter()
            .map(|part| format!("arn:aws:execute-api:*:*:abc/prod/{part}"));
        Statement::invoke(effect, arns)
    }

    #[test]
    fn an_allow_of_what_is_below_does_not_cover_what_is_above() {
        let allow = |parts: &[&str]| codes([of(Effect::Allow, parts)]);
        assert_eq!(allow(&["GET/pets/*"]), ["allow-misses-parent"]);
        assert!(allow(&["GET/pets/*", "GET/pets"]).is_empty());
        assert!(allow(&["GET/pets/*", "GET/pet*", "GET/pets*"]).is_empty());
        assert!(allow(&["GET/pets/*", "*/pets"]).is_empty());
        assert!(allow(&["GET/pets/*", "*"]).is_empty());
        assert!(allow(&["GET/*"]).is_empty());
        assert!(allow(&["GET/pets"]).is_empty());
    }

    #[test]
    fn a_deny_covers_its_path_and_no_more() {
        let deny = |parts: &[&str]| codes([of(Effect::Deny, parts)]);
        assert_eq!(deny(&["GET/admin"]), ["deny-misses-children"]);
        assert_eq!(deny(&["GET/admin/*"]), ["deny-misses-parent"]);
        assert!(deny(&["GET/admin", "GET/admin/*"]).is_empty());
        assert!(deny(&["*/admin", "GET/admin", "*/admin/*"]).is_empty());
        assert!(deny(&["GET/admin*"]).is_empty());
        assert!(deny(&["GET/"]).is_empty());
        assert!(deny(&["GET/admin", "GET/*"]).is_empty());
        assert!(
            codes([
                of(Effect::Deny, &["GET/admin"]),
                Statement::invoke(Effect::Deny, ["*"])
            ])
            .is_empty()
        );
    }

    #[test]
    fn exceptions_are_their_statements_own() {
        let except = |parts: &[&str]| {
            let mut statement = of(Effect::Allow, parts);
            statement.resources.excluding = true;
            statement
        };
        assert_eq!(codes([except(&["GET/admin"])]), ["deny-misses-children"]);
        assert!(codes([except(&["GET/admin", "GET/admin/*"])]).is_empty());
        assert_eq!(
            codes([except(&["GET/admin"]), of(Effect::Deny, &["GET/admin*"])]),
            ["deny-misses-children"]
        );
    }
}
