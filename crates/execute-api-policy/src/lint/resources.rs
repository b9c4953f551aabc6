//! Lints `Resource` and `NotResource`: everything except the resource part of the ARN.

use super::{
    Findings, LintCode, LintOptions, api,
    document::is_everything,
    finding::{Entry, shown},
    head, method, stage, stars,
    undefined::{is_undefined, undefined_part},
    variables,
};
use crate::{
    effect::Effect,
    pattern::{NotAnArn, ResourcePattern, Syntax, may_lack_value, parse},
};

const MAX_CHARACTERS: usize = 512;

/// The names of the parts of an ARN's head for messages.
const HEAD: [&str; 4] = ["partition", "service", "region", "account"];

pub(super) fn lint(
    entry: &Entry<'_>,
    has_variables: bool,
    options: &LintOptions,
    findings: &mut Findings,
) {
    if is_everything(entry.text) {
        return;
    }
    let Some(after_arn) = entry.text.strip_prefix("arn:") else {
        return not_an_arn(entry, NotAnArn::Prefix, findings);
    };
    if is_too_long(entry.text) {
        let message = format!("`{}` is longer than 512 characters", shown(entry.text));
        return findings.add(LintCode::ResourceTooLong, entry, message);
    }
    if let Some((code, message)) = slip_of_the_pen(entry.text) {
        return findings.add(code, entry, message);
    }
    let parts: Vec<_> = after_arn.splitn(5, ':').collect();
    let head = parts.get(..4).unwrap_or(&parts);
    if variables::lint_head(after_arn, head, entry, findings) {
        return;
    }
    if let ResourcePattern::NotAnArn(defect) =
        ResourcePattern::new(entry.text, has_variables, false)
    {
        return not_an_arn(entry, defect, findings);
    }
    if let Some((what, part)) = HEAD.iter().zip(head).find(|(_, part)| part.contains('/')) {
        let message = format!(
            "`{}` is in the place of the {what}, so a part before it is missing and no request has this ARN",
            shown(part)
        );
        return findings.add(LintCode::ResourceMissingPart, entry, message);
    }
    if let Some(part) = undefined_part(entry.text) {
        let message = format!("a part of `{}` is `{}`", shown(entry.text), shown(part));
        findings.add(LintCode::ResourceUndefinedPart, entry, message);
    }
    head::lint(head, entry, options, findings);
    if let [_, service, _, _, resource] = *parts {
        // An ARN of another service has no method.
        if head::may_be_execute_api(service) {
            lint_after_head(resource, entry, has_variables, options, findings);
        }
    } else {
        let text = shown(entry.text);
        let message = format!("the missing parts of `{text}` are read as `*`");
        findings.add(LintCode::ResourceShortArn, entry, message);
    }
    if let Some(api) = &options.api {
        api::lint(entry, api, findings);
    }
}

/// The API, the stage, the method and the path.
fn lint_after_head(
    resource: &str,
    entry: &Entry<'_>,
    has_variables: bool,
    options: &LintOptions,
    findings: &mut Findings,
) {
    variables::lint(resource, has_variables, options, entry, findings);
    if has_variables {
        lint_denied_variable(resource, entry, findings);
    }
    method::lint(resource, entry, findings);
    if options.websocket {
        method::lint_websocket(resource, entry, findings);
    }
    if !entry.lets_through() && options.api.is_none() {
        stage::lint(resource, entry, findings);
    }
    // The remedy for a path parameter is a star, so the rules for stars do not apply to it.
    if entry.lets_through() && method::template(resource).is_none() {
        stars::lint(resource, has_variables, entry, findings);
    }
}

/// IAM does not apply a statement if a variable of its resource has no value. That is safe for an `Allow` and for
/// exceptions.
fn lint_denied_variable(resource: &str, entry: &Entry<'_>, findings: &mut Findings) {
    let is_denied = entry.effect == Effect::Deny && !entry.negated;
    let syntax = Syntax {
        wildcards: true,
        variables: true,
    };
    if is_denied && may_lack_value(&parse(resource, syntax)) {
        let message = format!(
            "`{}` denies nothing if its variable has no value",
            shown(entry.text)
        );
        findings.add(LintCode::DenyWithVariable, entry, message);
    }
}

/// Finds a list in one string, or invisible space at the end. Other rules cannot read such an ARN.
fn slip_of_the_pen(text: &str) -> Option<(LintCode, String)> {
    if is_list(text) {
        let message = format!(
            "`{}` is read as one resource and not as a list",
            shown(text)
        );
        return Some((LintCode::ResourceCommaList, message));
    }
    ends_in_blank(text).then(|| {
        let message = format!(
            "`{}` ends in a space, a tab or a line break, and does not cover the path without it",
            shown(text)
        );
        (LintCode::ResourceBlankAtEnd, message)
    })
}

fn is_list(text: &str) -> bool {
    let mut after_commas = text.split(',').skip(1).map(str::trim_start);
    after_commas.any(|text| text.starts_with("arn:"))
}

pub(super) fn ends_in_blank(text: &str) -> bool {
    text.ends_with(char::is_whitespace)
}

/// Checks API Gateway's limit, which also limits how much the other rules read.
pub(super) fn is_too_long(text: &str) -> bool {
    text.chars().nth(MAX_CHARACTERS).is_some()
}

