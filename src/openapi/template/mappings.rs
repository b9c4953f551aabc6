//! `Fn::FindInMap`.

use super::{
    functions::{Result, items},
    resolved::FunctionResult,
    resolver::Resolver,
};
use crate::openapi::{
    node::Node,
    quoting::{quoted, quoted_list},
};

impl<'d> Resolver<'d> {
    pub(super) fn find_in_map(
        &mut self,
        argument: &Node<'d>,
        depth: usize,
    ) -> Result<FunctionResult<'d>> {
        let parts = items(argument);
        let ([map, top, second] | [map, top, second, _]) = &*parts else {
            return self.malformed(
                argument,
                "`Fn::FindInMap` takes a mapping's name and two keys",
            );
        };
        if !self.mappings.is_complete() {
            return Ok(FunctionResult::Unknown);
        }
        let mut found: Option<Node<'d>> = None;
        for key in [map, top, second] {
            if found.as_ref().is_some_and(Node::is_function) {
                return Ok(FunctionResult::Unknown);
            }
            let Some(text) = self.text(key, depth)? else {
                return Ok(FunctionResult::Unknown);
            };
            let next = match &found {
                None => self.mappings.member(&text),
                Some(node) => Node::written(node, &text),
            };
            if let Some(next) = &next {
                next.check_duplicates()?;
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
                Ok(FunctionResult::Known(resolved))
            }
            _ => self.malformed(
                argument,
                "a mapping must contain strings and lists, and `Fn::FindInMap` has found an object",
            ),
        }
    }

    fn nothing_in_map(
        &mut self,
        parts: &[Node<'d>],
        within: &Node<'d>,
        key: &str,
        depth: usize,
    ) -> Result<FunctionResult<'d>> {
        let default = parts
            .get(3)
            .and_then(|options| options.written("DefaultValue"));
        if let Some(default) = default.filter(|_| self.has_language_extensions) {
            let resolved = self.value(&default, depth + 1)?;
            return Ok(resolved.map_or(FunctionResult::NoValue, FunctionResult::Known));
        }
        let known: Vec<_> = within.each_member().map(|(name, _)| name).collect();
        let known = if known.is_empty() {
            String::new()
        } else {
            format!("; the keys are {}", quoted_list(&known))
        };
        let key = quoted(key);
        let at = parts.first().unwrap_or(within);
        self.malformed(
            at,
            format!("`Fn::FindInMap` finds nothing: there is no {key}{known}"),
        )
    }
}
