//! Lints `Action` and `NotAction`.

use super::{
    Findings, LintCode,
    document::is_everything,
    finding::{Entry, shown},
};
use crate::pattern::ActionPattern;

/// The actions of `execute-api`.
const KNOWN: [&str; 3] = [
    "execute-api:Invoke",
    "execute-api:InvalidateCache",
    "execute-api:ManageConnections",
];

pub(super) fn lint(entry: &Entry<'_>, findings: &mut Findings) {
    if is_everything(entry.text) {
        return;
    }
    let (text, consequence) = (shown(entry.text), entry.consequence());
    let found = match entry.text.split_once(':') {
        Some((service, _)) if service.contains(['*', '?']) => Some((
            LintCode::ActionWildcardInService,
            format!("wildcards do not work before the colon: `{text}` {consequence}"),
        )),
        _ if entry.text.contains(|c: char| c == ',' || c.is_whitespace()) => Some((
            LintCode::ActionBlankOrComma,
            format!("`{text}` is read as a single action, and no action has this name"),
        )),
        Some((_, "")) => Some((
            LintCode::ActionMalformed,
            format!("`{text}` has no action after the colon"),
        )),
        _ => unmatched(entry, &text),
    };
    if let Some((code, message)) = found {
        findings.add(code, entry, message);
    }
}

/// Lints well-formed actions that match none of API Gateway's.
fn unmatched(entry: &Entry<'_>, text: &str) -> Option<(LintCode, String)> {
    let pattern = ActionPattern::new(entry.text);
    if !pattern.is_action() || ActionPattern::check(entry.text).is_err() {
        let message = format!("`{text}` is not an action and {}", entry.consequence());
        return Some((LintCode::ActionMalformed, message));
    }
    if KNOWN.iter().any(|known| pattern.matches(known)) {
        return None;
    }
    let (service, name) = entry.text.split_once(':')?;
    if service.eq_ignore_ascii_case("execute-api") {
        let message = format!("`execute-api` has no action `{}`", shown(name));
        return Some((LintCode::ActionUnknown, message));
    }
    let message = format!("`{text}` is an action of another service, so no request matches it");
    Some((LintCode::ActionOfAnotherService, message))
}

#[cfg(test)]
mod tests {
    use crate::lint::tests::{codes, messages, statement};

    fn action(action: &str) -> Vec<&'static str> {
        codes(&statement(&format!(
            r#""Action": "{action}", "Resource": "*""#
        )))
    }

    #[test]
    fn ordinary_actions_are_clean() {
        for clean in [
            "*",
            "execute-api:Invoke",
            "execute-api:*",
            "Execute-API:invoke",
            "execute-api:Inv*",
            "execute-api:InvalidateCache",
            "execute-api:ManageConnections",
        ] {
            assert!(action(clean).is_empty(), "{clean}");
        }
    }

    #[test]
    fn actions_that_do_nothing_are_found() {
        for (text, code) in [
            ("*:Invoke", "action-wildcard-in-service"),
            ("execute-ap?:Invoke", "action-wildcard-in-service"),
            (
                "execute-api:Invoke,InvalidateCache",
                "action-blank-or-comma",
            ),
            ("execute-api: Invoke", "action-blank-or-comma"),
            ("execute-api:", "action-malformed"),
            (":Invoke", "action-malformed"),
            ("execute_api:Invoke", "action-malformed"),
            ("execute-api:Invok", "action-unknown"),
            ("lambda:InvokeFunction", "action-of-another-service"),
        ] {
            assert_eq!(action(text), [code], "{text}");
        }
    }

    #[test]
    fn the_message_says_that_a_deny_applies_to_every_request() {
        let policy = r#"{"Statement": {"Effect": "Deny", "Action": "*:Invoke", "Resource": "*"}}"#;
        assert_eq!(
            messages(policy),
            [
                "wildcards do not work before the colon: `*:Invoke` matches nothing, so the `Deny` is \
              applied to every request"
            ]
        );
    }
}
