//! Finds resources that another resource of the same list covers.

use super::{
    Findings, LintCode,
    coverage::covers,
    finding::{entries, shown},
};
use crate::{
    document::Statement,
    effect::Effect,
    pattern::{is_pattern, split_arn},
};

/// Lists with more entries are skipped.
const MAX_ENTRIES: usize = 100;

pub(super) fn lint(index: usize, statement: &Statement, findings: &mut Findings) {
    let texts = statement.resources.texts();
    if texts.len() > MAX_ENTRIES {
        return;
    }
    let entries = entries("Resource", &statement.resources, index, statement);
    // Another rule finds an entry that is not an ARN.
    for entry in entries.filter(|entry| split_arn(entry.text).is_some()) {
        // If two entries cover each other, the second is redundant.
        let mut others = texts.iter().enumerate();
        let wider = others.find(|(at, wide)| {
            let is_other = *at != entry.index && covers(wide, entry.text);
            let counts_by_name = *wide != entry.text && counts_by_name(statement, entry.text);
            is_other && !counts_by_name && (*at < entry.index || !covers(entry.text, wide))
        });
        if let Some((_, wide)) = wider {
            let message = format!("`{}` is covered by `{}`", shown(entry.text), shown(wide));
            findings.add(LintCode::RedundantResource, entry, message);
        }
    }
}

/// Whether an entry names a path with an empty segment or a `;`. A wildcard that covers it does not
/// [allow](crate::EvaluationRequest::with_readings) what servers read instead.
fn counts_by_name(statement: &Statement, text: &str) -> bool {
    statement.effect() == Effect::Allow
        && !statement.resources.is_excluding()
        && statement.conditions().is_empty()
        && !is_pattern(text)
        && (text.contains("//") || text.contains(';'))
}

#[cfg(test)]
mod tests {
    use crate::{
        document::{PolicyDocument, Statement},
        effect::Effect,
        lint::LintCode,
        resource::Resource,
    };

    fn places(parts: &[&str]) -> Vec<String> {
        places_in("arn:aws:execute-api:*:*:abc/prod", parts)
    }

    fn places_in(stage: &str, parts: &[&str]) -> Vec<String> {
        redundant(parts.iter().map(|part| format!("{stage}/{part}")))
    }

    fn redundant(entries: impl IntoIterator<Item = impl Into<Resource>>) -> Vec<String> {
        let findings = PolicyDocument::new([Statement::invoke(Effect::Allow, entries)]).lint();
        let redundant = findings
            .iter()
            .filter(|finding| finding.code() == LintCode::RedundantResource);
        redundant.map(|finding| finding.path().to_owned()).collect()
    }

    #[test]
    fn a_resource_that_another_one_covers_is_redundant() {
        assert_eq!(places(&["*", "GET/pets"]), ["Statement[0].Resource[1]"]);
        assert_eq!(places(&["GET/pets", "GET/*"]), ["Statement[0].Resource[0]"]);
        assert_eq!(
            places(&["GET/pets", "GET/pets"]),
            ["Statement[0].Resource[1]"]
        );
        assert!(places(&["GET/pets", "GET/pets/*", "GET/dogs", "POST/pets"]).is_empty());
    }

    /// Without it, a layer refuses `//orders`: the wildcard does not allow `/orders`, which servers may read.
    #[test]
    fn a_named_path_that_servers_read_as_another_is_not_redundant() {
        let stage = "arn:aws:execute-api:eu-west-1:123456789012:abc/prod";
        assert!(places_in(stage, &["GET/*/orders", "GET//orders"]).is_empty());
        assert!(places_in(stage, &["GET/*.css", "GET/a;.css"]).is_empty());
        for (stage, parts) in [
            (stage, ["GET//orders", "GET//orders"]),
            (stage, ["GET/*/orders", "GET//?/orders"]),
            (
                "arn:aws:execute-api:*:*:abc/prod",
                ["GET/*/orders", "GET//orders"],
            ),
        ] {
            assert_eq!(
                places_in(stage, &parts),
                ["Statement[0].Resource[1]"],
                "{parts:?}"
            );
        }
    }

    /// An entry with a variable or an escape does not allow a resource by its name, so it adds nothing to the wildcard.
    #[test]
    fn a_pattern_with_an_empty_segment_is_redundant() {
        for entry in ["GET//${principalId}", "GET//${$}"] {
            let entry = format!("arn:aws:execute-api:eu-west-1:123456789012:abc/prod/{entry}");
            assert_eq!(
                redundant([entry.as_str(), "*"]),
                ["Statement[0].Resource[0]"],
                "{entry}"
            );
        }
    }
}
