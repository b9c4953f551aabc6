//! Patterns for resources: `*`, or an ARN with wildcards and variables.

use memchr::memchr_iter;

use super::{
    decoded::decoded,
    parts::{self, Part, Syntax},
    text::TextPattern,
};

/// One entry of `Resource` or `NotResource`.
#[derive(Debug, Clone)]
pub(crate) enum ResourcePattern<'p> {
    Everything,
    /// Neither `*` nor an ARN, so it matches nothing.
    NotAnArn(NotAnArn),
    Arn {
        /// The text of the head without `arn:`. It has fewer than four parts if the ARN is short.
        head: &'p str,
        resource: TextPattern,
        /// Other patterns, which count if the entry excludes something: the resource with its percent-encoding decoded, if it
        /// has any, and both folded if case is ignored.
        others: Vec<TextPattern>,
    },
}

/// Why IAM would not accept a text other than `*` as an ARN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotAnArn {
    /// It does not begin with `arn:`.
    Prefix,
    Partition,
    /// It ends before the service, or the service is empty or has characters that no service name has.
    Service,
    /// It has fewer than six parts, and one of them is empty. IAM rejects such an ARN and does not document what it
    /// would match.
    EmptyPart,
}

impl NotAnArn {
    /// Describes the defect. The message continues a sentence that begins with the entry.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Prefix => "is not an ARN",
            Self::Partition => "is not an ARN, because it names no partition",
            Self::Service => "is not an ARN, because it names no service",
            Self::EmptyPart => {
                "is not an ARN, because it has an empty part and fewer than six parts"
            }
        }
    }
}

/// One entry of `Resource` or `NotResource`, split but not compiled.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ResourceText<'p> {
    Everything,
    NotAnArn(NotAnArn),
    Arn {
        /// As in [`ResourcePattern`].
        head: &'p str,
        resource: &'p str,
    },
}

impl<'p> ResourceText<'p> {
    pub(crate) fn new(text: &'p str) -> Self {
        if is_everything(text) {
            return Self::Everything;
        }
        let Some(after_arn) = text.strip_prefix("arn:") else {
            return Self::NotAnArn(NotAnArn::Prefix);
        };
        // The missing parts of a short ARN are wildcards.
        let at = fifth_colon(after_arn);
        let (head, resource) = match at {
            Some(at) => (&after_arn[..at], &after_arn[at + 1..]),
            None => (after_arn, "*"),
        };
        match defect(head, at.is_some()) {
            Some(defect) => Self::NotAnArn(defect),
            None => Self::Arn { head, resource },
        }
    }
}

impl<'p> ResourcePattern<'p> {
    /// Variables are replaced in the resource part only.
    pub(crate) fn new(text: &'p str, variables: bool, ignores_case: bool) -> Self {
        match ResourceText::new(text) {
            ResourceText::Everything => Self::Everything,
            ResourceText::NotAnArn(defect) => Self::NotAnArn(defect),
            ResourceText::Arn { head, resource } => Self::Arn {
                head,
                resource: TextPattern::new(resource, variables),
                others: other_patterns(resource, variables, ignores_case),
            },
        }
    }
}

/// The other readings of a resource as patterns.
pub(crate) fn other_patterns(
    resource: &str,
    variables: bool,
    ignores_case: bool,
) -> Vec<TextPattern> {
    let others = other_readings(resource, variables, ignores_case).into_iter();
    others.map(TextPattern::from_parts).collect()
}

/// The other readings of a resource, which count if the entry excludes something.
pub(super) fn other_readings(
    resource: &str,
    variables: bool,
    ignores_case: bool,
) -> Vec<Vec<Part>> {
    let decoded = decoded(resource, variables);
    let mut others = Vec::new();
    if ignores_case {
        let syntax = Syntax {
            wildcards: true,
            variables,
        };
        for parts in [Some(parts::parse(resource, syntax)), decoded.clone()] {
            others.extend(parts.map(|parts| parts.iter().map(Part::folded).collect()));
        }
    }
    others.extend(decoded);
    others
}

fn is_everything(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte == b'*')
}

/// The colon before the resource, in the text after `arn:`.
fn fifth_colon(text: &str) -> Option<usize> {
    memchr_iter(b':', text.as_bytes()).nth(3)
}

/// The reason why a head, without `arn:`, cannot name any resource.
fn defect(head: &str, is_whole: bool) -> Option<NotAnArn> {
    // The fast path for almost all entries.
    if is_whole && head.starts_with("aws:execute-api:") {
        return None;
    }
    let mut parts = head.splitn(4, ':');
    if !parts.next().is_some_and(is_name) {
        return Some(NotAnArn::Partition);
    }
    if !parts.next().is_some_and(is_name) {
        return Some(NotAnArn::Service);
    }
    let has_gap = !is_whole && parts.any(str::is_empty);
    has_gap.then_some(NotAnArn::EmptyPart)
}

/// Whether the text can be a partition or a service, possibly with wildcards.
fn is_name(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'*' | b'?');
    !text.is_empty() && text.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::{Haystack, HeadPattern, cut_arn};

    const ARN: &str = "arn:aws:execute-api:us-east-1:123456789012:abc/prod/GET/pets";

    fn matches(pattern: &str, text: &str) -> bool {
        match ResourcePattern::new(pattern, true, false) {
            ResourcePattern::Everything => true,
            ResourcePattern::NotAnArn(_) => false,
            ResourcePattern::Arn { head, resource, .. } => {
                let Some((request_head, request_resource)) = cut_arn(text) else {
                    return false;
                };
                HeadPattern::new(head).matches(request_head)
                    && resource.matches(&Haystack::new(request_resource), &()) == Some(true)
            }
        }
    }

    #[test]
    fn arns_match_part_by_part() {
        for (pattern, expected) in [
            ("*", true),
            ("**", true),
            (ARN, true),
            ("arn:*", false),
            ("arn:*:*", true),
            ("arn:aws", false),
            ("arn:aws:", false),
            ("arn:aws:execute-api", true),
            ("arn:aws:execute-api:", false),
            ("arn:aws:execute-api:us-east-1", true),
            ("arn:aws:execute-api:*:*:*", true),
            ("arn:aws:execute-api:us-east-?:*:abc/*/GET/*", true),
            (
                "arn:aws:execute-api:us-east-1:123456789012:abc/prod/*/pets",
                true,
            ),
            ("arn:aws:execute-api:*:abc/prod/GET/pets", false),
            ("arn:aws:execute-api::123456789012:abc/prod/GET/pets", false),
            ("arn:aws-cn:execute-api:*:*:*", false),
            ("ARN:aws:execute-api:*:*:*", false),
            ("arn", false),
            ("arn*", false),
            ("a*", false),
            ("pets", false),
            ("", false),
            ("execute-api:/prod/GET/pets", false),
            ("*:*:*:*:*:*", false),
            ("*/prod/GET/pets", false),
        ] {
            assert_eq!(matches(pattern, ARN), expected, "{pattern}");
        }
    }

    #[test]
    fn wildcards_in_a_request_are_plain_text() {
        let star = "arn:aws:execute-api:us-east-1:123456789012:abc/prod/GET/*";
        assert!(!matches(ARN, star));
        assert!(!matches(ARN, "*"));
        assert!(!matches(ARN, "arn:*"));
    }
}
