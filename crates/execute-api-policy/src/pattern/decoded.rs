//! A resource of a policy with its percent-encoding decoded.

use percent_encoding::percent_decode_str;

use super::{
    parts::{self, Part, Syntax},
    text::TextPattern,
};

/// An escape has so many digits behind its `%`.
const DIGITS: usize = 2;

/// The same pattern with `%XX` read as the byte it stands for, which is never a wildcard. None where
/// there is nothing to decode, or where it would not be text.
///
/// A wildcard or a variable may cut an escape, or a character between two escapes, as in `caf%C3%*`. What a part of a
/// character stands for is open, and this pattern is for what a policy excludes; so the cut stands for any text.
pub(super) fn decoded(text: &str, variables: bool) -> Option<TextPattern> {
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
            Part::Text(text) => decoded.push_text(&text, at > 0, at < last)?,
            open => decoded.push_open(open),
        }
    }
    Some(TextPattern::from_parts(decoded.parts))
}

#[derive(Default)]
struct Decoded {
    parts: Vec<Part>,
    /// The last part is a cut, and what is open next to it belongs to it.
    ends_with_cut: bool,
}

impl Decoded {
    /// A wildcard or a variable.
    fn push_open(&mut self, part: Part) {
        if !self.ends_with_cut {
            self.parts.push(part);
        }
    }

    /// A text between two such parts, or at an end.
    fn push_text(&mut self, text: &str, is_behind_open: bool, is_before_open: bool) -> Option<()> {
        let text = match self.ends_with_cut {
            true => without_digits(text),
            false => text,
        };
        let whole = match is_before_open {
            true => without_cut_escape(text),
            false => text,
        };
        let is_cut_escape = whole.len() < text.len();
        let bytes: Vec<u8> = percent_decode_str(whole).collect();
        let start = match is_behind_open {
            true => bytes
                .iter()
                .take_while(|byte| is_continuation(**byte))
                .count(),
            false => 0,
        };
        let bytes = bytes.get(start..).unwrap_or_default();
        let (text, is_cut_character) = match std::str::from_utf8(bytes) {
            Ok(text) => (text, false),
            Err(error) if is_before_open && error.error_len().is_none() => {
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

    /// Any text, in place of the wildcards and variables before it, too.
    fn push_cut(&mut self) {
        let is_open = |part: &Part| !matches!(part, Part::Text(_));
        while self.parts.last().is_some_and(is_open) {
            self.parts.pop();
        }
        self.parts.push(Part::Star);
        self.ends_with_cut = true;
    }
}

/// A text behind a cut without the digits that may belong to it: the `%` may be anything that is open there.
fn without_digits(text: &str) -> &str {
    let digits = text.bytes().take(DIGITS);
    let digits = digits.take_while(u8::is_ascii_hexdigit).count();
    text.get(digits..).unwrap_or_default()
}

/// A text before something open without the escape that this cuts.
fn without_cut_escape(text: &str) -> &str {
    let digits = text.bytes().rev().take_while(u8::is_ascii_hexdigit).count();
    let before = text.get(..text.len() - digits).unwrap_or_default();
    match before.strip_suffix('%') {
        Some(before) if digits < DIGITS => before,
        _ => text,
    }
}

/// A byte of a character other than its first.
fn is_continuation(byte: u8) -> bool {
    byte & 0b1100_0000 == 0b1000_0000
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ConditionContext;

    fn matches(pattern: &str, text: &str) -> Option<bool> {
        let keys = ConditionContext::new().with("k", "v");
        decoded(pattern, true)?.matches(text, &keys)
    }

    #[test]
    fn a_pattern_can_be_read_decoded() {
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
    fn what_cuts_an_escape_or_a_character_stands_for_any_text() {
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

    /// Whatever part of the encoding of a character a wildcard replaces.
    #[test]
    fn every_cut_of_every_encoding_is_covered() {
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
    fn many_cuts_cost_linear_time() {
        let pattern = "%C3*%?%A9".repeat(100_000);
        assert!(decoded(&pattern, true).is_some());
    }
}
