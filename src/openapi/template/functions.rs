//! The intrinsic functions.

use serde_json::{Value, json};

use super::{
    parameters::text_of,
    resolver::{Outcome, Resolved, Resolver},
};
use crate::openapi::{
    error::{DefinitionError, quoted, quoted_list},
    node::Node,
};

type Result<T> = std::result::Result<T, DefinitionError>;

impl<'d> Resolver<'d> {
    /// Runs the function of a node. What nobody could run is an error, and what depends on something that is not known
    /// is left.
    pub(super) fn run(
        &mut self,
        name: &str,
        argument: &Node<'d>,
        depth: usize,
    ) -> Result<Outcome<'d>> {
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
            _ => Ok(Outcome::Unknown),
        }
    }

    fn reference(&mut self, argument: &Node<'d>) -> Result<Outcome<'d>> {
        let Some(name) = argument.value().as_str() else {
            // A property of a schema may have this name.
            return Ok(Outcome::Unknown);
        };
        let name = self.in_loops(name);
        if name == "AWS::NoValue" {
            return Ok(Outcome::NoValue);
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
        let default = self.parameters.default_of(name);
        if let Some(default) = default.filter(|_| self.in_condition) {
            self.defaults.insert(name.to_owned(), default);
        }
        self.parameters.value(name).cloned()
    }

    fn choose(&mut self, argument: &Node<'d>, depth: usize) -> Result<Outcome<'d>> {
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
            None => return Ok(Outcome::Unknown),
        };
        let resolved = self.value(chosen, depth + 1)?;
        Ok(resolved.map_or(Outcome::NoValue, |it| Outcome::Known(it.moved_from(chosen))))
    }

    /// `A.B` and `[A, B]` become the same. What it is a deployment decides.
    fn attribute(&self, argument: &Node<'d>) -> Result<Outcome<'d>> {
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
            _ => Ok(Outcome::Unknown),
        }
    }

    fn join(&mut self, argument: &Node<'d>, depth: usize) -> Result<Outcome<'d>> {
        let [delimiter, list] = &*items(argument) else {
            return self.malformed(argument, "`Fn::Join` takes a delimiter and a list");
        };
        let Some(delimiter) = delimiter.value().as_str() else {
            return self.malformed(delimiter, "the delimiter of `Fn::Join` is a text");
        };
        let Some(Resolved { value, mut marks }) = self.value(list, depth + 1)? else {
            return Ok(Outcome::Unknown);
        };
        let Value::Array(mut items) = value else {
            return match value.is_object() {
                true => Ok(Outcome::Unknown),
                false => self.malformed(list, "`Fn::Join` takes a list"),
            };
        };
        if let ([_], Some(value)) = (&*items, items.first().cloned()) {
            items.clear();
            marks = marks.of_item(0).cloned().unwrap_or_default();
            return Ok(Outcome::Known(Resolved { value, marks }));
        }
        let mut text = String::new();
        for (index, item) in items.iter().enumerate() {
            let Some(item) = text_of(item) else {
                return Ok(Outcome::Unknown);
            };
            let delimiter = if index == 0 { "" } else { delimiter };
            self.spend(delimiter.len() + item.len(), argument)?;
            text.push_str(delimiter);
            text.push_str(&item);
        }
        Ok(known(text.into()))
    }

    fn select(&mut self, argument: &Node<'d>, depth: usize) -> Result<Outcome<'d>> {
        let [index, list] = &*items(argument) else {
            return self.malformed(argument, "`Fn::Select` takes an index and a list");
        };
        let Some(position) = self.text(index, depth)? else {
            return Ok(Outcome::Unknown);
        };
        let Ok(position) = position.parse::<usize>() else {
            return self.malformed(index, "the index of `Fn::Select` is a whole number");
        };
        let Some(Resolved { value, marks }) = self.value(list, depth + 1)? else {
            return Ok(Outcome::Unknown);
        };
        let Value::Array(mut values) = value else {
            return match value.is_object() {
                true => Ok(Outcome::Unknown),
                false => self.malformed(list, "`Fn::Select` takes a list"),
            };
        };
        if position >= values.len() {
            let length = values.len();
            let problem = format!("`Fn::Select` has the index {position} in a list of {length}");
            return self.malformed(argument, problem);
        }
        let marks = marks.of_item(position).cloned().unwrap_or_default();
        let value = values.swap_remove(position);
        Ok(Outcome::Known(Resolved { value, marks }))
    }

    fn split(&mut self, argument: &Node<'d>, depth: usize) -> Result<Outcome<'d>> {
        let [delimiter, text] = &*items(argument) else {
            return self.malformed(argument, "`Fn::Split` takes a delimiter and a text");
        };
        let Some(delimiter) = delimiter.value().as_str().filter(|it| !it.is_empty()) else {
            return self.malformed(delimiter, "the delimiter of `Fn::Split` is a text");
        };
        let Some(text) = self.text(text, depth)? else {
            return Ok(Outcome::Unknown);
        };
        let mut parts = Vec::new();
        for part in text.split(delimiter) {
            self.spend(part.len(), argument)?;
            parts.push(part.into());
        }
        Ok(known(Value::Array(parts)))
    }

    fn find_in_map(&mut self, argument: &Node<'d>, depth: usize) -> Result<Outcome<'d>> {
        let parts = items(argument);
        let ([map, top, second] | [map, top, second, _]) = &*parts else {
            return self.malformed(
                argument,
                "`Fn::FindInMap` takes a mapping's name and two keys",
            );
        };
        if !self.mappings.is_complete() {
            return Ok(Outcome::Unknown);
        }
        let mut found: Option<Node<'d>> = None;
        for key in [map, top, second] {
            if found.as_ref().is_some_and(Node::is_function) {
                return Ok(Outcome::Unknown);
            }
            let Some(text) = self.text(key, depth)? else {
                return Ok(Outcome::Unknown);
            };
            let next = match &found {
                None => self.mappings.member(&text),
                Some(node) => Node::written(node, &text),
            };
            if let Some(next) = &next {
                next.check_doubled()?;
            }
            let Some(next) = next else {
                let within = found.unwrap_or_else(|| map.clone());
                return self.nothing_in_map(&parts, &within, &text, depth);
            };
            found = Some(next);
        }
        match found {
            Some(found) if !found.value().is_object() => {
                let resolved = self.as_written(&found)?;
                Ok(Outcome::Known(resolved))
            }
            _ => self.malformed(
                argument,
                "a mapping has texts and lists, and an object is there",
            ),
        }
    }

    fn nothing_in_map(
        &mut self,
        parts: &[Node<'d>],
        within: &Node<'d>,
        key: &str,
        depth: usize,
    ) -> Result<Outcome<'d>> {
        let default = parts
            .get(3)
            .and_then(|options| options.written("DefaultValue"));
        if let Some(default) = default.filter(|_| self.has_language_extensions) {
            let resolved = self.value(&default, depth + 1)?;
            return Ok(resolved.map_or(Outcome::NoValue, Outcome::Known));
        }
        let known: Vec<_> = within.each_member().map(|(name, _)| name).collect();
        let known = match known.is_empty() {
            true => String::new(),
            false => format!("; known are {}", quoted_list(&known)),
        };
        let key = quoted(key);
        let at = parts.first().unwrap_or(within);
        self.malformed(
            at,
            format!("`Fn::FindInMap` leads nowhere: there is no {key}{known}"),
        )
    }

    fn length(&mut self, argument: &Node<'d>, depth: usize) -> Result<Outcome<'d>> {
        let list = self.value(argument, depth + 1)?;
        Ok(match list.map(|list| list.value) {
            Some(Value::Array(items)) => known(items.len().into()),
            _ => Outcome::Unknown,
        })
    }

    fn json(&mut self, argument: &Node<'d>, depth: usize) -> Result<Outcome<'d>> {
        match self.value(argument, depth + 1)? {
            Some(resolved) if is_known(&resolved.root()) => {
                let text = resolved.value.to_string();
                self.known(text.into(), argument)
            }
            _ => Ok(Outcome::Unknown),
        }
    }

    /// A text that is worked out. None: it is not known.
    pub(super) fn text(&mut self, node: &Node<'d>, depth: usize) -> Result<Option<String>> {
        let resolved = self.value(node, depth + 1)?;
        Ok(resolved.and_then(|resolved| text_of(&resolved.value)))
    }

    fn known(&self, value: Value, node: &Node<'d>) -> Result<Outcome<'d>> {
        let values = value.as_array().map_or(0, Vec::len);
        let bytes = value.as_str().map_or(values * 8, str::len);
        self.spend(bytes, node)?;
        Ok(known(value))
    }
}

fn known<'d>(value: Value) -> Outcome<'d> {
    Outcome::Known(value.into())
}

fn items<'d>(node: &Node<'d>) -> Vec<Node<'d>> {
    node.each_item().collect()
}

/// Whether no function is left in it.
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
