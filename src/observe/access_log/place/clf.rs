//! The places in the common log format.

use super::{Piece, Place, after_backslash};
use crate::{
    observe::access_log::{format_string::Token, variable::Variable},
    request::context::ContextVariable,
};

pub(super) fn find_places(tokens: Vec<Token>) -> Result<Vec<Piece>, String> {
    let mut place = Place::Bare;
    let mut is_escaped = false;
    let mut pieces = Vec::with_capacity(tokens.len());
    for token in tokens {
        match token {
            Token::Text(text) => {
                (place, is_escaped) = text.chars().fold((place, is_escaped), after);
                pieces.push(Piece::Text(text));
            }
            Token::Variable(_) if is_escaped => return Err(after_backslash()),
            // The time alone consists of two fields.
            Token::Variable(variable @ Variable::Request(ContextVariable::RequestTime)) => {
                pieces.push(Piece::Value(variable, Place::Quoted));
            }
            Token::Variable(variable) => pieces.push(Piece::Value(variable, place)),
        }
    }
    match place {
        Place::Bare => Ok(pieces),
        Place::Quoted => {
            Err("a quote is not closed; write another one at the end of the field".to_owned())
        }
        Place::Bracketed => {
            Err("a `[` is not closed; write `]` at the end of the field".to_owned())
        }
    }
}

/// The place after a character, and whether the next one is escaped.
fn after((place, is_escaped): (Place, bool), c: char) -> (Place, bool) {
    if is_escaped {
        return (place, false);
    }
    let next = match (place, c) {
        (Place::Bare, '"') => Place::Quoted,
        (Place::Bare, '[') => Place::Bracketed,
        (Place::Quoted, '"') | (Place::Bracketed, ']') => Place::Bare,
        _ => place,
    };
    (next, c == '\\')
}