fn not_an_arn(entry: &Entry<'_>, defect: NotAnArn, findings: &mut Findings) {
    let (text, consequence) = (shown(entry.text), entry.consequence());
    if entry.text.starts_with("execute-api:") {
        let message = format!("`{text}` is the short form of an ARN; here it {consequence}");
        return findings.add(LintCode::ResourceShortForm, entry, message);
    }
    if is_undefined(entry.text) {
        let message = format!("`{text}` is not an ARN and {consequence}");
        return findings.add(LintCode::ResourceUndefinedPart, entry, message);
    }
    let message = format!("`{text}` {} and {consequence}", defect.words());
    findings.add(LintCode::ResourceNotAnArn, entry, message);
}

#[cfg(test)]
mod tests {
    use crate::lint::tests::{allow, codes, messages, resource};

    #[test]
    fn a_deny_that_depends_on_a_variable_is_found() {
        let found = |effect: &str, member: &str, version: &str, path: &str| {
            let codes = codes(&format!(
                r#"{{"Version": "{version}", "Statement": {{"Effect": "{effect}", "Action": "*",
                "{member}": ["arn:aws:execute-api:*:*:abc/prod/GET/{path}/*", "*"]}}}}"#
            ));
            codes.contains(&"deny-with-variable")
        };
        let version = "2012-10-17";
        assert!(found("Deny", "Resource", version, "${aws:SourceIp}"));
        assert!(found("Deny", "Resource", version, "a${acme:team}b"));
        assert!(!found("Deny", "Resource", version, "${acme:team, 'none'}"));
        assert!(!found("Deny", "Resource", version, "${*}${$}"));
        assert!(!found("Deny", "Resource", "2008-10-17", "${aws:SourceIp}"));
        assert!(!found("Deny", "NotResource", version, "${aws:SourceIp}"));
        assert!(!found("Allow", "Resource", version, "${aws:SourceIp}"));
        assert!(!found("Allow", "NotResource", version, "${aws:SourceIp}"));
    }

    #[test]
    fn ordinary_resources_are_clean() {
        for clean in [
            "*",
            "arn:aws:execute-api:eu-west-1:123456789012:abc/prod/*",
            "arn:aws-cn:execute-api:*:*:abc/prod/GET/*",
            "arn:*:execute-api:*:*:*",
            "arn:aws*:execute-api:eu-west-?:*:abc/$default/GET/*",
        ] {
            assert!(resource(clean).is_empty(), "{clean}");
        }
    }

    #[test]
    fn resources_that_are_not_method_arns_are_found() {
        for (text, code) in [
            ("pets", "resource-not-an-arn"),
            ("/pets", "resource-not-an-arn"),
            ("", "resource-not-an-arn"),
            ("ARN:aws:execute-api:*:*:*", "resource-not-an-arn"),
            ("execute-api:/prod/GET/*", "resource-short-form"),
            ("arn:aws:execute-api:eu-west-1", "resource-short-arn"),
            (
                "arn:aws:execute-api:eu-west-1:abc/prod/*",
                "resource-missing-part",
            ),
            (
                "arn:aws:execute-api:abc/prod/GET/things:cancel",
                "resource-missing-part",
            ),
            ("arn:aws", "resource-not-an-arn"),
            ("arn:*", "resource-not-an-arn"),
            (
                "arn:aws::eu-west-1:123456789012:abc/*",
                "resource-not-an-arn",
            ),
            ("arn:aws:execute-api:", "resource-not-an-arn"),
            ("undefined", "resource-undefined-part"),
            (
                "arn:aws:execute-api:*:*:abc/prod/GET/a,arn:aws:execute-api:*:*:abc/prod/GET/b",
                "resource-comma-list",
            ),
            (
                "arn:aws:execute-api:*:*:abc/prod/GET/a, arn:aws:execute-api:*:*:abc/prod/GET/b",
                "resource-comma-list",
            ),
            (
                "arn:aws:execute-api:*:*:abc/prod/GET/a ",
                "resource-blank-at-end",
            ),
            (
                "arn:aws:execute-api:*:*:abc/prod/GET/a\n",
                "resource-blank-at-end",
            ),
            ("arn:amazon:execute-api:*:*:*", "resource-unknown-partition"),
            (
                "arn:aws:lambda:eu-west-1:123456789012:function:pets*",
                "resource-of-another-service",
            ),
            ("arn:aws:Execute-API:*:*:*", "resource-of-another-service"),
            ("arn:aws:execute-api::123456789012:*", "resource-empty-part"),
            ("arn:aws:execute-api:eu-west-1::*", "resource-empty-part"),
        ] {
            assert!(
                resource(text).contains(&code),
                "{text}: {:?}",
                resource(text)
            );
        }
    }

    #[test]
    fn a_resource_has_at_most_512_characters() {
        let of = |length: usize| {
            let arn = "arn:aws:execute-api:*:*:abc/prod/GET/";
            format!("{arn}{}/*", "é".repeat(length - arn.len() - 2))
        };
        assert_eq!(codes(&allow(&of(513))), ["resource-too-long"]);
        assert!(!codes(&allow(&of(512))).contains(&"resource-too-long"));
    }

    #[test]
    fn the_message_says_how_the_entry_affects_the_statement() {
        let message = |effect: &str, member: &str| {
            messages(&format!(
                r#"{{"Statement": {{"Effect": "{effect}", "Action": "*", "{member}": "pets"}}}}"#
            ))
        };
        for (effect, member, consequence) in [
            ("Allow", "Resource", "matches nothing"),
            (
                "Deny",
                "Resource",
                "matches nothing, so the `Deny` applies to every request",
            ),
            (
                "Allow",
                "NotResource",
                "excepts nothing, so the `Allow` applies to no request",
            ),
            ("Deny", "NotResource", "matches nothing"),
        ] {
            let expected = format!("`pets` is not an ARN and {consequence}");
            assert!(message(effect, member).contains(&expected), "{expected}");
        }
    }
}
