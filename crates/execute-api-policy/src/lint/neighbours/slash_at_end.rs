//! Lints a slash at the end: `…/GET/` is the root, and `…/GET/pets/` covers neither `…/GET/pets` nor the paths below
//! it.

use super::{Neighbours, has_path};
use crate::{
    lint::{
        Findings, LintCode,
        finding::{Entry, shown},
        method::method_name,
    },
    pattern::{is_pattern, split_arn},
};

impl Neighbours<'_> {
    /// Checks an entry that ends in a slash. `parent` is the entry without the slash.
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
            (false, false) => "only the root, and nothing below it",
            (false, true) => "only the root and paths that end in a slash",
            (true, false) => "only the path with a slash at its end, and nothing below it",
            (true, true) => "only paths that end in a slash",
        };
        let message = format!("`{}` covers {what}", shown(entry.text));
        findings.add(LintCode::SlashAtEnd, entry, message);
    }

    fn denied_root(&self, entry: &Entry<'_>, parent: &str, findings: &mut Findings) {
        let below = format!("{}x", entry.text);
        if self.misses(entry, &below, &format!("{}?*", entry.text)) {
            let what = if is_open(parent) {
                "only the root and paths that end in a slash"
            } else {
                "only the root"
            };
            let text = shown(entry.text);
            let message =
                format!("`{text}` covers {what}, but other paths of the method are allowed");
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

    /// Whether the entry is the whole ARN of a request, so that the policy may be the answer to exactly that request.
    fn is_answer(&self, text: &str) -> bool {
        !is_pattern(text) && !self.allows_slashes_only
    }
}

/// Whether a star in the method or the path may match several segments.
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
    fn a_slash_at_the_end_covers_only_the_root_or_one_path() {
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
            ("*/*/GET/", "only the root"),
            ("*/*/GET/pets/", "only the path with a slash at its end"),
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
