//! Where the variables of a format stand: in quotes, in brackets or outside of them. They are escaped accordingly.

use serde::de::IgnoredAny;

use super::{format_string::Token, log_format::LogFormat, variable::Variable};
use crate::request::context::ContextVariable;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    Value(Variable, Place),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Quoted,
    Bracketed,
    /// A whole field, or a whole value in JSON.
    Bare,
}

impl Piece {
    pub(super) fn variable(&self) -> Option<&Variable> {
        match self {
            Self::Value(variable, _) => Some(variable),
            Self::Text(_) => None,
        }
    }
}

/// Finds the place of each variable. Fails if a value at its place could be taken for something else.
pub(super) fn placed(format: LogFormat, tokens: Vec<Token>) -> Result<Vec<Piece>, String> {
    match format {
        LogFormat::Json => json(tokens),
        LogFormat::Clf => clf(tokens),
        LogFormat::Csv => csv(tokens),
        LogFormat::Xml => xml(tokens),
    }
}

fn json(tokens: Vec<Token>) -> Result<Vec<Piece>, String> {
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

fn quoted_if(is_quoted: bool) -> Place {
    match is_quoted {
        true => Place::Quoted,
        false => Place::Bare,
    }
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
        let shown: String = {
            let at = error.column().saturating_sub(30);
            sample.chars().skip(at).take(60).collect()
        };
        format!(
            "without values it is `{shown}` (at column {}), which is not JSON",
            error.column()
        )
    })?;
    Ok(())
}

fn clf(tokens: Vec<Token>) -> Result<Vec<Piece>, String> {
    let mut place = Place::Bare;
    let mut is_escaped = false;
    let mut pieces = Vec::with_capacity(tokens.len());
    for token in tokens {
        match token {
            Token::Text(text) => {
                for c in text.chars() {
                    place = match (place, c) {
                        _ if is_escaped => place,
                        (Place::Bare, '"') => Place::Quoted,
                        (Place::Bare, '[') => Place::Bracketed,
                        (Place::Quoted, '"') | (Place::Bracketed, ']') => Place::Bare,
                        _ => place,
                    };
                    is_escaped = c == '\\' && !is_escaped;
                }
                pieces.push(Piece::Text(text));
            }
            Token::Variable(_) if is_escaped => return Err(behind_backslash()),
            // It consists of two fields by itself.
            Token::Variable(variable @ Variable::Request(ContextVariable::RequestTime)) => {
                pieces.push(Piece::Value(variable, Place::Quoted));
            }
            Token::Variable(variable) => pieces.push(Piece::Value(variable, place)),
        }
    }
    match place {
        Place::Bare => Ok(pieces),
        Place::Quoted => Err("a quote is not closed".to_owned()),
        Place::Bracketed => Err("a `[` is not closed".to_owned()),
    }
}

fn behind_backslash() -> String {
    "a backslash directly before a variable would escape a part of its value; leave it out"
        .to_owned()
}

/// Puts a field with several parts into quotes, because its values may need them.
fn csv(tokens: Vec<Token>) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::with_capacity(tokens.len());
    for (index, field) in fields(tokens)?.into_iter().enumerate() {
        if index > 0 {
            pieces.push(Piece::Text(",".to_owned()));
        }
        let is_quoted = matches!(field.first(), Some(Token::Text(text)) if text.starts_with('"'));
        let has_variable = field
            .iter()
            .any(|token| matches!(token, Token::Variable(_)));
        let is_wrapped = has_variable && field.len() > 1 && !is_quoted;
        let place = quoted_if(field.len() > 1);
        let placed = field.into_iter().map(|token| match token {
            Token::Text(text) => Piece::Text(text),
            Token::Variable(variable) => Piece::Value(variable, place),
        });
        let quote = || is_wrapped.then(|| Piece::Text("\"".to_owned()));
        pieces.extend(quote().into_iter().chain(placed).chain(quote()));
    }
    Ok(pieces)
}

/// The fields between commas. A quote opens or closes only a whole field.
fn fields(tokens: Vec<Token>) -> Result<Vec<Vec<Token>>, String> {
    let mut fields = Vec::new();
    let mut field = Vec::new();
    let mut text = String::new();
    let mut quotes = 0_usize;
    for token in tokens {
        match token {
            Token::Text(characters) => {
                for c in characters.chars() {
                    let in_quotes = quotes % 2 == 1;
                    match c {
                        ',' if !in_quotes => {
                            end_text(&mut field, &mut text);
                            fields.push(std::mem::take(&mut field));
                            quotes = 0;
                        }
                        c => {
                            let is_first = field.is_empty() && text.is_empty();
                            if !in_quotes && !(is_first && c == '"') && (quotes > 0 || c == '"') {
                                return Err(quotes_within());
                            }
                            quotes += usize::from(c == '"');
                            text.push(c);
                        }
                    }
                }
            }
            Token::Variable(_) if text.ends_with('\\') => return Err(behind_backslash()),
            Token::Variable(_) if quotes == 2 => return Err(quotes_within()),
            variable @ Token::Variable(_) => {
                end_text(&mut field, &mut text);
                field.push(variable);
            }
        }
    }
    end_text(&mut field, &mut text);
    fields.push(field);
    match quotes {
        1 => Err("a quote is not closed".to_owned()),
        _ => Ok(fields),
    }
}

fn end_text(field: &mut Vec<Token>, text: &mut String) {
    if !text.is_empty() {
        field.push(Token::Text(std::mem::take(text)));
    }
}

fn quotes_within() -> String {
    "only a part of a field is in quotes; put the whole field into quotes, without spaces around them".to_owned()
}

fn xml(tokens: Vec<Token>) -> Result<Vec<Piece>, String> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        Text,
        Tag,
        Attribute(char),
    }
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
