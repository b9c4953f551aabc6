//! The places in CSV. A field with several parts is put into quotes, because its values may need them.

use std::mem::take;

use super::{Piece, behind_backslash, quoted_if};
use crate::observe::access_log::format_string::Token;

pub(super) fn placed(tokens: Vec<Token>) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::with_capacity(tokens.len());
    for (index, field) in fields(tokens)?.into_iter().enumerate() {
        if index > 0 {
            pieces.push(Piece::Text(",".to_owned()));
        }
        let is_quoted = matches!(field.first(), Some(Token::Text(text)) if text.starts_with('"'));
        let has_variable = field
            .iter()
            .any(|token| matches!(token, Token::Variable(_)));
        let needs_quotes = has_variable && field.len() > 1 && !is_quoted;
        let place = quoted_if(field.len() > 1);
        let placed = field.into_iter().map(|token| match token {
            Token::Text(text) => Piece::Text(text),
            Token::Variable(variable) => Piece::Value(variable, place),
        });
        let quote = || needs_quotes.then(|| Piece::Text("\"".to_owned()));
        pieces.extend(quote().into_iter().chain(placed).chain(quote()));
    }
    Ok(pieces)
}

/// The quotes of a field. They enclose the whole field or nothing.
#[derive(Clone, Copy)]
enum Quotes {
    None,
    Open,
    Closed,
}

/// The fields between commas.
fn fields(tokens: Vec<Token>) -> Result<Vec<Vec<Token>>, String> {
    let mut fields = Vec::new();
    let mut field = Vec::new();
    let mut text = String::new();
    let mut quotes = Quotes::None;
    for token in tokens {
        match (token, quotes) {
            (Token::Text(characters), _) => {
                for c in characters.chars() {
                    let is_first = field.is_empty() && text.is_empty();
                    match (quotes, c) {
                        (Quotes::None | Quotes::Closed, ',') => {
                            end_text(&mut field, &mut text);
                            fields.push(take(&mut field));
                            quotes = Quotes::None;
                            continue;
                        }
                        (Quotes::None, '"') if is_first => quotes = Quotes::Open,
                        (Quotes::Open, '"') => quotes = Quotes::Closed,
                        // A doubled quote stands for a quote in the field.
                        (Quotes::Closed, '"') => quotes = Quotes::Open,
                        (Quotes::Closed, _) | (Quotes::None, '"') => return Err(quotes_within()),
                        (Quotes::None | Quotes::Open, _) => {}
                    }
                    text.push(c);
                }
            }
            (Token::Variable(_), Quotes::Closed) => return Err(quotes_within()),
            (Token::Variable(_), _) if text.ends_with('\\') => return Err(behind_backslash()),
            (variable, Quotes::None | Quotes::Open) => {
                end_text(&mut field, &mut text);
                field.push(variable);
            }
        }
    }
    end_text(&mut field, &mut text);
    fields.push(field);
    match quotes {
        Quotes::Open => {
            Err("a quote is not closed; write another one at the end of the field".to_owned())
        }
        Quotes::None | Quotes::Closed => Ok(fields),
    }
}

fn end_text(field: &mut Vec<Token>, text: &mut String) {
    if !text.is_empty() {
        field.push(Token::Text(take(text)));
    }
}

fn quotes_within() -> String {
    "only a part of a field is in quotes; put the whole field into quotes, without spaces around them".to_owned()
}
