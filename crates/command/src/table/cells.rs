//! The columns of a line, as they are read and written.
//!
//! Columns are separated by spaces. A column that contains spaces is written in double quotes, and a double quote in it is
//! doubled. A `#` at the beginning of a column starts a comment.

use std::borrow::Cow;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell<'t> {
    pub(super) text: Cow<'t, str>,
    pub(super) quoted: bool,
}

/// Reads the columns of a line.
pub(super) fn cells(line: &str) -> Result<Vec<Cell<'_>>, &'static str> {
    let mut cells = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() && !rest.starts_with('#') {
        let (text, after, quoted) = match rest.strip_prefix('"') {
            Some(inside) => {
                let (text, after) = up_to_quote(inside).ok_or("the quotes are not closed")?;
                (text, after, true)
            }
            None => {
                let (text, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
                (text.into(), after, false)
            }
        };
        cells.push(Cell { text, quoted });
        rest = after.trim_start();
    }
    Ok(cells)
}

/// The text before the closing quote, and the text after it.
fn up_to_quote(inside: &str) -> Option<(Cow<'_, str>, &str)> {
    let mut from = 0;
    loop {
        let end = from + inside.get(from..)?.find('"')?;
        let (text, after) = (inside.get(..end)?, inside.get(end + 1..)?);
        if !after.starts_with('"') {
            let text = match from {
                0 => text.into(),
                _ => text.replace("\"\"", "\"").into(),
            };
            return Some((text, after));
        }
        from = end + 2;
    }
}

/// Writes a column so that reading it gives this text again.
pub(super) fn written(text: &str) -> Cow<'_, str> {
    let is_plain = !text.is_empty()
        && text != "-"
        && !text.starts_with(['"', '#'])
        && !text.contains(char::is_whitespace);
    if is_plain {
        text.into()
    } else {
        format!("\"{}\"", text.replace('"', "\"\"")).into()
    }
}
