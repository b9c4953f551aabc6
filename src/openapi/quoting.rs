//! Texts of a document in messages: quoted, escaped and shortened.

/// The most characters of the document that a message quotes.
const MAX_QUOTED: usize = 80;

/// The most items that a message lists.
pub(super) const MAX_LISTED: usize = 20;

/// A name in a table: escaped, and shortened if it is long.
pub(crate) fn shortened_name(name: &str) -> String {
    let quoted = quoted(name);
    quoted.trim_matches('`').to_owned()
}

/// A string in a message: quoted, escaped, and shortened if it is long.
pub(crate) fn quoted(text: &str) -> String {
    let shortened: String = text
        .chars()
        .take(MAX_QUOTED)
        .flat_map(char::escape_debug)
        .collect();
    let ellipsis = if text.chars().nth(MAX_QUOTED).is_some() {
        "…"
    } else {
        ""
    };
    format!("`{shortened}{ellipsis}`")
}

/// The string without the quotes of [`quoted`], to be quoted in another way.
pub(super) fn unquoted(quoted: &str) -> &str {
    let opened = quoted.strip_prefix('`').unwrap_or(quoted);
    opened.strip_suffix('`').unwrap_or(opened)
}

/// Several strings in a message.
pub(crate) fn quoted_list<T: AsRef<str>>(texts: &[T]) -> String {
    let listed: Vec<_> = texts
        .iter()
        .take(MAX_LISTED)
        .map(|text| quoted(text.as_ref()))
        .collect();
    let more = texts.len().saturating_sub(MAX_LISTED);
    match more {
        0 => listed.join(", "),
        _ => format!("{} and {more} more", listed.join(", ")),
    }
}

/// Shortens a parser's message: it may contain a long name from the document.
pub(super) fn shortened_message(message: &str) -> String {
    const HEAD: usize = 200;
    const TAIL: usize = 60;
    let length = message.chars().count();
    if length <= HEAD + TAIL {
        return message.to_owned();
    }
    let head: String = message.chars().take(HEAD).collect();
    let tail: String = message.chars().skip(length - TAIL).collect();
    format!("{head}…{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_shortened() {
        assert_eq!(quoted("a`\n"), "`a`\\n`");
        assert!(quoted(&"x".repeat(1 << 20)).len() < 100);
        assert!(quoted_list(&vec!["x".repeat(1000); 1000]).len() < 2000);
        assert!(shortened_message(&"é".repeat(1 << 20)).len() < 700);
    }
}
