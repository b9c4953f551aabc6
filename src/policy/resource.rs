//! Patterns for resources: ARNs with wildcards.

use percent_encoding::percent_decode_str;

use super::wildcard::{Token, Wildcard, tokens};

const PARTS: usize = 6;

/// One entry of `Resource` or `NotResource`.
#[derive(Debug, Clone)]
pub(super) enum ResourcePattern {
    Everything,
    /// Not an ARN: matches nothing.
    NotAnArn,
    Arn(Box<ArnPattern>),
}

/// The parts behind `arn:`, each with its own pattern.
#[derive(Debug, Clone)]
pub(super) struct ArnPattern {
    head: [Wildcard; PARTS - 2],
    resource: Wildcard,
    /// The resource part with its percent-encoding decoded, where it has any.
    decoded_resource: Option<Wildcard>,
}

impl ResourcePattern {
    pub(super) fn new(text: &str) -> Self {
        if !text.is_empty() && text.bytes().all(|byte| byte == b'*') {
            return Self::Everything;
        }
        let mut parts = text.splitn(PARTS, ':');
        if parts.next() != Some("arn") || !text.contains(':') {
            return Self::NotAnArn;
        }
        // An ARN that is too short goes on with wildcards.
        let head = std::array::from_fn(|_| Wildcard::new(parts.next().unwrap_or("*")));
        let resource = parts.next().unwrap_or("*");
        Self::Arn(Box::new(ArnPattern {
            head,
            resource: Wildcard::new(resource),
            decoded_resource: decoded(resource),
        }))
    }

    pub(super) fn is_arn(&self) -> bool {
        !matches!(self, Self::NotAnArn)
    }

    /// Whether this pattern covers the resource as it is spelled.
    pub(super) fn matches(&self, resource: &str) -> bool {
        self.matches_with(resource, |arn, part| arn.resource.matches(part))
    }

    /// Whether this pattern, read with its percent-encoding decoded, covers the resource.
    pub(super) fn matches_decoded(&self, resource: &str) -> bool {
        self.matches_with(resource, |arn, part| {
            arn.decoded_resource
                .as_ref()
                .unwrap_or(&arn.resource)
                .matches(part)
        })
    }

    fn matches_with(&self, resource: &str, last: impl FnOnce(&ArnPattern, &str) -> bool) -> bool {
        let arn = match self {
            Self::Everything => return true,
            Self::NotAnArn => return false,
            Self::Arn(arn) => arn,
        };
        let mut parts = resource.splitn(PARTS, ':');
        parts.next() == Some("arn")
            && arn
                .head
                .iter()
                .all(|pattern| parts.next().is_some_and(|part| pattern.matches(part)))
            && parts.next().is_some_and(|part| last(arn, part))
    }
}

/// Whether IAM would read a policy variable here.
pub(super) fn has_variable(text: &str) -> bool {
    text.contains("${")
}

/// The same pattern with `%XX` read as the byte it stands for, which is never a wildcard. None where
/// there is nothing to decode, or where it would not be text.
fn decoded(text: &str) -> Option<Wildcard> {
    if !text.contains('%') {
        return None;
    }
    let mut decoded = Vec::new();
    for piece in text.split_inclusive(['*', '?']) {
        let literal = piece.trim_end_matches(['*', '?']);
        let literal_text = percent_decode_str(literal).decode_utf8().ok()?;
        decoded.extend(literal_text.chars().map(Token::Char));
        decoded.extend(tokens(&piece[literal.len()..]));
    }
    Some(Wildcard::from_tokens(decoded))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:execute-api:us-east-1:123456789012:abc/prod/GET/pets";

    #[test]
    fn arns_match_part_by_part() {
        for (pattern, matches) in [
            ("*", true),
            ("**", true),
            (ARN, true),
            ("arn:*", true),
            ("arn:aws:execute-api", true),
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
            assert_eq!(
                ResourcePattern::new(pattern).matches(ARN),
                matches,
                "{pattern}"
            );
        }
    }

    #[test]
    fn a_request_is_text() {
        let pattern = ResourcePattern::new(ARN);
        assert!(!pattern.matches("arn:aws:execute-api:us-east-1:123456789012:abc/prod/GET/*"));
        assert!(!pattern.matches("*"));
        assert!(!pattern.matches("arn:*"));
    }

    #[test]
    fn a_pattern_can_be_read_decoded() {
        let pattern = ResourcePattern::new("arn:*:*:*:*:a/%70ets/*%2A?");
        let arn = |path: &str| format!("arn:aws:execute-api:r:1:a/{path}");
        assert!(!pattern.matches(&arn("pets/x*y")));
        assert!(pattern.matches_decoded(&arn("pets/x*y")));
        assert!(!pattern.matches_decoded(&arn("pets/xxy")));
        assert!(pattern.matches(&arn("%70ets/x%2Ay")));
    }
}
