//! A resource pattern with its percent-encoding decoded.

use percent_encoding::percent_decode_str;

use super::parts::{self, Part, Syntax};

/// The number of hexadecimal digits after the `%` of an escape.
const DIGITS: usize = 2;

/// The parts of the pattern with each `%XX` replaced by the byte that it stands for. A decoded byte is never a wildcard.
/// Returns `None` if there is nothing to decode, or if the result is not UTF-8.
///
/// A wildcard or a variable may split an escape, or a character between two escapes, as in `caf%C3%*`. It is then
/// unknown which character is meant. The pattern is used for what a policy excludes, so the split part becomes a `*`.
pub(super) fn decoded(text: &str, variables: bool) -> Option<Vec<Part>> {
    memchr::memchr(b'%', text.as_bytes())?;
    let syntax = Syntax {
        wildcards: true,
        variables,
    };
    let parts = parts::parse(text, syntax);
    let last = parts.len().saturating_sub(1);
    let mut decoded = Decoded::default();
    for (at, part) in parts.into_iter().enumerate() {
        match part {
            Part::Text(text) => {
                let between = Between {
                    is_after_open: at > 0,
                    is_before_open: at < last,
                };
                decoded.push_text(&text, between)?;
            }
            open => decoded.push_open(open),
        }
    }
    Some(decoded.parts)
}

/// Whether there are wildcards or variables at the ends of a text.
#[derive(Clone, Copy)]
struct Between {
    is_after_open: bool,
    is_before_open: bool,
}

#[derive(Default)]
struct Decoded {
    parts: Vec<Part>,
    /// Whether the last part replaced a split escape or character. It absorbs the wildcards and variables next to it.
    ends_with_cut: bool,
}

impl Decoded {
    /// Adds a wildcard or a variable.
    fn push_open(&mut self, part: Part) {
        if !self.ends_with_cut {
            self.parts.push(part);
        }
    }

    /// Adds the text between two wildcards or variables, or at an end of the pattern.
    fn push_text(&mut self, text: &str, between: Between) -> Option<()> {
        let text = if self.ends_with_cut {
            without_digits(text)
        } else {
            text
        };
        let whole = if between.is_before_open {
            without_cut_escape(text)
        } else {
            text
        };
        let is_cut_escape = whole.len() < text.len();
        let bytes: Vec<u8> = percent_decode_str(whole).collect();
        let start = if between.is_after_open {
            bytes
                .iter()
                .take_while(|byte| is_continuation(**byte))
                .count()
        } else {
            0
        };
        let bytes = bytes.get(start..).unwrap_or_default();
        let (text, is_cut_character) = match std::str::from_utf8(bytes) {
            Ok(text) => (text, false),
            Err(error) if between.is_before_open && error.error_len().is_none() => {
                let whole = bytes.get(..error.valid_up_to()).unwrap_or_default();
                (std::str::from_utf8(whole).ok()?, true)
            }
            Err(_) => return None,
        };
        if start > 0 {
            self.push_cut();
        }
        if !text.is_empty() {
            self.parts.push(Part::Text(text.to_owned()));
            self.ends_with_cut = false;
        }
        if is_cut_character || is_cut_escape {
            self.push_cut();
        }
        Some(())
    }

    /// Adds a `*`, which also replaces the wildcards and variables before it.
    fn push_cut(&mut self) {
        let is_open = |part: &Part| !matches!(part, Part::Text(_));
        while self.parts.last().is_some_and(is_open) {
            self.parts.pop();
        }
        self.parts.push(Part::Star);
        self.ends_with_cut = true;
    }
}

/// Removes the leading digits of a text that may belong to an escape whose `%` is in the open part before it.
fn without_digits(text: &str) -> &str {
    let digits = text.bytes().take(DIGITS);
    let digits = digits.take_while(u8::is_ascii_hexdigit).count();
    text.get(digits..).unwrap_or_default()
}

