//! Texts in which the case of letters does not count.

/// The text with each letter replaced by one that stands for it in upper and lower case. Two texts that differ only in case
/// become equal.
///
/// The number of characters stays the same, so that a `?` still stands for one of them. So letters are compared one by one, as
/// services compare them: `Σ`, `σ` and `ς` are equal, and `ß` and `SS` are not. Some software takes `K` (the sign for Kelvin),
/// `ſ`, `ı` and `İ` for ASCII letters, so they are folded, too.
pub(crate) fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.chars().map(folded_letter).collect()
}

fn folded_letter(letter: char) -> char {
    let mut upper = letter.to_uppercase();
    let upper = match (upper.next(), upper.next()) {
        (Some(upper), None) => upper,
        _ => letter,
    };
    // Only `İ` has more characters in lower case: an `i`, and a mark.
    upper.to_lowercase().next().unwrap_or(upper)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_differ_only_in_case_become_equal() {
        for (one, other) in [
            ("/Admin", "/aDMIN"),
            ("/CAFÉ", "/café"),
            ("ΣΊΣΥΦΟΣ", "σίσυφος"),
            ("\u{b5}", "\u{3bc}"),
            ("\u{212a}\u{17f}", "ks"),
            ("\u{130}", "i"),
            ("\u{131}", "I"),
            ("\u{10400}", "\u{10428}"),
        ] {
            assert_eq!(folded(one), folded(other), "{one} {other}");
        }
        for (one, other) in [("ß", "SS"), ("é", "e"), ("a", "b"), ("[", "{"), ("@", "`")] {
            assert_ne!(folded(one), folded(other), "{one} {other}");
        }
    }

    #[test]
    fn each_letter_is_folded_once_and_like_its_other_cases() {
        let single = |mut cases: Box<dyn Iterator<Item = char>>| match (cases.next(), cases.next())
        {
            (Some(case), None) => Some(case),
            _ => None,
        };
        for letter in '\0'..=char::MAX {
            let fold = folded_letter(letter);
            assert_eq!(folded_letter(fold), fold, "{letter:?}");
            for other in [
                single(Box::new(letter.to_uppercase())),
                single(Box::new(letter.to_lowercase())),
            ] {
                let other = other.unwrap_or(letter);
                assert_eq!(folded_letter(other), fold, "{letter:?} {other:?}");
            }
            if letter.is_ascii() {
                assert_eq!(fold, letter.to_ascii_lowercase());
            } else {
                // It has no meaning in a path or a pattern.
                assert!(!fold.is_ascii_punctuation() && !fold.is_ascii_control());
            }
        }
    }
}
