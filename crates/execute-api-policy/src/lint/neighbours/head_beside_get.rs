//! Finds a denied `GET` without `HEAD`: routers answer `HEAD` with the handler for `GET`, but for a policy it is
//! another method.

use super::Neighbours;
use crate::{
    lint::{
        Findings, LintCode,
        finding::{Entry, shown},
        method::method_name,
    },
    pattern::split_arn,
};

impl Neighbours<'_> {
    pub(super) fn head_beside_get(&self, entry: &Entry<'_>, findings: &mut Findings) {
        let Some(head) = of_head(entry.text).filter(|_| !entry.lets_through()) else {
            return;
        };
        if self.misses(entry, &head, &head) {
            let message = format!(
                "`{}` does not cover `HEAD` of the same path, which many routers answer with the handler for `GET`",
                shown(entry.text)
            );
            findings.add(LintCode::DenyMissesHead, entry, message);
        }
    }
}

/// The same ARN with `HEAD`, if the entry is about `GET`.
fn of_head(arn: &str) -> Option<String> {
    let (_, resource) = split_arn(arn)?;
    let (_, path) =
        method_name(resource).filter(|(method, path)| *method == "GET" && !path.is_empty())?;
    let before = arn.strip_suffix(path)?.strip_suffix("GET")?;
    Some(format!("{before}HEAD{path}"))
}

#[cfg(test)]
mod tests {
    use crate::{Effect, PolicyDocument, Statement, lint::neighbours::tests::of};

    fn is_found(statements: impl IntoIterator<Item = Statement>) -> bool {
        let policy = PolicyDocument::new(statements.into_iter().collect::<Vec<_>>());
        let findings = policy.lint();
        findings
            .iter()
            .any(|finding| finding.code().as_str() == "deny-misses-head")
    }

    #[test]
    fn a_denied_get_does_not_cover_head() {
        let everything = || Statement::invoke(Effect::Allow, ["*"]);
        let beside_everything =
            |denied: &[&str]| is_found([everything(), of(Effect::Deny, denied)]);
        for denied in [
            "GET/admin",
            "GET/admin/*",
            "GET/",
            "GET/*",
            "GET/users/*/secrets",
        ] {
            assert!(beside_everything(&[denied]), "{denied}");
        }
        for clean in [
            &["POST/admin"][..],
            &["*/admin"],
            &["*"],
            &["HEAD/admin"],
            &["GET/admin", "HEAD/admin"],
            &["GET/admin", "*/admin"],
            &["GET/admin/*", "HEAD/*"],
        ] {
            assert!(!beside_everything(clean), "{clean:?}");
        }
    }

    #[test]
    fn a_deny_need_not_cover_head_if_head_is_not_allowed() {
        let both = |allowed: &[&str]| {
            is_found([of(Effect::Allow, allowed), of(Effect::Deny, &["GET/admin"])])
        };
        assert!(both(&["*"]));
        assert!(both(&["*/admin"]));
        assert!(both(&["GET/*", "HEAD/*"]));
        assert!(!both(&["GET/*"]));
        assert!(!both(&["GET/*", "HEAD/health"]));
        assert!(!is_found([of(Effect::Deny, &["GET/admin"])]));
    }

    #[test]
    fn an_exception_of_get_does_not_cover_head() {
        let except = |effect, parts: &[&str]| {
            let mut statement = of(effect, parts);
            statement.resources.excluding = true;
            statement
        };
        assert!(is_found([except(Effect::Allow, &["GET/admin"])]));
        assert!(!is_found([except(Effect::Allow, &["*/admin"])]));
        let everything = Statement::invoke(Effect::Allow, ["*"]);
        assert!(!is_found([
            everything,
            except(Effect::Deny, &["GET/health"])
        ]));
    }
}
