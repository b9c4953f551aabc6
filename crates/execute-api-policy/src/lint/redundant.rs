//! Finds resources that another resource of the same list covers.

use super::{
    Findings, LintCode,
    coverage::covers,
    finding::{entries, shown},
};
use crate::{document::Statement, pattern::split_arn};

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
            is_other && (*at < entry.index || !covers(entry.text, wide))
        });
        if let Some((_, wide)) = wider {
            let message = format!("`{}` is covered by `{}`", shown(entry.text), shown(wide));
            findings.add(LintCode::RedundantResource, entry, message);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        document::{PolicyDocument, Statement},
        effect::Effect,
        lint::LintCode,
    };

    fn places(parts: &[&str]) -> Vec<String> {
        let arns = parts
            .iter()
            .map(|part| format!("arn:aws:execute-api:*:*:abc/prod/{part}"));
        let findings = PolicyDocument::new([Statement::invoke(Effect::Allow, arns)]).lint();
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
}