/// Removes an incomplete escape at the end of a text, which the following open part may complete.
fn without_cut_escape(text: &str) -> &str {
    let digits = text.bytes().rev().take_while(u8::is_ascii_hexdigit).count();
    let before = text.get(..text.len() - digits).unwrap_or_default();
    match before.strip_suffix('%') {
        Some(before) if digits < DIGITS => before,
        _ => text,
    }
}

/// Whether the byte continues a character in UTF-8.
fn is_continuation(byte: u8) -> bool {
    byte & 0b1100_0000 == 0b1000_0000
}

#[cfg(test)]
mod tests {
    use super::{
        super::{haystack::Haystack, text::TextPattern},
        *,
    };
    use crate::ConditionContext;

    fn matches(pattern: &str, text: &str) -> Option<bool> {
        let keys = ConditionContext::new().with("k", "v");
        TextPattern::from_parts(decoded(pattern, true)?).matches(&Haystack::new(text), &keys)
    }

    #[test]
    fn escapes_are_decoded_and_are_never_wildcards() {
        for (pattern, text, expected) in [
            ("a/%70ets/*%2A?", "a/pets/x*y", Some(true)),
            ("a/%70ets/*%2A?", "a/pets/xxy", Some(false)),
            ("%61${k}%62", "avb", Some(true)),
            ("%61${k}%62", "axb", Some(false)),
            ("a/pets", "a/pets", None),
            ("a/%FF", "a/", None),
            ("*/%FF/*", "a/b/c", None),
            ("%C3", "x", None),
            ("%A9", "x", None),
            ("%", "%", Some(true)),
            ("%zz*", "%zz*", Some(true)),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn a_split_escape_or_character_stands_for_any_text() {
        for pattern in [
            "caf%*",
            "caf%C*",
            "caf%C3*",
            "caf%C3%*",
            "caf%C3%A*",
            "caf%?3%A9",
            "caf%C?%A9",
            "caf%C3?A9",
            "caf%C3%?9",
            "caf%C3%??",
            "caf*%A9",
            "caf?%A9",
            "caf%??%A9",
            "caf%C3${k}",
            "caf%${k}%A9",
            "caf${k}%A9",
            "caf%C3*%A9",
            "c*%61f%C3%*",
            "caf%*3%A9",
            "caf%?3?A9",
            "?%61f%C3%A?",
        ] {
            assert_eq!(matches(pattern, "caf\u{e9}"), Some(true), "{pattern}");
            assert_eq!(matches(pattern, "cat"), Some(false), "{pattern}");
        }
        for (pattern, text) in [
            ("%E2%82?x", "\u{20ac}x"),
            ("%E2?%ACx", "\u{20ac}x"),
            ("?%82%ACx", "\u{20ac}x"),
            ("%E2*%AC%78", "\u{20ac}x"),
            ("%*x", "ax"),
            ("%2?y", " y"),
        ] {
            assert_eq!(matches(pattern, text), Some(true), "{pattern}");
            assert_eq!(matches(pattern, "\u{20ac}z"), Some(false), "{pattern}");
        }
    }

    /// Tries a wildcard in place of each part of each character's encoding.
    #[test]
    fn every_split_of_every_encoding_is_covered() {
        for character in ["a", "\u{e9}", "\u{20ac}", "\u{1f642}"] {
            let encoded: String = character
                .bytes()
                .map(|byte| format!("%{byte:02X}"))
                .collect();
            for start in 1..=encoded.len() {
                for end in start..=encoded.len() {
                    let (before, after) = (&encoded[..start], &encoded[end..]);
                    let anys = "?".repeat(end - start);
                    for open in ["*", &*anys, "*?*"] {
                        let pattern = format!("x{before}{open}{after}y");
                        if open.is_empty() || (start == encoded.len() && open != "*") {
                            continue;
                        }
                        let text = format!("x{character}y");
                        assert_eq!(matches(&pattern, &text), Some(true), "{pattern}");
                        assert_eq!(matches(&pattern, "z"), Some(false), "{pattern}");
                    }
                }
            }
        }
    }

    #[test]
    fn many_splits_cost_linear_time() {
        let pattern = "%C3*%?%A9".repeat(100_000);
        assert!(decoded(&pattern, true).is_some());
    }
}
