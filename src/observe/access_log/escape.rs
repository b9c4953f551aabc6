//! Escapes values, so that a value cannot end its field or its line.

use std::fmt::Write;

use super::{log_format::LogFormat, place::Place};

/// What API Gateway writes in place of a value that a request does not have.
const NO_VALUE: &str = "-";

/// Appends a value at its place in a line.
pub(super) fn push_value(line: &mut String, format: LogFormat, place: Place, value: Option<&str>) {
    let shown = value.unwrap_or(NO_VALUE);
    match (format, place) {
        (LogFormat::Json, Place::Bare) => push_json_value(line, value),
        (LogFormat::Json, _) | (LogFormat::Clf, Place::Quoted) => {
            push_escaped(line, shown, in_json);
        }
        (LogFormat::Csv, Place::Bare) if shown.contains([',', '"', ' ']) => {
            line.push('"');
            push_escaped(line, shown, in_csv);
            line.push('"');
        }
        (LogFormat::Csv, _) => push_escaped(line, shown, in_csv),
        (LogFormat::Clf, Place::Bare) => push_escaped(line, shown, in_clf),
        (LogFormat::Clf, Place::Bracketed) => push_escaped(line, shown, in_brackets),
        (LogFormat::Xml, _) => push_escaped(line, shown, in_xml),
    }
}

/// How a character is written.
enum Written {
    AsItIs,
    As(&'static str),
    /// `\n`, `\u001b`
    Backslash,
    /// `&#x1b;`
    Reference,
}

fn push_escaped(line: &mut String, value: &str, written: fn(char) -> Written) {
    for c in value.chars() {
        // Writing into a string cannot fail.
        let _ = match written(c) {
            Written::AsItIs => line.write_char(c),
            Written::As(text) => line.write_str(text),
            Written::Backslash => match c {
                '\n' => line.write_str("\\n"),
                '\r' => line.write_str("\\r"),
                '\t' => line.write_str("\\t"),
                c => write!(line, "\\u{:04x}", u32::from(c)),
            },
            Written::Reference => write!(line, "&#x{:x};", u32::from(c)),
        };
    }
}

/// A value outside of quotes. API Gateway would write it as it is.
fn push_json_value(line: &mut String, value: Option<&str>) {
    match value {
        None => line.push_str("null"),
        Some(value) if is_json_scalar(value) => line.push_str(value),
        Some(value) => {
            line.push('"');
            push_escaped(line, value, in_json);
            line.push('"');
        }
    }
}

fn is_json_scalar(value: &str) -> bool {
    let is_number = || {
        // The parser skips white space, which may be a line break.
        let begins = value.starts_with(|c: char| c == '-' || c.is_ascii_digit());
        let ends = value.ends_with(|c: char| c.is_ascii_digit());
        begins && ends && serde_json::from_str::<serde_json::Number>(value).is_ok()
    };
    matches!(value, "true" | "false") || is_number()
}

fn in_json(c: char) -> Written {
    match c {
        '"' => Written::As("\\\""),
        '\\' => Written::As("\\\\"),
        c if is_hidden(c) => Written::Backslash,
        _ => Written::AsItIs,
    }
}

/// Some readers of CSV take a backslash before a quote as an escape. So a backslash is doubled.
fn in_csv(c: char) -> Written {
    match c {
        '"' => Written::As("\"\""),
        c => in_json(c),
    }
}

fn in_brackets(c: char) -> Written {
    match c {
        '[' | ']' => Written::Backslash,
        c => in_json(c),
    }
}

fn in_clf(c: char) -> Written {
    match c {
        c if c.is_whitespace() => Written::Backslash,
        c => in_brackets(c),
    }
}

fn in_xml(c: char) -> Written {
    match c {
        '&' => Written::As("&amp;"),
        '<' => Written::As("&lt;"),
        '>' => Written::As("&gt;"),
        '"' => Written::As("&quot;"),
        '\'' => Written::As("&apos;"),
        '\n' | '\r' | '\t' => Written::Reference,
        // XML 1.0 allows these not even as references.
        '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => Written::As("\u{fffd}"),
        c if is_hidden(c) => Written::Reference,
        _ => Written::AsItIs,
    }
}

/// Control characters, separators of lines, and characters that reverse the direction of a line.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}
