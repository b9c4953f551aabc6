//! The places in XML: in text, or in the value of an attribute.

use std::mem::take;

use super::{Piece, Place};
use crate::observe::access_log::format_string::Token;

pub(super) fn find_places(tokens: Vec<Token>) -> Result<Vec<Piece>, String> {
    let mut reader = Reader::default();
    let mut pieces = Vec::with_capacity(tokens.len());
    for token in tokens {
        match token {
            Token::Text(text) => {
                check_references(&text)?;
                text.chars().try_for_each(|c| reader.read(c))?;
                pieces.push(Piece::Text(text));
            }
            Token::Variable(_) if reader.state == State::Tag => {
                return Err(
                    "a variable is in a tag but not in quotes; put it into quotes".to_owned(),
                );
            }
            Token::Variable(variable) => pieces.push(Piece::Value(variable, Place::Quoted)),
        }
    }
    reader.end()?;
    Ok(pieces)
}

/// Fails if a `&` does not begin a whole reference. A value after it could complete one.
fn check_references(text: &str) -> Result<(), String> {
    let is_reference = |rest: &str| {
        let name = rest.split_once(';').map_or("", |(name, _)| name);
        let digits = name.strip_prefix('#').unwrap_or_default();
        let is_number = match digits.strip_prefix('x') {
            Some(digits) => u32::from_str_radix(digits, 16).is_ok(),
            None => digits.parse::<u32>().is_ok(),
        };
        is_number || matches!(name, "amp" | "apos" | "gt" | "lt" | "quot")
    };
    if text.split('&').skip(1).all(is_reference) {
        Ok(())
    } else {
        Err("a `&` begins no entity of XML; write `&amp;`".to_owned())
    }
}

#[derive(Clone, Copy, Default, PartialEq)]
enum State {
    #[default]
    Text,
    Tag,
    /// In the value of an attribute, up to this quote.
    Attribute(char),
}

/// What is known of the text so far.
#[derive(Default)]
struct Reader {
    state: State,
    /// The tag that is being read, without the values of its attributes.
    tag: String,
    /// The names of the elements that are not closed.
    open: Vec<String>,
}

impl Reader {
    fn read(&mut self, c: char) -> Result<(), String> {
        match (self.state, c) {
            (State::Text, '<') => self.state = State::Tag,
            (State::Tag, '>') => {
                self.state = State::Text;
                let tag = take(&mut self.tag);
                return self.read_tag(&tag);
            }
            (State::Tag, '"' | '\'') => self.state = State::Attribute(c),
            (State::Tag, '!' | '?') if self.tag.is_empty() => {
                return Err("it has a `<!` or a `<?`; use elements and attributes only".to_owned());
            }
            (State::Tag, c) => self.tag.push(c),
            (State::Attribute(quote), c) if c == quote => self.state = State::Tag,
            (State::Text | State::Attribute(_), _) => {}
        }
        Ok(())
    }

    /// Reads a whole tag. The tag of an element without content ends with a slash.
    fn read_tag(&mut self, tag: &str) -> Result<(), String> {
        let (closing, rest) = match tag.strip_prefix('/') {
            Some(rest) => (true, rest),
            None => (false, tag),
        };
        let (name, _) = rest.split_once([' ', '\t', '/']).unwrap_or((rest, ""));
        if !name.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | ':')) {
            return Err(format!(
                "the tag `<{tag}>` has no name; write one behind the `<`"
            ));
        }
        if !closing {
            if !tag.ends_with('/') {
                self.open.push(name.to_owned());
            }
            return Ok(());
        }
        match self.open.pop() {
            Some(open) if open == name => Ok(()),
            Some(open) => Err(format!(
                "`</{name}>` does not close `<{open}>`; write `</{open}>` first"
            )),
            None => Err(format!("`</{name}>` closes nothing; leave it out")),
        }
    }

    fn end(self) -> Result<(), String> {
        match (self.state, self.open.last()) {
            (State::Text, None) => Ok(()),
            (State::Text, Some(open)) => {
                Err(format!("`<{open}>` is not closed; write `</{open}>`"))
            }
            (State::Tag | State::Attribute(_), _) => Err(format!(
                "the tag `<{}` is not closed; end it with `>`",
                self.tag
            )),
        }
    }
}
