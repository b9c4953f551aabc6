//! What the ARNs of APIs may have in front of the method.

use super::wildcard::Wildcard;

/// The place of the service in a head.
const SERVICE: usize = 1;

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
}
