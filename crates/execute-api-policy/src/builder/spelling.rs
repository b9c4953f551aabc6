//! How a segment of a path is written in the method ARNs of each type of API.

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

use super::PolicyBuilder;
use crate::effect::Effect;

/// Encodes only what a path cannot contain, as browsers do for a URL's path, and `%`.
const PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'}');

/// Encodes everything that RFC 3986 does not call unreserved.
const STRICT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// Encodes what JavaScript's `encodeURIComponent` encodes.
const COMPONENT: &AsciiSet = &STRICT
    .remove(b'!')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*');

/// How the paths in an API's method ARNs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paths {
    /// As the client sent them, as on REST APIs.
    AsReceived,
    /// Decoded, as on HTTP APIs.
    Decoded,
    /// It is not known which.
    Unknown,
}

/// One way to write a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spelling {
    Decoded,
    Encoded(&'static AsciiSet),
}

impl Spelling {
    const ENCODED: [Self; 3] = [
        Self::Encoded(PATH),
        Self::Encoded(COMPONENT),
        Self::Encoded(STRICT),
    ];

    /// The pattern for a segment that is written in this way. It matches nothing else.
    fn pattern(self, segment: &str) -> String {
        match self {
            Self::Decoded => PolicyBuilder::literal(segment),
            Self::Encoded(set) => {
                PolicyBuilder::literal(&utf8_percent_encode(segment, set).to_string())
            }
        }
    }
}

/// The type of API is not known, but it decides how the segment is written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NeedsType {
    pub(super) segment: String,
}

impl Paths {
    /// The patterns for exactly the path of these segments, without its first slash: one for each way to write it.
    ///
    /// A `Deny` may cover too much. So if the type of API is not known, it covers what it would cover on each.
    pub(super) fn patterns(
        self,
        effect: Effect,
        segments: &[String],
    ) -> Result<Vec<String>, NeedsType> {
        let is_unclear = |segment: &&String| {
            let strict = utf8_percent_encode(segment, STRICT);
            strict.to_string() != **segment
        };
        let [path, component, strict] = Spelling::ENCODED;
        let spellings: &[Spelling] = match (self, effect) {
            (Self::AsReceived, _) => &[path, component, strict],
            (Self::Decoded, _) => &[Spelling::Decoded],
            (Self::Unknown, Effect::Deny) => &[path, component, strict, Spelling::Decoded],
            (Self::Unknown, Effect::Allow) => match segments.iter().find(is_unclear) {
                Some(segment) => {
                    return Err(NeedsType {
                        segment: segment.clone(),
                    });
                }
                None => &[Spelling::Decoded],
            },
        };
        let mut patterns: Vec<String> = Vec::new();
        for spelling in spellings {
            let segments = segments.iter().map(|segment| spelling.pattern(segment));
            let pattern = segments.collect::<Vec<_>>().join("/");
            if !patterns.contains(&pattern) {
                patterns.push(pattern);
            }
        }
        Ok(patterns)
    }
}

/// Whether every server reads a path with this segment as a path with this segment.
pub(super) fn is_possible(segment: &str) -> bool {
    !matches!(segment, "" | "." | "..")
        && !segment.contains(['/', '\\'])
        && !segment.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(paths: Paths, segment: &str) -> Vec<String> {
        let segments = [segment.to_owned()];
        paths.patterns(Effect::Allow, &segments).unwrap()
    }

    #[test]
    fn a_segment_is_written_in_each_usual_way() {
        for (segment, as_received) in [
            ("acme-1_2.3~", &["acme-1_2.3~"][..]),
            ("a b", &["a%20b"]),
            (
                "user@example.com",
                &["user@example.com", "user%40example.com"],
            ),
            ("it's", &["it's", "it%27s"]),
            ("a*?", &["a${*}%3F", "a%2A%3F"]),
            ("${k}", &["${$}%7Bk%7D", "%24%7Bk%7D"]),
            ("%2A", &["%252A"]),
            ("\u{e9}", &["%C3%A9"]),
        ] {
            assert_eq!(patterns(Paths::AsReceived, segment), as_received);
            let decoded = [PolicyBuilder::literal(segment)];
            assert_eq!(patterns(Paths::Decoded, segment), decoded);
        }
    }

    #[test]
    fn without_a_type_an_allow_covers_what_all_types_write_alike() {
        assert_eq!(patterns(Paths::Unknown, "a-z_0.9~"), ["a-z_0.9~"]);
        for segment in ["a b", "a@b", "%41", "\u{e9}", "*", "a!"] {
            let segments = ["ok".to_owned(), segment.to_owned()];
            let refused = Paths::Unknown.patterns(Effect::Allow, &segments);
            assert_eq!(refused.unwrap_err().segment, segment);
        }
        let deny = Paths::Unknown.patterns(Effect::Deny, &["a@%".to_owned()]);
        assert_eq!(deny.unwrap(), ["a@%25", "a%40%25", "a@%"]);
    }
}
