//! YAML, read from the parser's events into the same tree as JSON.
//!
//! The short forms of CloudFormation's intrinsic functions (`!Ref`, `!Sub`) become the long ones (`{"Ref": …}`,
//! `{"Fn::Sub": …}`). Aliases are copied, and counted as copies. Merge keys (`<<`) are refused: readers disagree about
//! them, and they might decide who may call what.

#[cfg(test)]
mod tests;

use std::{borrow::Cow, collections::HashMap};

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span, StrInput};
use serde_json::{Map, Value};

use super::{
    DefinitionError,
    budget::{Budget, Cost, MAX_DEPTH},
    disputed::{check_characters, check_name, check_plain},
    duplicates::Duplicates,
    tag,
};
use crate::openapi::marks::Key;

pub(super) fn parse(
    text: &str,
    budget: &Budget,
    duplicates: &Duplicates,
) -> Result<Value, DefinitionError> {
    check_characters(text)
        .map_err(|problem| DefinitionError::syntax(format_args!("as YAML: {problem}")))?;
    let mut reader = Reader {
        parser: Parser::new_from_str(text),
        budget,
        duplicates,
        anchors: HashMap::new(),
    };
    reader.document()
}

struct Reader<'t, 'b> {
    parser: Parser<'t, StrInput<'t>>,
    budget: &'b Budget,
    duplicates: &'b Duplicates,
    anchors: HashMap<usize, (Value, Cost)>,
}

impl<'t> Reader<'t, '_> {
    /// Reads the only document of the stream.
    fn document(&mut self) -> Result<Value, DefinitionError> {
        let mut document = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => return Ok(document.unwrap_or(Value::Null)),
                Event::StreamStart
                | Event::DocumentStart(_)
                | Event::DocumentEnd
                | Event::Nothing => {}
                _ if document.is_some() => {
                    return Err(at(
                        span.start,
                        "a second document begins here; only one is allowed",
                    ));
                }
                event => document = Some(self.value(event, span.start, 0)?),
            }
        }
    }

    fn next(&mut self) -> Result<(Event<'t>, Span), DefinitionError> {
        match self.parser.next_event() {
            Some(Ok(next)) => Ok(next),
            Some(Err(error)) => Err(at(*error.marker(), error.info())),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    /// Reads the value that begins with this event. Recursive, up to the depth limit.
    fn value(
        &mut self,
        event: Event<'t>,
        place: Marker,
        depth: usize,
    ) -> Result<Value, DefinitionError> {
        check_depth(depth, place)?;
        let before = self.duplicates.count();
        let (value, anchor, tag) = match event {
            Event::Alias(anchor) => return self.alias(anchor, place, depth),
            Event::Scalar(text, style, anchor, tag) => {
                self.spend(text.len(), place)?;
                check_style(&text, style, place)?;
                (tag::scalar(text, style, tag.as_deref()), anchor, tag)
            }
            Event::SequenceStart(anchor, tag) => {
                self.spend(0, place)?;
                (self.sequence(depth)?, anchor, tag)
            }
            Event::MappingStart(anchor, tag) => {
                self.spend(0, place)?;
                (self.mapping(depth)?, anchor, tag)
            }
            _ => return Err(at(place, "a value is expected here")),
        };
        let value = tag::long_form(value, tag.as_deref()).map_err(|problem| at(place, &problem))?;
        if let Some(name) = value
            .as_object()
            .filter(|_| tag.as_ref().is_some_and(|tag| !tag.is_yaml_core_schema()))
            .and_then(|it| it.keys().next())
        {
            self.duplicates
                .found_in(before, &Key::Member(Cow::Borrowed(name)));
        }
        if anchor > 0 {
            if self.duplicates.count() > before {
                let problem = "an anchor marks a value that has a member twice; keep one of them";
                return Err(at(place, problem));
            }
            // The copy for the aliases counts, too.
            let cost = Cost::of(&value);
            self.budget
                .spend(cost)
                .map_err(|problem| limit(place, &problem))?;
            self.anchors.insert(anchor, (value.clone(), cost));
        }
        Ok(value)
    }

    fn alias(&self, anchor: usize, place: Marker, depth: usize) -> Result<Value, DefinitionError> {
        let Some((value, cost)) = self.anchors.get(&anchor) else {
            return Err(at(place, "the alias is inside the value that it refers to"));
        };
        check_depth(depth + cost.depth, place)?;
        self.budget
            .spend(*cost)
            .map_err(|problem| limit(place, &problem))?;
        Ok(value.clone())
    }

    fn sequence(&mut self, depth: usize) -> Result<Value, DefinitionError> {
        let mut list = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::SequenceEnd {
                return Ok(Value::Array(list));
            }
            let before = self.duplicates.count();
            let item = self.value(event, span.start, depth + 1)?;
            self.duplicates.found_in(before, &Key::Item(list.len()));
            list.push(item);
        }
    }

    fn mapping(&mut self, depth: usize) -> Result<Value, DefinitionError> {
        let mut object = Map::new();
        loop {
            let (event, span) = self.next()?;
            let name = match event {
                Event::MappingEnd => return Ok(Value::Object(object)),
                Event::Scalar(text, ScalarStyle::Plain, _, _) if text == "<<" => {
                    let problem = "merge keys (`<<`) are not supported; write the members out";
                    return Err(at(span.start, problem));
                }
                Event::Scalar(text, style, 0, None) => {
                    check_style(&text, style, span.start)?;
                    if style == ScalarStyle::Plain {
                        check_name(&text).map_err(|problem| at(span.start, problem))?;
                    }
                    text.into_owned()
                }
                _ => return Err(at(span.start, "a member's name must be a plain string")),
            };
            self.spend(name.len(), span.start)?;
            let name_at = span.start;
            let before = self.duplicates.count();
            let (event, span) = self.next()?;
            let value = self.value(event, span.start, depth + 1)?;
            self.duplicates
                .found_in(before, &Key::Member(Cow::Borrowed(&name)));
            if object.contains_key(&name) {
                let place = format!(" at line {} column {}", name_at.line(), name_at.col() + 1);
                self.duplicates.add(&name, &place)?;
            }
            object.insert(name, value);
        }
    }

    fn spend(&self, bytes: usize, place: Marker) -> Result<(), DefinitionError> {
        let spent = self.budget.spend_value(bytes);
        spent.map_err(|problem| limit(place, &problem))
    }
}

fn check_style(text: &str, style: ScalarStyle, place: Marker) -> Result<(), DefinitionError> {
    match style {
        ScalarStyle::Plain => check_plain(text).map_err(|problem| at(place, problem)),
        _ => Ok(()),
    }
}

fn check_depth(depth: usize, place: Marker) -> Result<(), DefinitionError> {
    if depth > MAX_DEPTH {
        Err(limit(
            place,
            &format!("it is nested more than {MAX_DEPTH} deep"),
        ))
    } else {
        Ok(())
    }
}

fn at(place: Marker, problem: &str) -> DefinitionError {
    let (line, column) = (place.line(), place.col() + 1);
    DefinitionError::syntax(format_args!(
        "as YAML: {problem} at line {line} column {column}"
    ))
}

fn limit(place: Marker, problem: &str) -> DefinitionError {
    let (line, column) = (place.line(), place.col() + 1);
    DefinitionError::limit(format!("{problem} (at line {line} column {column})"))
}
