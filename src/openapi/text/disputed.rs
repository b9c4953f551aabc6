//! Characters that readers of YAML understand differently, so that only one of them finds a guard.
//!
//! Three characters are line breaks in YAML 1.1, which `PyYAML` reads (and perhaps AWS), and text in YAML 1.2: `# note` with
//! one of them is a comment of two lines, or one line of comment and one of YAML. A byte order mark inside the document is a
//! part of a name, or is dropped.

const DISPUTED: [char; 4] = ['\u{85}', '\u{2028}', '\u{2029}', '\u{feff}'];

/// Fails if the text has such a character.
pub(super) fn check_characters(text: &str) -> Result<(), String> {
    let Some((before, after)) = text.find(DISPUTED).map(|at| text.split_at(at)) else {
        return Ok(());
    };
    let code = after.chars().next().map_or(0, u32::from);
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    Err(format!(
        "readers of YAML disagree about the character U+{code:04X} at line {line} column {column}; remove it, or write it \
         as `\\u{code:04X}` in double quotes"
    ))
}

/// Fails for a plain name with a comment of JavaScript in it. A person reads only the rest of the name.
pub(super) fn check_name(text: &str) -> Result<(), &'static str> {
    let has_closed = text
        .split_once("/*")
        .is_some_and(|(_, rest)| rest.contains("*/"));
    let begins_comment = |word: &str| word.starts_with("//") || word.starts_with("/*");
    let has_open =
        text.contains(char::is_whitespace) && text.split_whitespace().any(begins_comment);
    if has_closed || has_open {
        Err("a comment in YAML begins with `#`; here, `//` or `/*` is a part of the name")
    } else {
        Ok(())
    }
}

/// Fails for a plain scalar that begins with a `?`, which is not a part of it in YAML 1.1 inside brackets.
pub(super) fn check_plain(text: &str) -> Result<(), &'static str> {
    if text.starts_with('?') {
        Err("readers of YAML disagree about a text that begins with `?`; put it in quotes")
    } else {
        Ok(())
    }
}
