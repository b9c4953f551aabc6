//! Evaluates any value: an object, a list, a function, a scalar.

use serde_json::Value;

use super::{
    resolved::{FunctionResult, Object, Resolved},
    resolver::Resolver,
};
use crate::openapi::{
    error::DefinitionError, marks::Marks, node::Node, quoting::quoted, text::MAX_DEPTH,
};

impl<'d> Resolver<'d> {
    /// Evaluates any value. `None`: the value is removed. Recursive, up to the depth limit.
    pub(super) fn value(
        &mut self,
        node: &Node<'d>,
        depth: usize,
    ) -> Result<Option<Resolved<'d>>, DefinitionError> {
        if depth > MAX_DEPTH {
            return Err(node.error(format!(
                "with the included files it is nested more than {MAX_DEPTH} deep"
            )));
        }
        match node.value() {
            Value::Object(members) => match (members.len(), members.iter().next()) {
                (1, Some((name, _))) if is_function(name) => self.function(node, name, depth),
                _ => self.object(node, depth).map(Some),
            },
            Value::Array(_) => self.list(node, depth).map(Some),
            Value::String(text) => {
                let text = self.in_loops(text);
                self.spend(text.len(), node)?;
                Ok(Some(Value::from(text).into()))
            }
            scalar => {
                self.spend(0, node)?;
                Ok(Some(scalar.clone().into()))
            }
        }
    }

    fn function(
        &mut self,
        node: &Node<'d>,
        name: &str,
        depth: usize,
    ) -> Result<Option<Resolved<'d>>, DefinitionError> {
        node.check_duplicates()?;
        let Some(argument) = node.written(name) else {
            return Ok(None);
        };
        let outer = std::mem::take(&mut self.asked_defaults);
        let result = self.evaluate_function(name, &argument, depth + 1)?;
        let asked = std::mem::replace(&mut self.asked_defaults, outer);
        self.asked_defaults.extend(asked.iter().cloned());
        match result {
            FunctionResult::Known(mut resolved) => {
                // The values in the branches have marks of their own.
                if name != "Fn::If" {
                    resolved.marks.defaults.extend(asked);
                }
                Ok(Some(resolved))
            }
            FunctionResult::NoValue => Ok(None),
            FunctionResult::Unknown => self.as_written(node).map(Some),
        }
    }

    fn object(&mut self, node: &Node<'d>, depth: usize) -> Result<Resolved<'d>, DefinitionError> {
        self.spend(0, node)?;
        let mut object = Object::like(node);
        self.members(node, depth, &mut |resolver, name, member| {
            if let Some(value) = resolver.value(member, depth + 1)? {
                resolver.spend(name.len(), member)?;
                if object.contains(&name) {
                    let name = quoted(&name);
                    return Err(
                        member.error(format!("the member {name} is created twice; keep one"))
                    );
                }
                object.insert(name, value);
            }
            Ok(())
        })?;
        // `Fn::Transform` comes last, so that it can replace other members.
        for (name, member) in node
            .each_member()
            .filter(|(name, _)| name.starts_with("Fn::"))
        {
            if name == "Fn::Transform" {
                self.include(&mut object, &member, depth)?;
            } else if !self.is_loop(name, &member)? {
                object.insert(name.into(), self.as_written(&member)?);
            }
        }
        Ok(object.into())
    }

    fn list(&mut self, node: &Node<'d>, depth: usize) -> Result<Resolved<'d>, DefinitionError> {
        self.spend(0, node)?;
        let (mut items, mut marks) = (Vec::new(), Marks::default());
        for (index, item) in node.each_item().enumerate() {
            let Some(mut resolved) = self.value(&item, depth + 1)? else {
                continue;
            };
            if index != items.len() {
                resolved = resolved.moved_from(&item);
            }
            marks.set_item(items.len(), resolved.marks);
            items.push(resolved.value);
        }
        Ok(Resolved {
            value: items.into(),
            marks,
        })
    }
}

/// Whether an object with this member alone is a function. The other functions stand next to members.
fn is_function(name: &str) -> bool {
    name == "Ref"
        || name.starts_with("Fn::") && name != "Fn::Transform" && !name.starts_with("Fn::ForEach::")
}
