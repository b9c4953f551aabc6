//! Lints paths next to each other: `…/pets/*` does not cover `…/pets`, and `…/pets` does not cover the paths below it.

mod covered;
mod head_beside_get;
mod slash_at_end;

use std::collections::HashMap;

use self::covered::{Covered, Scope, with_any_method};
use super::{
    Findings, LintCode,
    coverage::overlap,
    finding::{Entry, entries, shown},
    resources::{ends_in_blank, is_too_long},
};
use crate::{document::PolicyDocument, effect::Effect, pattern::split_arn};

/// If there are more pairs of an allowed and a denied resource than this, they are assumed to overlap.
const MAX_PAIRS: usize = 1_000;

/// The resources of the policy by their role, to look up which neighbours are covered.
pub(super) struct Neighbours<'p> {
    scopes: HashMap<Scope, Covered<'p>>,
    /// `None` if everything may be allowed.
    allowed: Option<Vec<&'p str>>,
    /// Whether several resources are allowed and all of them end in a slash.
    allows_slashes_only: bool,
}

impl<'p> Neighbours<'p> {
    pub(super) fn new(policy: &'p PolicyDocument) -> Self {
        let mut scopes: HashMap<_, Covered<'p>> = HashMap::new();
        let mut others = 0;
        for (index, statement) in policy.statements().iter().enumerate() {
            for entry in entries("Resource", &statement.resources, index, statement) {
                let scope = Scope::of(&entry);
                let covered = scopes.entry(scope).or_default();
                covered.texts.insert(entry.text);
                covered.beginnings.extend(entry.text.strip_suffix('*'));
                others += usize::from(scope != Scope::Allowed);
            }
        }
        let statements = policy.statements().iter();
        let mut allows = statements.filter(|statement| statement.effect == Effect::Allow);
        let has_exceptions = allows.any(|statement| statement.resources.is_excluding());
        let allowed = scopes.get(&Scope::Allowed).map(|covered| &covered.texts);
        let allowed: Vec<_> = allowed.into_iter().flatten().copied().collect();
        let is_open = has_exceptions || allowed.len() * others > MAX_PAIRS;
        let allows_slashes_only =
            allowed.len() > 1 && allowed.iter().all(|text| text.ends_with('/'));
        Self {
            scopes,
            allows_slashes_only,
            allowed: (!is_open).then_some(allowed),
        }
    }

    pub(super) fn lint(&self, entry: &Entry<'_>, findings: &mut Findings) {
        let text = entry.text;
        if is_too_long(text) || ends_in_blank(text) {
            return;
        }
        if has_path(text) {
            self.around(entry, findings);
        }
        self.head_beside_get(entry, findings);
    }

    fn around(&self, entry: &Entry<'_>, findings: &mut Findings) {
        let text = entry.text;
        if text.ends_with("/*") {
            return self.below(entry, findings);
        }
        match text.strip_suffix('/') {
            Some(parent) => self.slash_at_end(entry, parent, findings),
            None if entry.lets_through() || !ends_in_word(text) => {}
            None => self.children(entry, text, findings),
        }
    }

    /// Checks `…/pets/*`, and `…/pets/*/*`, which does not cover `…/pets/7` either.
    fn below(&self, entry: &Entry<'_>, findings: &mut Findings) {
        let parent = entry.text.trim_end_matches("/*");
        let stars = (entry.text.len() - parent.len()) / "/*".len();
        let (neighbour, missed) = match resource_segments(parent) {
            4.. if ends_in_word(parent) => {
                let child = format!("{parent}/x");
                let missed = match stars {
                    1 => format!("`{}`", shown(parent)),
                    _ => format!("`{}` or `{}/x`", shown(parent), shown(parent)),
                };
                if stars > 1 && self.covers(entry, parent) {
                    (child, missed)
                } else {
                    (parent.to_owned(), missed)
                }
            }
            count @ 0..4 if count + stars > 4 => {
                let method = entry.text.trim_end_matches("/*");
                let stars_in_front = 3 - count;
                let child = format!("{method}{}/x", "/*".repeat(stars_in_front));
                let missed = format!("paths of fewer than {} segments", count + stars - 3);
                (child, missed)
            }
            _ => return,
        };
        let code = if entry.lets_through() {
            LintCode::AllowMissesParent
        } else {
            LintCode::DenyMissesParent
        };
        if self.misses(entry, &neighbour, &neighbour) {
            let message = format!("`{}` does not cover {missed}", shown(entry.text));
            findings.add(code, entry, message);
        }
    }

    fn children(&self, entry: &Entry<'_>, parent: &str, findings: &mut Findings) {
        if self.misses(entry, &format!("{parent}/"), &format!("{parent}/*")) {
            let message = format!(
                "`{}` does not cover the paths below it and, on API Gateway, the path with a `/` at its end",
                shown(parent)
            );
            findings.add(LintCode::DenyMissesChildren, entry, message);
        }
    }

    /// Whether the entry should cover a neighbour and nothing covers it. An entry that excludes should cover a
    /// neighbour that is allowed.
    fn misses(&self, entry: &Entry<'_>, neighbour: &str, pattern: &str) -> bool {
        let matters = entry.lets_through() || self.is_allowed(pattern);
        matters && !self.covers(entry, neighbour)
    }

    fn is_allowed(&self, pattern: &str) -> bool {
        let allowed = self.allowed.as_ref();
        allowed.is_none_or(|allowed| allowed.iter().any(|text| overlap(text, pattern)))
    }

    /// Whether an entry has the same text, or is a prefix of the text followed by `*`.
    fn covers(&self, entry: &Entry<'_>, text: &str) -> bool {
        let Some(covered) = self.scopes.get(&Scope::of(entry)) else {
            return false;
        };
        covered.has(text) || with_any_method(text).is_some_and(|text| covered.has(&text))
    }
}

