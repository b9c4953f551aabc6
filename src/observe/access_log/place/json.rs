//! The places in JSON: in strings, or as values of their own.

use serde::de::IgnoredAny;

use super::{Piece, Place, quoted_if};
use crate::observe::access_log::{format_string::Token, variable::Variable};

pub(super) fn placed(tokens: Vec<Token>) -> Result<Vec<Piece>, String> {
    let mut in_string = false;
    let mut is_escaped = false;
    let pieces = tokens.into_iter().map(|token| match token {
        Token::Text(text) => {
            for c in text.chars() {
                in_string ^= c == '"' && !is_escaped;
                is_escaped = c == '\\' && !is_escaped;
            }
            Piece::Text(text)
        }
        // Within JSON, it would have its quotes twice.
        Token::Variable(Variable::ErrorMessageString) => {
            Piece::Value(Variable::ErrorMessage, quoted_if(in_string))
        }
        Token::Variable(variable) => Piece::Value(variable, quoted_if(in_string)),
    });
    let pieces: Vec<_> = pieces.collect();
    check_json(&pieces)?;
    Ok(pieces)
}

/// The samples are valid only where every value is: `null` is no part of a number or a name, and a hyphen completes no
/// escape.
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
