//! Finds resources of another API than the one in the options.

use super::{
    Findings, LintCode,
    finding::{Entry, shown},
};
use crate::pattern::{Wildcard, split_arn};

const HEAD: [&str; 4] = ["partition", "service", "region", "account"];

/// Finds an ARN whose beginning differs from the API's method ARNs, and says in which part. Another rule finds other
/// services.
pub(super) fn lint(entry: &Entry<'_>, api: &str, findings: &mut Findings) {
    let (Some((head, resource)), Some((api_head, api_resource))) =
        (split_arn(entry.text), split_arn(api))
    else {
        return;
    };
    let heads = HEAD.into_iter().zip(head.into_iter().zip(api_head));
    let heads = heads.filter(|(what, _)| *what != "service");
    let names = ["API id", "stage"].into_iter();
    let parts = names.zip(resource.split('/').zip(api_resource.split('/')));
    // After a star or a variable, later slashes may separate other parts.
    let placed = parts.take_while(|(_, (pattern, _))| !pattern.contains(['*', '{']));
    let different = heads
        .chain(placed)
        .find(|(_, (pattern, part))| !pattern.is_empty() && !Wildcard::new(pattern).matches(part));
    if let Some((what, (pattern, part))) = different {
        let (pattern, part) = (shown(pattern), shown(part));
        let message = format!("the {what} is `{pattern}`, but the API has `{part}`");
        findings.add(LintCode::ResourceOfAnotherApi, entry, message);
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        document::{PolicyDocument, Statement},
        effect::Effect,
        lint::LintOptions,
    };

    fn message(arn: &str) -> Option<String> {
        let api = "arn:aws:execute-api:eu-west-1:123456789012:abc/prod";
        let policy = PolicyDocument::new([Statement::invoke(Effect::Allow, [arn])]);
        let findings = policy.lint_with(&LintOptions::new().api(api));
        let mut found = findings
            .iter()
            .filter(|finding| finding.code().as_str() == "resource-of-another-api");
        found.next().map(|finding| finding.message().to_owned())
    }

    #[test]
    fn the_message_names_the_first_part_that_differs() {
        for (arn, what) in [
            (
                "arn:aws:execute-api:eu-west-1:123456789012:abc/dev/*",
                "the stage is `dev`",
            ),
            (
                "arn:aws:execute-api:eu-west-1:123456789012:xyz/prod/*",
                "the API id is `xyz`",
            ),
            (
                "arn:aws:execute-api:us-east-?:*:xyz/prod/*",
                "the region is `us-east-?`",
            ),
            ("arn:aws:execute-api:*:1:abc/prod/*", "the account is `1`"),
        ] {
            assert!(message(arn).unwrap().starts_with(what), "{arn}");
        }
        for arn in [
            "*",
            "arn:aws:execute-api:eu-west-1:123456789012:abc/prod/*",
            "arn:*:execute-api:eu-west-?:*:abc/p*",
            "arn:aws:execute-api:*:*:*/GET/pets",
            "arn:aws:execute-api:*:*:*",
        ] {
            assert_eq!(message(arn), None, "{arn}");
        }
    }
}
