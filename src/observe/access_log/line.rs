//! A line of the log: text and variables, each with its place.

use super::{
    escape::push_value,
    format_string::tokens,
    log_format::LogFormat,
    place::{Piece, find_places},
    value::Facts,
    variable::Variable,
};
use crate::observe::Decision;

/// A parsed format string.
#[derive(Debug, Clone)]
pub(super) struct Line {
    format: LogFormat,
    pieces: Vec<Piece>,
    /// Whether a variable depends on the resource.
    needs_resource: bool,
}

impl Line {
    pub(super) fn parse(format: LogFormat, text: &str) -> Result<Self, String> {
        let text = in_one_line(format, text)?;
        let pieces = find_places(format, tokens(&text)?)?;
        let mut variables = pieces.iter().filter_map(Piece::variable);
        let needs_resource = variables.any(Variable::needs_resource);
        Ok(Self {
            format,
            pieces,
            needs_resource,
        })
    }

    /// The line for a decision, without a line break.
    pub(super) fn render(&self, decision: &Decision<'_>) -> String {
        let mut line = String::with_capacity(256);
        Facts::with(decision, self.needs_resource, |facts| {
            for piece in &self.pieces {
                match piece {
                    Piece::Text(text) => line.push_str(text),
                    Piece::Value(variable, place) => {
                        let value = variable.value(facts).filter(|value| !value.is_empty());
                        push_value(&mut line, self.format, *place, value.as_deref());
                    }
                }
            }
        });
        line
    }
}

/// JSON and XML mean the same without their line breaks. In the other formats, a line break would be another record.
fn in_one_line(format: LogFormat, text: &str) -> Result<String, String> {
    let lines: Vec<_> = text.trim().split(['\n', '\r']).map(str::trim).collect();
    let may_have_several = matches!(format, LogFormat::Json | LogFormat::Xml);
    match &*lines {
        [""] => Err("it is empty".to_owned()),
        [_, _, ..] if !may_have_several => {
            Err("it has several lines; write it in one line".to_owned())
        }
        lines => Ok(lines.join(" ")),
    }
}
