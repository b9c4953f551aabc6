//! Patterns for ARNs: `arn:partition:service:region:account:resource`.

use memchr::{memchr_iter, memchr2};

use super::{decoded::decoded, text::TextPattern, variable::variable_length, wildcard::Wildcard};
use crate::{heap::HeapBytes, keys::ConditionKeys};

/// Splits an ARN into its head, which is the text between `arn:` and the resource, and the resource, which may contain
/// colons. Returns `None` if the ARN has fewer than six parts.
pub(crate) fn cut_arn(text: &str) -> Option<(&str, &str)> {
    let behind_arn = text.strip_prefix("arn:")?;
    // One search over the whole text is five times as fast as one search for each part.
    let colon = memchr_iter(b':', behind_arn.as_bytes()).nth(3)?;
    Some((behind_arn.get(..colon)?, behind_arn.get(colon + 1..)?))
}

/// The parts of an ARN's head (partition, service, region, account) and the resource.
pub(crate) fn split_arn(text: &str) -> Option<([&str; 4], &str)> {
    let (head, resource) = cut_arn(text)?;
    Some((head_parts(head)?, resource))
}

pub(crate) fn head_parts(head: &str) -> Option<[&str; 4]> {
    let mut parts = head.splitn(4, ':');
    Some([parts.next()?, parts.next()?, parts.next()?, parts.next()?])
}

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
        /// The resource with its percent-encoding decoded, if it has any.
        decoded: Option<TextPattern>,
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

impl<'p> ResourcePattern<'p> {
    /// Variables are replaced in the resource part only.
    pub(crate) fn new(text: &'p str, variables: bool) -> Self {
        if is_everything(text) {
            return Self::Everything;
        }
        let Some(behind_arn) = text.strip_prefix("arn:") else {
            return Self::NotAnArn(NotAnArn::Prefix);
        };
        // The missing parts of a short ARN are wildcards.
        let at = fifth_colon(behind_arn);
        let (head, resource) = match at {
            Some(at) => (&behind_arn[..at], &behind_arn[at + 1..]),
            None => (behind_arn, "*"),
        };
        if let Some(defect) = defect(head, at.is_some()) {
            return Self::NotAnArn(defect);
        }
        Self::Arn {
            head,
            resource: TextPattern::new(resource, variables),
            decoded: decoded(resource, variables),
        }
    }
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

/// A pattern for a head. Each part is matched separately, so a `*` stays within its part.
#[derive(Debug, Clone)]
pub(crate) enum HeadPattern {
    /// Has no wildcards, so the whole head is compared at once.
    Exact(Box<str>),
    Parts(Box<[Wildcard; 4]>),
}

impl HeadPattern {
    /// Reads the text between `arn:` and the resource. Missing parts are `*`.
    pub(crate) fn new(text: &str) -> Self {
        let is_whole = memchr_iter(b':', text.as_bytes()).nth(2).is_some();
        if is_whole && memchr2(b'*', b'?', text.as_bytes()).is_none() {
            return Self::Exact(text.into());
        }
        let mut parts = text.splitn(4, ':');
        let parts = std::array::from_fn(|_| Wildcard::new(parts.next().unwrap_or("*")));
        Self::Parts(Box::new(parts))
    }

    pub(crate) fn matches(&self, head: &str) -> bool {
        match self {
            Self::Exact(exact) => **exact == *head,
            Self::Parts(patterns) => head_parts(head).is_some_and(|parts| {
                let mut pairs = patterns.iter().zip(parts);
                pairs.all(|(pattern, part)| pattern.matches(part))
            }),
        }
    }
}

impl HeapBytes for HeadPattern {
    fn heap_bytes(&self) -> usize {
        match self {
            Self::Exact(text) => text.heap_bytes(),
            Self::Parts(parts) => parts.heap_bytes(),
        }
    }
}

/// A value of `ArnLike` and the other ARN operators: the five parts after `arn:`, possibly with variables. Each part
/// is matched separately.
#[derive(Debug, Clone)]
pub(crate) struct ArnPattern([TextPattern; 5]);

impl ArnPattern {
    /// Returns `None` if the text does not begin with `arn:` or has fewer than six parts.
    pub(crate) fn new(text: &str, variables: bool) -> Option<Self> {
        let mut rest = text.strip_prefix("arn:")?;
        let mut parts = Vec::with_capacity(5);
        while parts.len() < 4 {
            let at = colon_outside_variables(rest, variables)?;
            parts.push(TextPattern::new(&rest[..at], variables));
            rest = &rest[at + 1..];
        }
        parts.push(TextPattern::new(rest, variables));
        parts.try_into().ok().map(Self)
    }

