//! Lints policy variables, `${…}`.

use std::fmt;

use super::{
    Findings, LintCode, LintOptions,
    finding::{Entry, shown},
    keys::Key,
};

/// Finds a variable before the resource part, where no version supports variables. Returns whether there is one. The
/// variable may contain colons, so the ARN cannot be split reliably.
pub(super) fn lint_head(
    after_arn: &str,
    head: &[&str],
    entry: &Entry<'_>,
    findings: &mut Findings,
) -> bool {
    if !head.iter().any(|part| part.contains("${")) {
        return false;
    }
    let variable = after_arn.find("${").and_then(|at| after_arn.get(at..));
    let variable = variable.unwrap_or(after_arn);
    let end = variable.find('}').map_or(variable.len(), |end| end + 1);
    let variable = shown(variable.get(..end).unwrap_or(variable));
    let is_template = variable.starts_with("${AWS::");
    let hint = if is_template {
        ": CloudFormation replaces it only under `Fn::Sub`"
    } else {
        ""
    };
    let message = format!("`{variable}` is before the resource part, so it is plain text{hint}");
    findings.add(LintCode::VariableInArnHead, entry, message);
    true
}

/// Lints a text that may have variables. Reports only the first finding, because a text may have very many variables.
pub(super) fn lint(
    text: &str,
    has_variables: bool,
    options: &LintOptions,
    place: &dyn fmt::Display,
    findings: &mut Findings,
) {
    if !has_variables {
        if text.contains("${") {
            let message = format!(
                "`${{` in `{}` is plain text, because the policy's `Version` does not support variables",
                shown(text)
            );
            findings.add(LintCode::VariablesInOldVersion, place, message);
        }
        return;
    }
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("${") {
        let Some((inside, after)) = after.split_once('}') else {
            let message = format!("`${{{}` has no `}}`, so it is plain text", shown(after));
            return findings.add(LintCode::VariableUnclosed, place, message);
        };
        if let Some((code, message)) = variable(inside, options) {
            return findings.add(code, place, message);
        }
        rest = after;
    }
}

fn variable(inside: &str, options: &LintOptions) -> Option<(LintCode, String)> {
    let text = format!("${{{}}}", shown(inside));
    if matches!(inside, "*" | "?" | "$") {
        return None;
    }
    let (key, default) = match inside.split_once(", '") {
        Some((key, default)) => (key, Some(default)),
        None => (inside, None),
    };
    let is_quoted = default.is_none_or(|default| default.ends_with('\''));
    let is_name = !key.is_empty()
        && !key.contains(|c: char| c.is_whitespace() || matches!(c, '\'' | ',' | '$' | '{'));
    if !is_name || !is_quoted {
        let message =
            format!("`{text}` is not a variable, because its name or its default is malformed");
        return Some((LintCode::VariableMalformed, message));
    }
    match Key::new(key, options) {
        Key::OfGateway(_) | Key::OfApplication => None,
        _ if !key.contains(':') => Some((
            LintCode::VariableForeignSyntax,
            format!("`{text}` does not name a condition key"),
        )),
        Key::IamOnly | Key::Unknown => default.is_none().then(|| {
            let message = format!("`{text}` never has a value in a request with an authorizer");
            (LintCode::VariableWithoutValue, message)
        }),
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::tests::codes;

    fn policy(version: &str, path: &str, value: &str) -> Vec<&'static str> {
        codes(&format!(
            r#"{{"Version": "{version}", "Statement": {{"Effect": "Allow", "Action": "*",
            "Resource": "arn:aws:execute-api:*:*:abc/prod/GET/{path}",
            "Condition": {{"StringEquals": {{"aws:Referer": "{value}"}}}}}}}}"#
        ))
    }

    #[test]
    fn variables_need_a_version_that_supports_them() {
        assert_eq!(
            policy("2008-10-17", "${aws:SourceIp}", "a"),
            ["variables-in-old-version"]
        );
        assert_eq!(
            policy("2008-10-17", "pets", "${aws:SourceIp}"),
            ["variables-in-old-version"]
        );
        assert!(policy("2012-10-17", "${aws:SourceIp}", "${aws:SourceIp}").is_empty());
        assert!(policy("2008-10-17", "$a", "$").is_empty());
    }

    #[test]
    fn variables_that_have_no_value_are_found() {
        for (text, code) in [
            ("${aws:username}", "variable-without-value"),
            ("${aws:PrincipalTag/team}", "variable-without-value"),
            ("${acme:team}", "variable-without-value"),
            ("${stageVariables.x}", "variable-foreign-syntax"),
            ("${context.authorizer.user}", "variable-foreign-syntax"),
            ("${id}", "variable-foreign-syntax"),
            ("${aws:SourceIp", "variable-unclosed"),
            ("${}", "variable-malformed"),
            ("${ aws:SourceIp }", "variable-malformed"),
            ("${aws:SourceIp,'x'}", "variable-malformed"),
            ("${aws:username, 'x}", "variable-malformed"),
        ] {
            assert_eq!(policy("2012-10-17", text, "a"), [code], "{text}");
            assert_eq!(policy("2012-10-17", "pets", text), [code], "{text}");
        }
        for clean in [
            "${*}",
            "${?}${$}",
            "${aws:username, 'nobody'}",
            "${AWS:sourceip}",
            "$a",
            "a}",
        ] {
            assert!(
                policy("2012-10-17", "pets", &clean.replace("${*}", "$")).is_empty(),
                "{clean}"
            );
            assert!(policy("2012-10-17", clean, "a").is_empty(), "{clean}");
        }
    }

    #[test]
    fn the_head_of_an_arn_has_no_variables() {
        let head = |version: &str, region: &str| {
            codes(&format!(
                r#"{{"Version": "{version}", "Statement": {{"Effect": "Allow", "Action": "*",
                "Resource": "arn:aws:execute-api:{region}:*:abc/prod/*"}}}}"#
            ))
        };
        assert_eq!(
            head("2012-10-17", "${aws:RequestedRegion}"),
            ["variable-in-arn-head"]
        );
        assert_eq!(
            head("2008-10-17", "${AWS::Region}"),
            ["variable-in-arn-head"]
        );
        assert!(head("2012-10-17", "eu-west-1").is_empty());
    }
}
