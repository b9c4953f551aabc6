//! The places in JSON: in strings, or as values of their own.

use serde::de::IgnoredAny;

use super::{Piece, Place, quoted_if};
use crate::observe::access_log::{format_string::Token, variable::Variable};

pub(super) fn find_places(tokens: Vec<Token>) -> Result<Vec<Piece>, String> {
    let mut reader = Reader::default();
    let mut pieces = Vec::with_capacity(tokens.len());
    for token in tokens {
        match token {
            Token::Text(text) => {
                text.chars().try_for_each(|c| reader.read(c))?;
                pieces.push(Piece::Text(text));
            }
            Token::Variable(variable) => {
                reader.has_variable = true;
                let place = quoted_if(reader.in_string);
                pieces.push(Piece::Value(unquoted(variable), place));
            }
        }
    }
    check_json(&pieces)?;
    Ok(pieces)
}

/// Within JSON, the message would have its quotes twice.
fn unquoted(variable: Variable) -> Variable {
    match variable {
        Variable::ErrorMessageString => Variable::ErrorMessage,
        variable => variable,
    }
}

/// What is known of the text so far.
#[derive(Default)]
struct Reader {
    in_string: bool,
    is_escaped: bool,
    /// Whether the string that was read last has a variable in it.
    has_variable: bool,
}

impl Reader {
    /// Fails if a name has a variable in it, because its value could be the name of another member.
    fn read(&mut self, c: char) -> Result<(), String> {
        let is_quote = c == '"' && !self.is_escaped;
        if is_quote && !self.in_string {
            self.has_variable = false;
        }
        self.in_string ^= is_quote;
        self.is_escaped = c == '\\' && !self.is_escaped;
        if c == ':' && !self.in_string && self.has_variable {
            Err("a variable is in a name; use it in values only".to_owned())
        } else {
            Ok(())
        }
    }
}

/// Checks the line with sample values. They are valid only if every value is: `null` cannot be a part of a number or a
/// name, and a hyphen cannot complete an escape.
fn check_json(pieces: &[Piece]) -> Result<(), String> {
    let samples = pieces.iter().map(|piece| match piece {
        Piece::Text(text) => text,
        Piece::Value(_, Place::Bare) => "null",
        Piece::Value(_, Place::Quoted | Place::Bracketed) => "-",
    });
    let sample: String = samples.collect();
    serde_json::from_str::<IgnoredAny>(&sample).map_err(|error| {
        let column = error.column();
        let shown = sample.chars().skip(column.saturating_sub(30)).take(60);
        let shown: String = shown.collect();
        format!("without its values, it has `{shown}` (column {column}), which is not JSON")
    })?;
    Ok(())
}
