//! Finds stars in allowed resources that cover more than the author may expect.

use super::{
    Findings, LintCode,
    finding::{Entry, shown},
    method::method_name,
};
use crate::pattern::{Part, Syntax, parse};

pub(super) fn lint(
    resource: &str,
    has_variables: bool,
    entry: &Entry<'_>,
    findings: &mut Findings,
) {
    let syntax = Syntax {
        wildcards: true,
        variables: has_variables,
    };
    let judged = after_method(resource);
    let parts = parse(judged, syntax);
    let Some(first) = parts.iter().position(|part| *part == Part::Star) else {
        return;
    };
    if ends_in_whole_stars(judged) {
        return;
    }
    let after = parts.get(first..).unwrap_or_default();
    if after.iter().any(|part| *part != Part::Star) {
        let text = shown(resource);
        let message = match deeper(resource, judged) {
            Some(deeper) => format!(
                "the `*` in `{text}` matches slashes, too, so `{}` is also allowed",
                shown(&deeper)
            ),
            None => format!(
                "the `*` before the end of `{text}` matches slashes, too, so deeper paths are also allowed"
            ),
        };
        return findings.add(LintCode::StarCrossesSlashes, entry, message);
    }
    let before = first.checked_sub(1).and_then(|before| parts.get(before));
    if let Some(Part::Text(before)) = before.filter(|_| !judged.ends_with("/*")) {
        let word = before.rsplit('/').next().unwrap_or_default();
        let message = format!(
            "`{}*` at the end of `{}` covers everything that begins with it",
            shown(word),
            shown(resource)
        );
        findings.add(LintCode::StarAfterText, entry, message);
    }
}

/// The text after the method, if there is a method in its place, or else the whole resource. A star for the stage,
/// before a method, could also match paths that have a segment with the method's name. But hardly any API has such
/// paths, and AWS's own examples and the CDK use such stars.
fn after_method(resource: &str) -> &str {
    match method_name(resource) {
        Some((_, path)) => path,
        None => resource,
    }
}

/// Whether the pattern ends in `/*/*`, which covers no more than `/*`, or in a slash, which another rule checks.
fn ends_in_whole_stars(text: &str) -> bool {
    let mut after = text.split('/').skip_while(|segment| !segment.contains('*'));
    let last = text.split('/').next_back();
    after.all(|segment| segment == "*" || (segment.is_empty() && last == Some("")))
}

/// An example of an unintended path that the first star covers. `None` if the star may also match the API or the
/// stage, so that the intention is unclear.
fn deeper(resource: &str, judged: &str) -> Option<String> {
    let in_front = resource.strip_suffix(judged)?;
    let (before, after) = judged
        .split_once('*')
        .filter(|_| !resource.contains("${"))?;
    let before = format!("{in_front}{before}");
    let more = match before.split('/').count() {
        0..3 => return None,
        3 if before.ends_with('/') && after.starts_with('/') => "GET/x",
        _ => "x/y",
    };
    Some(format!("{before}{more}{}", after.replace('*', "z")))
}

#[cfg(test)]
mod tests {
    use crate::lint::tests::{allow, codes, messages, resource, statement};

    fn arn(part: &str) -> String {
        format!("arn:aws:execute-api:eu-west-1:123456789012:{part}")
    }

    #[test]
    fn stars_that_allow_more_than_expected_are_found() {
        for (part, code) in [
            ("abc/prod/*/pets", "star-crosses-slashes"),
            ("abc/prod/GET/users/*/pets", "star-crosses-slashes"),
            ("abc/*/GET/users/*/pets", "star-crosses-slashes"),
            ("abc/*/pets/7", "star-crosses-slashes"),
            ("abc/prod/GET/*/get/x", "star-crosses-slashes"),
            ("abc/prod/GET/pets*", "star-after-text"),
            ("abc/*/GET/pets*", "star-after-text"),
            ("abc*", "star-after-text"),
        ] {
            assert_eq!(resource(&arn(part)), [code], "{part}");
        }
    }

    #[test]
    fn stars_for_whole_parts_are_clean() {
        for part in [
            "abc/*/GET/pets",
            "abc/*/GET/*",
            "*/*/GET/pets",
            "*/GET/pets",
            "abc/*/*/*",
            "abc/*/$connect",
            "*/*/$default",
            "abc/prod/*/*",
        ] {
            let found = resource(&arn(part));
            assert!(found.is_empty(), "{part}: {found:?}");
        }
    }

    #[test]
    fn the_finding_names_an_unintended_path() {
        for (part, deeper) in [
            ("abc/prod/*/pets", "`abc/prod/GET/x/pets` is also allowed"),
            (
                "abc/*/GET/u/*/pets/*/toys",
                "`abc/*/GET/u/x/y/pets/z/toys` is also allowed",
            ),
            ("abc/*/pets/7", "deeper paths are also allowed"),
        ] {
            let found = messages(&allow(&arn(part)));
            assert!(found.iter().any(|text| text.contains(deeper)), "{found:?}");
        }
    }

    #[test]
    fn stars_that_deny_more_than_expected_are_not_found() {
        let json = format!(
            r#""Action": "*", "NotResource": "{}""#,
            arn("abc/prod/*/pets*")
        );
        assert!(codes(&statement(&json)).is_empty());
    }

    #[test]
    fn an_escaped_star_is_plain_text() {
        let arn = "arn:aws:execute-api:*:*:abc/prod/GET/${*}/pets";
        let policy = |version: &str| {
            codes(&format!(
                r#"{{"Version": "{version}", "Statement": {{"Effect": "Allow", "Action": "*", "Resource": "{arn}"}}}}"#
            ))
        };
        assert!(policy("2012-10-17").is_empty());
        assert_eq!(
            policy("2008-10-17"),
            ["variables-in-old-version", "star-crosses-slashes"]
        );
    }
}
