//! What the ARNs of APIs may have before the method.

use super::{resource::ResourceText, wildcard::Wildcard};

/// The place of the service in a head.
const SERVICE: usize = 1;

/// An entry may have very many words, and each of them is tried.
const MAX_WORDS: usize = 8;

/// Whether the head of an entry, without `arn:`, covers the head of some API. Missing parts are wildcards.
pub(crate) fn names_an_api(head: &str) -> bool {
    let is_name = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| matches!(c, '*' | '?') || is_of_name(c))
    };
    let mut parts = head.splitn(4, ':').enumerate();
    parts.all(|(number, part)| match number {
        SERVICE => Wildcard::new(part).matches("execute-api"),
        _ => is_name(part),
    })
}

/// Whether the names of partitions, regions, accounts, APIs and stages may have this character.
pub(super) fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '$')
}

/// The first words after a star that may cover the API. If the stage is not known, each may be its name: `admin` in
/// `arn:aws:execute-api:*:*:*/admin/*`.
pub(crate) fn possible_stages(entry: &str) -> impl Iterator<Item = &str> {
    let after_star = match ResourceText::new(entry) {
        ResourceText::Arn { resource, .. } => resource.split_once('*'),
        ResourceText::Everything | ResourceText::NotAnArn(_) => None,
    };
    let words = after_star.into_iter().flat_map(|(_, after)| {
        let words = after.split(|c| !is_of_name(c));
        words.filter(|word| !word.is_empty())
    });
    words.take(MAX_WORDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_an_api_has_names_of_its_service() {
        for (head, names) in [
            ("aws:execute-api:r:1", true),
            ("aws-cn:execute-api:cn-north-1:123456789012", true),
            ("*:*:*:*", true),
            ("aws:execute-*:us-?:1", true),
            ("aws:execute-api", true),
            ("aws:s3::", false),
            ("aws:s3:r:1", false),
            ("aws:EXECUTE-API:r:1", false),
            ("aws:execute-api::1", false),
            ("aws:execute-api:r:", false),
            ("aws:execute-api:r:abc/prod/GET/a", false),
            ("aws:execute-api:${r}:1", false),
        ] {
            assert_eq!(names_an_api(head), names, "{head}");
        }
    }

    #[test]
    fn the_words_behind_a_star_may_be_the_stage() {
        for (resource, words) in [
            ("*/admin/*", &["admin"][..]),
            ("*/DELETE/*", &["DELETE"]),
            ("*/admin*", &["admin"]),
            ("*/a?min/$default:x/y", &["a", "min", "$default", "x", "y"]),
            ("abc*/prod/GET/pets", &["prod", "GET", "pets"]),
            ("abc/prod/GET/pets", &[]),
            ("abc/prod/*", &[]),
            ("*", &[]),
        ] {
            let entry = format!("arn:aws:execute-api:*:*:{resource}");
            let found: Vec<_> = possible_stages(&entry).collect();
            assert_eq!(found, words, "{entry}");
        }
        for entry in ["*", "*/admin/*", "arn:aws:execute-api"] {
            assert_eq!(possible_stages(entry).next(), None, "{entry}");
        }
        let many = format!("arn:aws:execute-api:*:*:*{}", "/a".repeat(100));
        assert_eq!(possible_stages(&many).count(), MAX_WORDS);
    }
}
