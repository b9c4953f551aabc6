//! Shows text of unknown origin in messages: in one line, with every character visible.

use std::fmt::{self, Write};

/// Displays a value and escapes every character without a visible form of its own. Such a character could start a new
/// line in a log, reverse the direction of a line, or make two different names look alike.
///
/// It escapes the Unicode categories Cc, Cf, Zl, Zp, Zs (except the space), Co and Cn. It also escapes characters that
/// are invisible although they count as a letter, a mark or a symbol.
#[allow(clippy::exhaustive_structs, reason = "it only displays what it holds")]
#[derive(Debug)]
pub struct OneLine<T>(pub T);

impl<T: fmt::Display> fmt::Display for OneLine<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(Escaping(f), "{}", self.0)
    }
}

struct Escaping<'f, 'b>(&'f mut fmt::Formatter<'b>);

impl Write for Escaping<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|c| {
            if is_visible(c) {
                self.0.write_char(c)
            } else {
                write!(self.0, "{}", c.escape_default())
            }
        })
    }
}

fn is_visible(c: char) -> bool {
    matches!(c, ' '..='~') || (is_printable(c) && !is_blank(c))
}

/// Whether `std` prints the character unescaped. It escapes the categories above.
fn is_printable(c: char) -> bool {
    let is_itself = c.escape_debug().len() == 1;
    is_itself || is_combining(c)
}

/// Whether the character is a combining mark. `std` escapes such a mark only if no character precedes it.
fn is_combining(c: char) -> bool {
    let after_a_letter = ["x", c.encode_utf8(&mut [0; 4])].concat();
    after_a_letter.escape_debug().nth(1) == Some(c)
}

/// Whether the character is an invisible letter, mark or symbol: default ignorable in Unicode, or the empty Braille
/// pattern.
fn is_blank(c: char) -> bool {
    matches!(c,
        '\u{34f}'
        | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{2800}'
        | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{ffa0}'
        | '\u{e0100}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::*;

    #[test]
    fn visible_text_is_unchanged() {
        for text in [
            "",
            "a b`\\'\"~",
            "Grüße",
            "e\u{301}",
            "हिन्दी",
            "中文",
            "العربية",
            "🙂",
        ] {
            assert_eq!(OneLine(text).to_string(), text);
        }
    }

    #[test]
    fn invisible_characters_are_escaped() {
        for (text, shown) in [
            ("a\r\n\tb", r"a\r\n\tb"),
            ("\u{1b}[31m\0\u{7f}\u{9b}", r"\u{1b}[31m\u{0}\u{7f}\u{9b}"),
            ("a\u{202e}b\u{2066}\u{61c}", r"a\u{202e}b\u{2066}\u{61c}"),
            (
                "a\u{200b}\u{200d}\u{feff}\u{ad}",
                r"a\u{200b}\u{200d}\u{feff}\u{ad}",
            ),
            ("\u{a0}\u{2003}\u{3000}", r"\u{a0}\u{2003}\u{3000}"),
            ("\u{2028}\u{2029}\u{85}", r"\u{2028}\u{2029}\u{85}"),
            (
                "\u{e0041}\u{e000}\u{fff0}\u{10ffff}",
                r"\u{e0041}\u{e000}\u{fff0}\u{10ffff}",
            ),
        ] {
            assert_eq!(OneLine(text).to_string(), shown);
        }
    }

    /// Tests all characters that the tables of the regex crate have assigned. The compiler's tables may be newer.
    #[test]
    fn characters_are_escaped_by_their_unicode_category() {
        let regex = |class: &str| Regex::new(&format!("^{class}$")).unwrap();
        let assigned = regex(r"\P{Cn}");
        let ignorable = regex(r"\p{Default_Ignorable_Code_Point}");
        let hidden = regex(r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Zs}\p{Co}\p{DI}\u{2800}--[ ]]");
        let mut seen = [0; 2];
        for c in '\0'..=char::MAX {
            let text = c.encode_utf8(&mut [0; 4]).to_owned();
            if assigned.is_match(&text) || ignorable.is_match(&text) {
                let is_hidden = hidden.is_match(&text);
                assert_eq!(is_visible(c), !is_hidden, "{}", c.escape_unicode());
                seen[usize::from(is_hidden)] += 1;
            }
        }
        assert!(seen[0] > 100_000 && seen[1] > 100_000, "{seen:?}");
    }
}
