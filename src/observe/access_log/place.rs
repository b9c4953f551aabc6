//! Where the variables of a format stand: in quotes, in brackets or outside of them. They are escaped accordingly.

mod clf;
mod csv;
mod json;
mod xml;

use super::{format_string::Token, log_format::LogFormat, variable::Variable};

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
pub(super) fn find_places(format: LogFormat, tokens: Vec<Token>) -> Result<Vec<Piece>, String> {
    match format {
        LogFormat::Json => json::find_places(tokens),
        LogFormat::Clf => clf::find_places(tokens),
        LogFormat::Csv => csv::find_places(tokens),
        LogFormat::Xml => xml::find_places(tokens),
    }
}

fn quoted_if(is_quoted: bool) -> Place {
    if is_quoted {
        Place::Quoted
    } else {
        Place::Bare
    }
}

fn after_backslash() -> String {
    "a backslash directly before a variable would escape a part of its value; leave it out"
        .to_owned()
}
