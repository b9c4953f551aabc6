//! Colours. They are for terminals only, and never with `NO_COLOR`.

use anstyle::{AnsiColor, Style};

pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(crate) const DOUBTFUL: Style = AnsiColor::Yellow.on_default().bold();
pub(crate) const PLAIN: Style = Style::new();

/// Writes the beginning of a text, up to the first one of these characters, in a style.
pub(crate) fn with_beginning(style: Style, until: char, text: &str) -> String {
    let end = text.find(until).unwrap_or(text.len());
    let (beginning, rest) = text.split_at(end);
    format!("{style}{beginning}{style:#}{rest}")
}