    /// Whether all parts of an ARN match. `None` if a variable has no value.
    pub(crate) fn matches(
        &self,
        (head, resource): (&str, &str),
        keys: &dyn ConditionKeys,
    ) -> Option<bool> {
        let Self(patterns) = self;
        let texts = head.splitn(4, ':').chain([resource]);
        let mut all = true;
        for (pattern, text) in patterns.iter().zip(texts) {
            all &= pattern.matches(text, keys)?;
        }
        Some(all)
    }

    /// Whether it has a variable whose value is unknown.
    pub(crate) fn has_unknown(&self, keys: &dyn ConditionKeys) -> bool {
        let Self(patterns) = self;
        patterns.iter().any(|pattern| pattern.has_unknown(keys))
    }
}

impl HeapBytes for ArnPattern {
    fn heap_bytes(&self) -> usize {
        let Self(parts) = self;
        parts.heap_bytes()
    }
}

fn colon_outside_variables(text: &str, variables: bool) -> Option<usize> {
    let last_end = text.rfind('}').filter(|_| variables);
    let mut at = 0;
    loop {
        let rest = text.get(at..)?;
        let found = at + rest.find([':', '$'])?;
        let (_, from) = text.split_at(found);
        if from.starts_with(':') {
            return Some(found);
        }
        let may_be_variable = last_end.is_some_and(|end| found < end);
        let length = may_be_variable.then(|| variable_length(from)).flatten();
        at = found + length.unwrap_or(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:execute-api:us-east-1:123456789012:abc/prod/GET/pets";

    fn matches(pattern: &str, text: &str) -> bool {
        match ResourcePattern::new(pattern, true) {
            ResourcePattern::Everything => true,
            ResourcePattern::NotAnArn(_) => false,
            ResourcePattern::Arn { head, resource, .. } => {
                let Some((request_head, request_resource)) = cut_arn(text) else {
                    return false;
                };
                HeadPattern::new(head).matches(request_head)
                    && resource.matches(request_resource, &()) == Some(true)
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

    #[test]
    fn an_arn_of_a_condition_has_six_parts() {
        let pattern = ArnPattern::new("arn:aws:sns:${aws:region, 'x:y'}:*:t?pic", true).unwrap();
        let found = |pattern: &ArnPattern, arn| pattern.matches(cut_arn(arn).unwrap(), &());
        assert_eq!(found(&pattern, "arn:aws:sns:x:y:1:topic"), Some(false));
        let pattern = ArnPattern::new("arn:aws:sns:*:1:*", true).unwrap();
        assert_eq!(found(&pattern, "arn:aws:sns:a:1:b:c"), Some(true));
        assert_eq!(found(&pattern, "arn:aws:sns:a:b:1:c"), Some(false));
        for none in [
            "arn:aws:sns:*:topic",
            "xrn:aws:sns:*:1:*",
            "*:*:*:*:*:*",
            "",
        ] {
            assert!(ArnPattern::new(none, true).is_none(), "{none}");
        }
    }
    #[test]
    fn a_colon_within_a_variable_does_not_end_a_part_of_an_arn() {
        let keys = crate::ConditionContext::new().with("aws:region", "r");
        for pattern in [
            "arn:aws:sns:${aws:region}:1:t",
            "arn:aws:sns:${aws:none, 'r'}:1:$t",
            "arn:aws:sns:${aws:region}:${aws:none, '1'}:${aws:none, 't'}",
        ] {
            let compiled = ArnPattern::new(pattern, true).unwrap();
            let end = if pattern.ends_with("$t") { "$t" } else { "t" };
            let arn = format!("arn:aws:sns:r:1:{end}");
            let found = |arn: &str| compiled.matches(cut_arn(arn).unwrap(), &keys);
            assert_eq!(found(&arn), Some(true), "{pattern}");
            let other = arn.replace(":r:", ":s:");
            assert_eq!(found(&other), Some(false), "{pattern}");
        }
        assert!(ArnPattern::new("arn:aws:sns:${aws:region}:t", true).is_none());
        assert!(ArnPattern::new("arn:aws:sns:${aws:region}:t", false).is_some());
    }
}
