//! The intrinsic functions.

use serde_json::{Value, json};

use super::{resolved::FunctionResult, resolver::Resolver};
use crate::openapi::{
    error::DefinitionError,
    node::{Node, text_of},
};

pub(super) type Result<T> = std::result::Result<T, DefinitionError>;

impl<'d> Resolver<'d> {
    /// Evaluates a function. A malformed function is an error. A function that depends on unknown values stays as it
    /// is.
    pub(super) fn evaluate_function(
        &mut self,
        name: &str,
        argument: &Node<'d>,
        depth: usize,
    ) -> Result<FunctionResult<'d>> {
        match name {
            "Ref" => self.reference(argument),
            "Fn::If" => self.choose(argument, depth),
            "Fn::Sub" => self.substitution(argument, depth),
            "Fn::GetAtt" => self.attribute(argument),
            "Fn::Join" => self.join(argument, depth),
            "Fn::Select" => self.select(argument, depth),
            "Fn::Split" => self.split(argument, depth),
            "Fn::FindInMap" => self.find_in_map(argument, depth),
            "Fn::Length" if self.has_language_extensions => self.length(argument, depth),
            "Fn::ToJsonString" if self.has_language_extensions => self.json(argument, depth),
            _ => Ok(FunctionResult::Unknown),
        }
    }

    fn reference(&mut self, argument: &Node<'d>) -> Result<FunctionResult<'d>> {
        let Some(name) = argument.value().as_str() else {
            // A property of a schema may be called `Ref`.
            return Ok(FunctionResult::Unknown);
        };
        let name = self.in_loops(name);
        if name == "AWS::NoValue" {
            return Ok(FunctionResult::NoValue);
        }
        match self.named(&name) {
            Some(value) => self.known(value, argument),
            None => Ok(known(json!({ "Ref": name }))),
        }
    }

    /// The value of a loop or a parameter.
    pub(super) fn named(&mut self, name: &str) -> Option<Value> {
        if let Some(value) = self.loop_value(name) {
            return Some(value.into());
        }
        if let Some(default) = self.parameters.default_of(name) {
            if self.in_condition {
                self.defaults.insert(name.to_owned(), default);
            } else {
                self.asked_defaults.insert(name.to_owned());
            }
        }
        self.parameters.value(name).cloned()
    }

    fn choose(&mut self, argument: &Node<'d>, depth: usize) -> Result<FunctionResult<'d>> {
        let [condition, yes, no] = &*items(argument) else {
            return self.malformed(argument, "`Fn::If` takes a condition's name and two values");
        };
        let Some(name) = condition.value().as_str() else {
            return self.malformed(condition, "`Fn::If` takes the name of a condition");
        };
        let name = self.in_loops(name);
        let chosen = match self.condition(&name, condition, 0)? {
            Some(true) => yes,
            Some(false) => no,
            None => return Ok(FunctionResult::Unknown),
        };
        let resolved = self.value(chosen, depth + 1)?;
        Ok(resolved.map_or(FunctionResult::NoValue, |it| {
            FunctionResult::Known(it.moved_from(chosen))
        }))
    }

    /// Gives `A.B` and `[A, B]` the same form. Only a deployment knows the value.
    fn attribute(&self, argument: &Node<'d>) -> Result<FunctionResult<'d>> {
        let texts: Vec<_> = match argument.value() {
            Value::String(text) => text.splitn(2, '.').collect(),
            list => list
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect(),
        };
        match &*texts {
            [id, attribute] => Ok(known(json!({
                "Fn::GetAtt": [self.in_loops(id), self.in_loops(attribute)]
            }))),
            _ => Ok(FunctionResult::Unknown),
        }
    }

    fn length(&mut self, argument: &Node<'d>, depth: usize) -> Result<FunctionResult<'d>> {
        let list = self.value(argument, depth + 1)?;
        Ok(match list.map(|list| list.value) {
            Some(Value::Array(items)) => known(items.len().into()),
            _ => FunctionResult::Unknown,
        })
    }

    fn json(&mut self, argument: &Node<'d>, depth: usize) -> Result<FunctionResult<'d>> {
        match self.value(argument, depth + 1)? {
            Some(resolved) if is_known(&resolved.root()) => {
                let text = resolved.value.to_string();
                self.known(text.into(), argument)
            }
            _ => Ok(FunctionResult::Unknown),
        }
    }

    /// Evaluates a string. `None`: its value is not known.
    pub(super) fn text(&mut self, node: &Node<'d>, depth: usize) -> Result<Option<String>> {
        let resolved = self.value(node, depth + 1)?;
        Ok(resolved.and_then(|resolved| text_of(&resolved.value)))
    }

    fn known(&self, value: Value, node: &Node<'d>) -> Result<FunctionResult<'d>> {
        let values = value.as_array().map_or(0, Vec::len);
        let bytes = value.as_str().map_or(values * 8, str::len);
        self.spend(bytes, node)?;
        Ok(known(value))
    }
}

pub(super) fn known<'d>(value: Value) -> FunctionResult<'d> {
    FunctionResult::Known(value.into())
}

pub(super) fn items<'d>(node: &Node<'d>) -> Vec<Node<'d>> {
    node.each_item().collect()
}

/// Whether the value has no functions left.
fn is_known(node: &Node<'_>) -> bool {
    let mut nodes = vec![node.clone()];
    while let Some(node) = nodes.pop() {
        if node.is_function() {
            return false;
        }
        nodes.extend(node.each_member().map(|(_, member)| member));
        nodes.extend(node.each_item());
    }
    true
}
