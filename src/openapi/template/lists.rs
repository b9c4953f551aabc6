//! `Fn::Join`, `Fn::Select` and `Fn::Split`.

use serde_json::Value;

use super::{
    functions::{Result, items, known},
    resolved::{FunctionResult, Resolved},
    resolver::Resolver,
};
use crate::openapi::node::{Node, text_of};

impl<'d> Resolver<'d> {
    pub(super) fn join(&mut self, argument: &Node<'d>, depth: usize) -> Result<FunctionResult<'d>> {
        let [delimiter, list] = &*items(argument) else {
            return self.malformed(argument, "`Fn::Join` takes a delimiter and a list");
        };
        let Some(delimiter) = delimiter.value().as_str() else {
            return self.malformed(delimiter, "the delimiter of `Fn::Join` must be a string");
        };
        let Some(Resolved { value, mut marks }) = self.value(list, depth + 1)? else {
            return Ok(FunctionResult::Unknown);
        };
        let Value::Array(mut items) = value else {
            return if value.is_object() {
                Ok(FunctionResult::Unknown)
            } else {
                self.malformed(list, "`Fn::Join` takes a list")
            };
        };
        if let ([_], Some(value)) = (&*items, items.first().cloned()) {
            items.clear();
            marks = marks.of_item(0).cloned().unwrap_or_default();
            return Ok(FunctionResult::Known(Resolved { value, marks }));
        }
        let mut text = String::new();
        for (index, item) in items.iter().enumerate() {
            let Some(item) = text_of(item) else {
                return Ok(FunctionResult::Unknown);
            };
            let delimiter = if index == 0 { "" } else { delimiter };
            self.spend(delimiter.len() + item.len(), argument)?;
            text.push_str(delimiter);
            text.push_str(&item);
        }
        Ok(known(text.into()))
    }

    pub(super) fn select(
        &mut self,
        argument: &Node<'d>,
        depth: usize,
    ) -> Result<FunctionResult<'d>> {
        let [index, list] = &*items(argument) else {
            return self.malformed(argument, "`Fn::Select` takes an index and a list");
        };
        let Some(position) = self.text(index, depth)? else {
            return Ok(FunctionResult::Unknown);
        };
        let Ok(position) = position.parse::<usize>() else {
            return self.malformed(index, "the index of `Fn::Select` must be a whole number");
        };
        let Some(Resolved { value, marks }) = self.value(list, depth + 1)? else {
            return Ok(FunctionResult::Unknown);
        };
        let Value::Array(mut values) = value else {
            return if value.is_object() {
                Ok(FunctionResult::Unknown)
            } else {
                self.malformed(list, "`Fn::Select` takes a list")
            };
        };
        if position >= values.len() {
            let length = values.len();
            let problem =
                format!("`Fn::Select` asks for the index {position} of a list with {length} items");
            return self.malformed(argument, problem);
        }
        let marks = marks.of_item(position).cloned().unwrap_or_default();
        let value = values.swap_remove(position);
        Ok(FunctionResult::Known(Resolved { value, marks }))
    }

    pub(super) fn split(
        &mut self,
        argument: &Node<'d>,
        depth: usize,
    ) -> Result<FunctionResult<'d>> {
        let [delimiter, text] = &*items(argument) else {
            return self.malformed(argument, "`Fn::Split` takes a delimiter and a string");
        };
        let Some(delimiter) = delimiter.value().as_str().filter(|it| !it.is_empty()) else {
            return self.malformed(
                delimiter,
                "the delimiter of `Fn::Split` must be a string that is not empty",
            );
        };
        let Some(text) = self.text(text, depth)? else {
            return Ok(FunctionResult::Unknown);
        };
        let mut parts = Vec::new();
        for part in text.split(delimiter) {
            self.spend(part.len(), argument)?;
            parts.push(part.into());
        }
        Ok(known(Value::Array(parts)))
    }
}
