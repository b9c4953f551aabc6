//! `Action` and `NotAction`.

use super::{
    Findings, LintCode,
    document::is_everything,
    finding::{Entry, shown},
};
use crate::pattern::ActionPattern;

/// What `execute-api` has.
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
            format!("no wildcard works in front of the colon: `{text}` {consequence}"),
        )),
        _ if entry.text.contains(|c: char| c == ',' || c.is_whitespace()) => Some((
            LintCode::ActionBlankOrComma,
            format!("`{text}` is one name, which no action has"),
        )),
        Some((_, "")) => Some((
            LintCode::ActionMalformed,
            format!("`{text}` names no action"),
        )),
        _ => unmatched(entry, &text),
    };
    if let Some((code, message)) = found {
        findings.add(code, entry, message);
    }
}

/// Actions in good form that are none of API Gateway's.
fn unmatched(entry: &Entry<'_>, text: &str) -> Option<(LintCode, String)> {
    let pattern = ActionPattern::new(entry.text);
    if !pattern.is_action() || ActionPattern::check(entry.text).is_err() {
        let message = format!("`{text}` is no action and {}", entry.consequence());
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
    let message = format!("`{text}` is an action of another service, which is not asked about");
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
    fn the_message_says_what_a_deny_makes_of_it() {
        let policy = r#"{"Statement": {"Effect": "Deny", "Action": "*:Invoke", "Resource": "*"}}"#;
        assert_eq!(
            messages(policy),
            [
                "no wildcard works in front of the colon: `*:Invoke` matches nothing, so the `Deny` is \
              applied to every request"
            ]
        );
    }
}
