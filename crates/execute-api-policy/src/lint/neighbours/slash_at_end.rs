//! A slash at the end: `…/GET/` is the root, and `…/GET/pets/` is neither `…/GET/pets` nor what is below.

use super::{Neighbours, has_path};
use crate::{
    lint::{
        Findings, LintCode,
        finding::{Entry, shown},
        method::method_name,
    },
    pattern::split_arn,
};

impl Neighbours<'_> {
    /// Of an entry and the same without its slash.
    pub(super) fn slash_at_end(&self, entry: &Entry<'_>, parent: &str, findings: &mut Findings) {
        match (entry.lets_through(), has_path(parent)) {
            (true, has_path) => self.allowed_slash(entry, parent, has_path, findings),
            (false, false) => self.denied_root(entry, parent, findings),
            (false, true) => self.denied_slash(entry, parent, findings),
        }
    }

    fn allowed_slash(
        &self,
        entry: &Entry<'_>,
        parent: &str,
        has_path: bool,
        findings: &mut Findings,
    ) {
        let below = format!("{}x", entry.text);
        if self.is_answer(entry.text) || self.covers(entry, parent) || self.covers(entry, &below) {
            return;
        }
        let what = match (has_path, is_open(parent)) {
            (false, false) => "the root only, and nothing below it",
            (false, true) => "only the root and paths that end in a slash",
            (true, false) => "the path with a slash at its end only, and nothing below it",
            (true, true) => "only paths that end in a slash",
        };
        let message = format!("`{}` covers {what}", shown(entry.text));
        findings.add(LintCode::SlashAtEnd, entry, message);
    }

    fn denied_root(&self, entry: &Entry<'_>, parent: &str, findings: &mut Findings) {
        let below = format!("{}x", entry.text);
        if self.misses(entry, &below, &format!("{}?*", entry.text)) {
            let what = match is_open(parent) {
                false => "the root only",
                true => "only the root and paths that end in a slash",
            };
            let text = shown(entry.text);
            let message =
                format!("`{text}` covers {what}, and other paths of the method are allowed");
            findings.add(LintCode::DenyRootOnly, entry, message);
        }
    }

    fn denied_slash(&self, entry: &Entry<'_>, parent: &str, findings: &mut Findings) {
        let text = shown(entry.text);
        if self.misses(entry, parent, parent) {
            let message = format!("`{text}` does not cover `{}`", shown(parent));
            findings.add(LintCode::DenyMissesParent, entry, message);
        }
        let below = format!("{}x", entry.text);
        if self.misses(entry, &below, &format!("{}?*", entry.text)) {
            let message = format!("`{text}` does not cover the paths below it");
            findings.add(LintCode::DenyMissesChildren, entry, message);
        }
    }

    /// A whole ARN, alone or beside others that have a path: an authorizer's answer to that very request.
    fn is_answer(&self, text: &str) -> bool {
        let is_whole = !text.contains(['*', '?']) && !text.contains("${");
        is_whole && !self.allows_slashes_only
    }
}

/// Whether a star in the method or the path may stand for several segments.
fn is_open(arn: &str) -> bool {
    let Some((_, resource)) = split_arn(arn) else {
        return false;
    };
    let judged = method_name(resource).map_or(resource, |(_, path)| path);
    judged.contains('*')
}

#[cfg(test)]
mod tests {
    use crate::{
        Effect, PolicyDocument, Statement,
        lint::{
            neighbours::tests::of,
            tests::{allow, messages},
        },
    };

    fn slashes(statements: impl IntoIterator<Item = Statement>) -> Vec<&'static str> {
        let findings = PolicyDocument::new(statements.into_iter().collect::<Vec<_>>()).lint();
        let codes = findings.iter().map(|finding| finding.code().as_str());
        codes
            .filter(|code| ["slash-at-end", "deny-root-only"].contains(code))
            .collect()
    }

    #[test]
    fn a_slash_at_the_end_is_the_root_or_a_path_of_its_own() {
        let allow = |parts: &[&str]| slashes([of(Effect::Allow, parts)]);
        assert_eq!(allow(&["*/"]), ["slash-at-end"]);
        assert_eq!(allow(&["GET/", "POST/"]), ["slash-at-end"; 2]);
        assert_eq!(allow(&["GET/*/"]), ["slash-at-end"]);
        assert_eq!(allow(&["*/", "GET/pets"]), ["slash-at-end"]);
        assert_eq!(allow(&["GET/"]), ["slash-at-end"]);
        let whole = |parts: &[&str]| {
            let head = "arn:aws:execute-api:eu-west-1:123456789012:abc/prod";
            let arns = parts.iter().map(|part| format!("{head}/{part}"));
            slashes([Statement::invoke(Effect::Allow, arns)])
        };
        assert_eq!(whole(&["GET/", "POST/"]), ["slash-at-end"; 2]);
        assert!(whole(&["GET/"]).is_empty());
        assert!(whole(&["GET/", "GET/pets"]).is_empty());
        assert!(allow(&["*/", "*/*"]).is_empty());
        assert!(allow(&["GET/pets/", "GET/pets"]).is_empty());

        let deny = |parts: &[&str]| {
            slashes([
                Statement::invoke(Effect::Allow, ["*"]),
                of(Effect::Deny, parts),
            ])
        };
        assert_eq!(deny(&["GET/"]), ["deny-root-only"]);
        assert_eq!(deny(&["*/"]), ["deny-root-only"]);
        assert!(deny(&["GET/", "GET/*"]).is_empty());
        assert!(slashes([of(Effect::Deny, &["GET/"])]).is_empty());
        let same = [of(Effect::Deny, &["GET/"]), of(Effect::Allow, &["GET/"])];
        assert_eq!(slashes(same), ["slash-at-end"]);
    }

    #[test]
    fn a_star_in_the_path_covers_all_paths_that_end_in_a_slash() {
        for (part, words) in [
            ("abc/prod/*/", "only the root and paths that end in a slash"),
            ("abc/prod/GET/a/*/", "only paths that end in a slash"),
            ("*/*/GET/", "the root only"),
            ("*/*/GET/pets/", "the path with a slash at its end only"),
        ] {
            let found = messages(&allow(&format!("arn:aws:execute-api:*:*:{part}")));
            assert!(
                found
                    .iter()
                    .any(|text| text.ends_with(words) || text.contains(&format!("{words}, "))),
                "{part}: {found:?}"
            );
        }
    }
}
