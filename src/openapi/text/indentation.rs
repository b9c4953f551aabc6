//! Indents lines inside brackets and quotes that are not indented enough.
//!
//! YAML requires these lines to be indented deeper than their member. `PyYAML` and CloudFormation do not require it,
//! and many templates have a closing bracket below the first letter of its member. The space before such a line has no
//! meaning, so adding space does not change the values.

use std::{borrow::Cow, iter::Peekable, str::CharIndices};

use saphyr_parser::{Event, Parser, ScanError};

/// The most bytes that are read. Each reading finds one place.
const MAX_READ: usize = 32 << 20;

/// The document with these lines indented, as far as they are found.
pub(super) fn mended(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    let (mut left, mut line) = (MAX_READ, 0);
    while let Some(again) = left.checked_sub(text.len().max(1)) {
        left = again;
        // The next place must be further down. Otherwise the mending has not helped.
        let Some(fault) = first_fault(&text).filter(|fault| fault.line > line) else {
            break;
        };
        let Some(mended) = mended_from(&text, fault.begin) else {
            break;
        };
        line = fault.line;
        text = mended.into();
    }
    text
}

/// A place where a line is not indented enough.
struct Fault {
    /// The line.
    line: usize,
    /// The beginning of the outermost bracket or quote around the line, in characters.
    begin: usize,
}

/// The document with the lines of this bracket or quote indented. `None`: it does not end.
fn mended_from(text: &str, begin: usize) -> Option<String> {
    let begin = text.char_indices().nth(begin).map(|(index, _)| index)?;
    let (before, after) = text.split_at_checked(begin)?;
    let (inside, rest) = after.split_at_checked(end_of(after)?)?;
    let line = before.rsplit('\n').next().unwrap_or_default();
    let indentation = " ".repeat(line.chars().count() + 1);
    let is_separator = |line: &str| line.starts_with("---") || line.starts_with("...");
    let mut lines = inside.split_inclusive('\n');
    let mut mended = before.to_owned();
    mended.push_str(lines.next()?);
    // A single line cannot be mended.
    let mut lines = lines.peekable();
    lines.peek()?;
    for line in lines {
        if is_separator(line) {
            return None;
        }
        mended.push_str(&indentation);
        mended.push_str(line);
    }
    mended.push_str(rest);
    Some(mended)
}

fn first_fault(text: &str) -> Option<Fault> {
    let mut open = Vec::new();
    let mut end = 0;
    for next in Parser::new_from_str(text) {
        let (event, span) = match next {
            Ok(next) => next,
            Err(error) => {
                let begin = begin_of_fault(text, &open, end, &error)?;
                let line = error.marker().line();
                return Some(Fault { line, begin });
            }
        };
        match event {
            Event::MappingStart(..) | Event::SequenceStart(..) => open.push(span.start.index()),
            Event::MappingEnd | Event::SequenceEnd => drop(open.pop()),
            _ => {}
        }
        end = end.max(span.end.index());
    }
    None
}

fn begin_of_fault(text: &str, open: &[usize], end: usize, error: &ScanError) -> Option<usize> {
    if !error.info().starts_with("invalid indentation") {
        return None;
    }
    let is_in = |index: usize, characters: &str| {
        text.chars()
            .nth(index)
            .is_some_and(|it| characters.contains(it))
    };
    let bracket = open.iter().copied().find(|index| is_in(*index, "{["));
    // The scanner is ahead of the parser, and may have seen a bracket that the parser has not.
    let coming = || Some(end + coming_bracket(text.chars().skip(end))?);
    let quote = Some(error.marker().index()).filter(|index| is_in(*index, "'\""));
    bracket.or_else(coming).or(quote)
}

