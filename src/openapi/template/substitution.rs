//! `Fn::Sub`: strings with variables.

use serde_json::{Value, json};

use super::{resolved::FunctionResult, resolver::Resolver};
use crate::openapi::{
    error::DefinitionError,
    node::{Node, text_of},
};

/// A part of such a string.
#[derive(Debug, PartialEq)]
enum Part<'t> {
    Text(&'t str),
    Variable(&'t str),
}

impl<'d> Resolver<'d> {
    pub(super) fn substitution(
        &mut self,
        argument: &Node<'d>,
        depth: usize,
    ) -> Result<FunctionResult<'d>, DefinitionError> {
        let parts: Vec<_> = argument.each_item().collect();
        let (text, variables) = match (argument.value(), &*parts) {
            (Value::String(text), _) => (text.as_str(), None),
            (_, [text, variables]) => (
                text.value().as_str().unwrap_or_default(),
                Some(variables.clone()),
            ),
            _ => {
                let problem = "`Fn::Sub` takes a string, or a list of a string and its variables";
                return self.malformed(argument, problem);
            }
        };
        let text = self.in_loops(text).into_owned();
        let parts = parts_of(&text);
        if let ([Part::Variable(name)], None) = (&*parts, &variables) {
            return self.only_variable(argument, name);
        }
        let mut result = String::new();
        for part in parts {
            let text = match part {
                Part::Text(text) => text.to_owned(),
                Part::Variable(name) => match self.variable(name, variables.as_ref(), depth)? {
                    Some(text) => text,
                    None => return Ok(FunctionResult::Unknown),
                },
            };
            self.spend(text.len(), argument)?;
            result.push_str(&text);
        }
        Ok(FunctionResult::Known(Value::from(result).into()))
    }

    /// `${Api}` is `Ref: Api`, and `${Api.RootResourceId}` is `Fn::GetAtt: [Api, RootResourceId]`.
    fn only_variable(
        &mut self,
        argument: &Node<'d>,
        name: &str,
    ) -> Result<FunctionResult<'d>, DefinitionError> {
        let value = match (self.named(name), name.split_once('.')) {
            (Some(value), _) => match text_of(&value) {
                Some(text) => text.into(),
                None => return Ok(FunctionResult::Unknown),
            },
            (None, Some((id, attribute))) => json!({"Fn::GetAtt": [id, attribute]}),
            (None, None) => json!({ "Ref": name }),
        };
        self.spend(value.as_str().map_or(0, str::len), argument)?;
        Ok(FunctionResult::Known(value.into()))
    }

    fn variable(
        &mut self,
        name: &str,
        variables: Option<&Node<'d>>,
        depth: usize,
    ) -> Result<Option<String>, DefinitionError> {
        match variables.and_then(|variables| variables.written(name)) {
            Some(node) => self.text(&node, depth + 1),
            None => Ok(self.named(name).as_ref().and_then(text_of)),
        }
    }
}

/// Splits a string: `${Name}` is a variable, and `${!Name}` is the literal `${Name}`.
fn parts_of(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, (inside, after))) = rest
        .split_once("${")
        .and_then(|(before, after)| Some((before, after.split_once('}')?)))
    {
        if !before.is_empty() {
            parts.push(Part::Text(before));
        }
        match inside.strip_prefix('!') {
            Some(literal) => parts.extend([Part::Text("${"), Part::Text(literal), Part::Text("}")]),
            None => parts.push(Part::Variable(inside.trim())),
        }
        rest = after;
    }
    if !rest.is_empty() || parts.is_empty() {
        parts.push(Part::Text(rest));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::{Part::*, *};

    #[test]
    fn a_string_is_split_into_its_parts() {
        for (text, parts) in [
            ("", vec![Text("")]),
            ("a", vec![Text("a")]),
            ("${A}", vec![Variable("A")]),
            (
                "x${A.B}-${C}",
                vec![Text("x"), Variable("A.B"), Text("-"), Variable("C")],
            ),
            ("${!A}$", vec![Text("${"), Text("A"), Text("}"), Text("$")]),
            ("${A", vec![Text("${A")]),
        ] {
            assert_eq!(parts_of(text), parts, "{text}");
        }
    }
}
