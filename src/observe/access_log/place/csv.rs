//! The places in CSV. A field with several parts is put into quotes, because its values may need them.

use std::mem::take;

use super::{Piece, after_backslash, quoted_if};
use crate::observe::access_log::format_string::Token;

pub(super) fn find_places(tokens: Vec<Token>) -> Result<Vec<Piece>, String> {
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
#[derive(Clone, Copy, Default)]
enum Quotes {
    #[default]
    None,
    Open,
    Closed,
}

/// The fields between commas.
fn fields(tokens: Vec<Token>) -> Result<Vec<Vec<Token>>, String> {
    let mut reader = Reader::default();
    for token in tokens {
        match token {
            Token::Text(text) => text.chars().try_for_each(|c| reader.read(c))?,
            variable => reader.add(variable)?,
        }
    }
    reader.end()
}

/// What is known of the line so far.
#[derive(Default)]
struct Reader {
    fields: Vec<Vec<Token>>,
    /// The field that is being read.
    field: Vec<Token>,
    /// Its text after the last variable.
    text: String,
    quotes: Quotes,
}

impl Reader {
    fn read(&mut self, c: char) -> Result<(), String> {
        let is_first = self.field.is_empty() && self.text.is_empty();
        match (self.quotes, c) {
            (Quotes::None | Quotes::Closed, ',') => {
                self.end_field();
                return Ok(());
            }
            (Quotes::None, '"') if is_first => self.quotes = Quotes::Open,
            (Quotes::Open, '"') => self.quotes = Quotes::Closed,
            // A doubled quote stands for a quote in the field.
            (Quotes::Closed, '"') => self.quotes = Quotes::Open,
            (Quotes::Closed, _) | (Quotes::None, '"') => return Err(quotes_within()),
            (Quotes::None | Quotes::Open, _) => {}
        }
        self.text.push(c);
        Ok(())
    }

    fn add(&mut self, variable: Token) -> Result<(), String> {
        match self.quotes {
            Quotes::Closed => Err(quotes_within()),
            _ if self.text.ends_with('\\') => Err(after_backslash()),
            Quotes::None | Quotes::Open => {
                self.end_text();
                self.field.push(variable);
                Ok(())
            }
        }
    }

    fn end_text(&mut self) {
        if !self.text.is_empty() {
            self.field.push(Token::Text(take(&mut self.text)));
        }
    }

    fn end_field(&mut self) {
        self.end_text();
        self.fields.push(take(&mut self.field));
        self.quotes = Quotes::None;
    }

    fn end(mut self) -> Result<Vec<Vec<Token>>, String> {
        if matches!(self.quotes, Quotes::Open) {
            return Err(
                "a quote is not closed; write another one at the end of the field".to_owned(),
            );
        }
        self.end_field();
        Ok(self.fields)
    }
}

fn quotes_within() -> String {
    "only a part of a field is in quotes; put the whole field into quotes, without spaces around them".to_owned()
}
