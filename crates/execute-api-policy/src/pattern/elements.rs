//! The elements of a piece that has gaps, compared with a text one after the other.

/// A character, or `None` for a gap. A gap is a `?` and matches exactly one character.
pub(super) type Element = Option<char>;

/// Returns the text after the piece, if the text begins with it.
pub(super) fn after_start<'t>(piece: &[Element], text: &'t str) -> Option<&'t str> {
    let mut chars = text.chars();
    for wanted in piece {
        let found = chars.next()?;
        if wanted.is_some_and(|wanted| wanted != found) {
            return None;
        }
    }
    Some(chars.as_str())
}

/// Returns the text before the piece, if the text ends with it.
pub(super) fn before_end<'t>(piece: &[Element], text: &'t str) -> Option<&'t str> {
    let mut chars = text.chars();
    let mut piece = piece.iter().rev();
    let ends = piece.all(|wanted| chars.next_back().is_some_and(|found| fits(wanted, found)));
    ends.then_some(chars.as_str())
}

fn fits(wanted: &Element, found: char) -> bool {
    wanted.is_none_or(|wanted| wanted == found)
}

/// Returns the text without its first character. `None` if it has none.
pub(super) fn skip_char(text: &str) -> Option<&str> {
    let mut chars = text.chars();
    chars.next()?;
    Some(chars.as_str())
}

/// Returns the text without its first characters. `None` if it has fewer.
pub(super) fn skip_chars(text: &str, count: usize) -> Option<&str> {
    let mut chars = text.chars();
    if let Some(before) = count.checked_sub(1) {
        chars.nth(before)?;
    }
    Some(chars.as_str())
}

/// Returns the last characters of the text. `None` if it has fewer.
pub(super) fn last_chars(text: &str, count: usize) -> Option<&str> {
    let at = match count.checked_sub(1) {
        Some(behind) => text.char_indices().nth_back(behind)?.0,
        None => text.len(),
    };
    text.get(at..)
}
