//! The places in XML: in text, or in the value of an attribute.

use super::{Piece, Place};
use crate::observe::access_log::format_string::Token;

#[derive(Clone, Copy, PartialEq)]
enum State {
    Text,
    Tag,
    /// In the value of an attribute, up to this quote.
    Attribute(char),
}

pub(super) fn placed(tokens: Vec<Token>) -> Result<Vec<Piece>, String> {
    let mut state = State::Text;
    let mut pieces = Vec::with_capacity(tokens.len());
    for token in tokens {
        match token {
            Token::Text(text) => {
                if text.contains("<!") || text.contains("<?") {
                    return Err(
                        "it has a `<!` or a `<?`; use elements and attributes only".to_owned()
                    );
                }
                for c in text.chars() {
                    state = match (state, c) {
                        (State::Text, '<') => State::Tag,
                        (State::Tag, '>') => State::Text,
                        (State::Tag, '"' | '\'') => State::Attribute(c),
                        (State::Attribute(quote), c) if c == quote => State::Tag,
                        _ => state,
                    };
                }
                pieces.push(Piece::Text(text));
            }
            Token::Variable(_) if state == State::Tag => {
                return Err(
                    "a variable is in a tag but not in quotes; put it into quotes".to_owned(),
                );
            }
            Token::Variable(variable) => pieces.push(Piece::Value(variable, Place::Quoted)),
        }
    }
    match state {
        State::Text => Ok(pieces),
        State::Tag | State::Attribute(_) => Err("a tag is not closed".to_owned()),
    }
}