/// Whether it has an API, a stage, a method and a path.
fn has_path(arn: &str) -> bool {
    resource_segments(arn) >= 4
}

/// The number of segments of the resource part.
fn resource_segments(arn: &str) -> usize {
    split_arn(arn).map_or(0, |(_, resource)| resource.split('/').count())
}

/// Whether the last segment has no wildcard and no variable, and is not empty.
fn ends_in_word(arn: &str) -> bool {
    let last = arn.rsplit('/').next().unwrap_or_default();
    !last.is_empty() && !last.contains(['*', '?', '{', '}'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Statement;

    fn codes(statements: impl IntoIterator<Item = Statement>) -> Vec<&'static str> {
        let findings = PolicyDocument::new(statements.into_iter().collect::<Vec<_>>()).lint();
        let codes = findings.iter().map(|finding| finding.code().as_str());
        let is_around = |code: &&str| code.contains("-misses-") && *code != "deny-misses-head";
        codes.filter(is_around).collect()
    }

    pub(super) fn of(effect: Effect, parts: &[&str]) -> Statement {
        let arns = parts
            .iter()
            .map(|part| format!("arn:aws:execute-api:*:*:abc/prod/{part}"));
        Statement::invoke(effect, arns)
    }

    #[test]
    fn an_allow_of_the_paths_below_does_not_cover_the_parent() {
        let allow = |parts: &[&str]| codes([of(Effect::Allow, parts)]);
        assert_eq!(allow(&["GET/pets/*"]), ["allow-misses-parent"]);
        assert!(allow(&["GET/pets/*", "GET/pets"]).is_empty());
        assert!(allow(&["GET/pets/*", "GET/pet*", "GET/pets*"]).is_empty());
        assert!(allow(&["GET/pets/*", "*/pets"]).is_empty());
        assert!(allow(&["GET/pets/*", "*"]).is_empty());
        assert!(allow(&["GET/*"]).is_empty());
        assert!(allow(&["GET/pets"]).is_empty());
    }

    /// The findings for denied resources, if everything else is allowed.
    fn denied(parts: &[&str]) -> Vec<&'static str> {
        codes([
            Statement::invoke(Effect::Allow, ["*"]),
            of(Effect::Deny, parts),
        ])
    }

    #[test]
    fn an_allow_of_deeper_paths_does_not_cover_the_paths_between() {
        let allow = |parts: &[&str]| codes([of(Effect::Allow, parts)]);
        assert_eq!(allow(&["GET/pets/*/*"]), ["allow-misses-parent"]);
        assert_eq!(allow(&["GET/pets/*/*/*"]), ["allow-misses-parent"]);
        assert_eq!(
            allow(&["GET/pets/*/*", "GET/pets"]),
            ["allow-misses-parent"]
        );
        assert!(allow(&["GET/pets/*/*", "GET/pets", "GET/pets/*"]).is_empty());
        assert_eq!(allow(&["GET/*/*"]), ["allow-misses-parent"]);
        assert_eq!(allow(&["*/*/*"]), ["allow-misses-parent"]);
        assert!(allow(&["GET/*/*", "GET/*"]).is_empty());
        assert!(allow(&["*/*"]).is_empty());
        assert!(allow(&["*"]).is_empty());
    }

    #[test]
    fn a_deny_covers_only_its_own_path() {
        assert_eq!(denied(&["GET/admin"]), ["deny-misses-children"]);
        assert_eq!(denied(&["GET/admin/*"]), ["deny-misses-parent"]);
        assert_eq!(
            denied(&["GET/admin/"]),
            ["deny-misses-parent", "deny-misses-children"]
        );
        assert_eq!(
            denied(&["GET/admin/", "GET/admin"]),
            ["deny-misses-children"]
        );
        assert!(denied(&["GET/admin/", "GET/admin", "GET/admin/*"]).is_empty());
        assert!(denied(&["GET/admin", "GET/admin/*"]).is_empty());
        assert!(denied(&["*/admin", "GET/admin", "*/admin/*"]).is_empty());
        assert!(denied(&["GET/admin*"]).is_empty());
        assert!(denied(&["GET/admin", "GET/*"]).is_empty());
        assert!(
            codes([
                Statement::invoke(Effect::Allow, ["*"]),
                of(Effect::Deny, &["GET/admin"]),
                Statement::invoke(Effect::Deny, ["*"])
            ])
            .is_empty()
        );
    }

    #[test]
    fn a_deny_need_not_cover_paths_that_are_not_allowed() {
        let both = |allowed: &[&str], denied: &[&str]| {
            codes([of(Effect::Allow, allowed), of(Effect::Deny, denied)])
        };
        assert!(codes([of(Effect::Deny, &["GET/admin"])]).is_empty());
        assert!(codes([of(Effect::Deny, &["GET/admin/*"])]).is_empty());
        assert!(both(&["POST/*"], &["GET/admin"]).is_empty());
        assert!(both(&["GET/admin"], &["GET/admin"]).is_empty());
        assert_eq!(
            both(&["GET/admin/*", "GET/admin"], &["GET/admin"]),
            ["deny-misses-children"]
        );
        assert_eq!(both(&["*/adm*"], &["GET/admin"]), ["deny-misses-children"]);
        let many: Vec<_> = (0..MAX_PAIRS + 1)
            .map(|number| format!("POST/{number}"))
            .collect();
        let many: Vec<_> = many.iter().map(String::as_str).collect();
        assert_eq!(both(&many, &["GET/admin"]), ["deny-misses-children"]);
    }

    #[test]
    fn exceptions_count_only_for_their_own_statement() {
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