/// The number of characters before the next bracket, if there are only tags and the like before it.
fn coming_bracket(characters: impl Iterator<Item = char>) -> Option<usize> {
    let (mut is_comment, mut is_tag) = (false, false);
    for (index, character) in characters.enumerate() {
        match character {
            '\n' => (is_comment, is_tag) = (false, false),
            _ if is_comment => {}
            '#' => is_comment = true,
            ' ' | '\t' | '\r' => is_tag = false,
            _ if is_tag => {}
            '!' | '&' => is_tag = true,
            ':' | '-' | '?' => {}
            '{' | '[' => return Some(index),
            _ => return None,
        }
    }
    None
}

/// The end of the bracket or quote at the beginning, in bytes.
fn end_of(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut before = ' ';
    let mut characters = text.char_indices().peekable();
    while let Some((index, character)) = characters.next() {
        match character {
            '{' | '[' => depth += 1,
            '}' | ']' => depth = depth.checked_sub(1)?,
            '"' | '\'' if before.is_whitespace() || "{[,:".contains(before) => {
                skip_string(&mut characters, character);
            }
            '#' if before.is_whitespace() => {
                while characters.next_if(|(_, next)| *next != '\n').is_some() {}
            }
            _ => {}
        }
        before = character;
        if depth == 0 {
            let end = characters.peek().map_or(text.len(), |(end, _)| *end);
            return Some(end.max(index));
        }
    }
    None
}

/// Skips the rest of a string that began with this quote.
fn skip_string(characters: &mut Peekable<CharIndices<'_>>, quote: char) {
    while let Some((_, inside)) = characters.next() {
        match inside {
            '\\' if quote == '"' => drop(characters.next()),
            // A doubled quote is part of the string.
            '\'' if quote == '\'' && characters.next_if(|(_, next)| *next == '\'').is_some() => {}
            _ if inside == quote => break,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::openapi::text::parse;

    #[test]
    fn lines_are_indented_and_nothing_else_changes() {
        for (text, same) in [
            (
                "a:\n  n: {\n    \"a\": \"b\"\n  }\n  m: 1",
                r#"{"a": {"n": {"a": "b"}, "m": 1}}"#,
            ),
            (
                "n: {\na: b,\nc: [\n1,\n]}\nm: 1",
                r#"{"n": {"a": "b", "c": [1]}, "m": 1}"#,
            ),
            (
                "a:\n  n: \"foo\n  bar\"\n  m: 1",
                r#"{"a": {"n": "foo bar", "m": 1}}"#,
            ),
            ("k: 'it''s\n\nb'", r#"{"k": "it's\nb"}"#),
            (
                "a:\n  n: !If # [x\n   [\n  'C}', \"}\\\"\", it's] # }\n  m: {\n  }",
                r#"{"a": {"n": {"Fn::If": ["C}", "}\"", "it's"]}, "m": {}}}"#,
            ),
            (
                "a: |\n  x: {\n  }\nb:\n  c: {\n  d: 1\n  }\n",
                r#"{"a": "x: {\n}\n", "b": {"c": {"d": 1}}}"#,
            ),
            (
                "é: ü\nb:\n  c: [\n  d\n  ]",
                r#"{"é": "ü", "b": {"c": ["d"]}}"#,
            ),
        ] {
            let (yaml, json) = (parse(text), parse(same));
            assert_eq!(yaml.unwrap().value, json.unwrap().value, "{text}");
        }
    }

    #[test]
    fn other_errors_remain_errors() {
        for text in [
            "a:\n  n: {\n  b: c\n",
            "a: 'x\n---\ny'",
            "a:\n    b: 1\n  c: 2",
            "a:\n  n: {\n  b\n  ]",
            "a:\n  b: [x: {y: z}\nc: {d: e}\nf: [{\n  g]\n",
            // Mending does not help here: the bracket itself is not indented enough.
            "a:\n  b:\n    c: 1\n {x\n}",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn many_such_lines_are_indented() {
        let members = (0..100).map(|index| format!("  m{index}: {{\n    a: 1\n  }}\n"));
        let text = format!("a:\n{}", members.collect::<String>());
        let members = parse(&text).unwrap().value;
        assert_eq!(members["a"].as_object().unwrap().len(), 100);
    }
}
