//! An entry that excludes, for requests to an API that is not known.

use super::{
    api_names::names_an_api,
    arn::cut_arn,
    left::{Beginning, left_after, parts_left_after},
    parts::{Part, Syntax, parse, resolve_variables},
    placeholder::{KnownParts, Placeholder, Reach},
    resource::{ResourceText, other_readings},
    wildcard::Wildcard,
};
use crate::{heap::heap_bytes, keys::ConditionKeys};

/// What an entry that excludes covers in any API, as patterns for the ARNs that stand for those of any API.
#[derive(Debug, Clone)]
pub(crate) struct ForAnyApi {
    /// The entry as written, and as [`ResourcePattern`](super::ResourcePattern) reads it as well.
    readings: Vec<Reading>,
    /// The names and the stages of the placeholder.
    placeholders: Vec<(String, Option<String>)>,
}

#[derive(Debug, Clone)]
struct Reading {
    parts: Vec<Part>,
    is_other: bool,
}

/// A pattern for the resources of a placeholder's ARNs.
pub(crate) struct PlaceholderPattern {
    pub(crate) resource: Wildcard,
    /// Whether it counts only if other spellings count.
    pub(crate) is_other: bool,
}

heap_bytes!(ForAnyApi {
    readings,
    placeholders
});
heap_bytes!(Reading { parts });

impl ForAnyApi {
    /// `None` if the entry covers no ARN of an API, if it covers everything, or if the API is known.
    pub(crate) fn new(entry: &str, variables: bool, reach: &Reach<'_>) -> Option<Self> {
        let placeholder = reach.placeholder.as_ref()?;
        let ResourceText::Arn { head, resource } = ResourceText::new(entry) else {
            return None;
        };
        if !names_an_api(head) {
            return None;
        }
        let syntax = Syntax {
            wildcards: true,
            variables,
        };
        let as_written = Reading {
            parts: parse(resource, syntax),
            is_other: false,
        };
        let others = other_readings(resource, variables, reach.ignores_case).into_iter();
        let others = others.map(|parts| Reading {
            parts,
            is_other: true,
        });
        Some(Self {
            readings: [as_written].into_iter().chain(others).collect(),
            placeholders: placeholder.spellings(reach.ignores_case),
        })
    }

    /// The patterns. There are none if a variable has no value. One whose value is unknown stands for any text.
    pub(crate) fn patterns(&self, keys: &dyn ConditionKeys) -> Vec<PlaceholderPattern> {
        let mut patterns = Vec::new();
        for Reading { parts, is_other } in &self.readings {
            let Some(parts) = resolve_variables(parts, keys) else {
                return Vec::new();
            };
            for (name, stage) in &self.placeholders {
                let stage = stage.as_deref();
                let left = parts_left_after(Beginning::OfAnyApi { stage }, &parts);
                patterns.extend(left.into_iter().map(|left| {
                    let name = Part::Text(name.clone());
                    PlaceholderPattern {
                        resource: Wildcard::from_parts(&[vec![name], left].concat()),
                        is_other: *is_other,
                    }
                }));
            }
        }
        patterns
    }
}

/// What an entry that excludes covers in a stage, as entries for that stage. An entry becomes one for the whole stage if it
/// leaves very many patterns, or has a variable before the method.
pub(crate) fn entries_of_stage(entry: &str, stage: &str, known: KnownParts) -> Vec<String> {
    let as_written = vec![entry.to_owned()];
    let placeholder = cut_arn(stage).and_then(|(head, name)| Placeholder::of(head, name, known));
    match (placeholder, ResourceText::new(entry)) {
        (None, _) | (_, ResourceText::Everything | ResourceText::NotAnArn(_)) => as_written,
        (Some(_), ResourceText::Arn { head, .. }) if !names_an_api(head) => as_written,
        (Some(placeholder), ResourceText::Arn { resource, .. }) => {
            let mut names = resource.splitn(3, '/').take(2);
            let have_variable = names.any(|name| name.contains("${"));
            match left_after(placeholder.any_beginning(), resource) {
                Some(left) if !have_variable => {
                    left.iter().map(|left| [stage, left].concat()).collect()
                }
                _ => vec![[stage, "*"].concat()],
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_of_some_api_becomes_one_of_the_stage() {
        const STAGE: &str = "arn:aws:execute-api:r:1:placeholder/local/";
        let entries = |entry: &str, known| entries_of_stage(entry, STAGE, known);
        let entry = "arn:aws:execute-api:eu-west-1:2:abc/prod/GET/*";
        assert_eq!(entries(entry, KnownParts::ApiAndStage), [entry]);
        assert_eq!(entries(entry, KnownParts::Stage), [""; 0]);
        let here = [STAGE, "GET/*"].concat();
        assert_eq!(entries(entry, KnownParts::Nothing), [here]);
        for entry in ["*", "/admin", "arn:aws:s3:::abc"] {
            assert_eq!(entries(entry, KnownParts::Nothing), [entry]);
        }
        let whole = [STAGE, "*"].concat();
        for resource in ["*???????????x/y", "${k}/prod/GET/a", "abc/${k}"] {
            let entry = format!("arn:aws:execute-api:*:*:{resource}");
            assert_eq!(entries(&entry, KnownParts::Nothing), [&*whole], "{entry}");
        }
        let entry = "arn:aws:execute-api:*:*:abc/prod/GET/${k}";
        let here = [STAGE, "GET/${k}"].concat();
        assert_eq!(entries(entry, KnownParts::Nothing), [here]);
    }
}
