//! `Fn::ForEach` of `AWS::LanguageExtensions`: members that are written once and created several times.

use std::borrow::Cow;

use serde_json::Value;

use super::resolver::{Loop, Resolver};
use crate::openapi::{error::DefinitionError, node::Node};

/// The longest string that a loop creates. In a longer one the variable stays, as if its value were not known.
const MAX_TEXT_BYTES: usize = 1 << 20;

/// The callback for each member: its name with the values of the loops, and the member as written.
pub(super) type Each<'e, 'd> =
    dyn FnMut(&mut Resolver<'d>, Cow<'_, str>, &Node<'d>) -> Result<(), DefinitionError> + 'e;

impl<'d> Resolver<'d> {
    /// Visits the members of an object, including those that loops create. Other functions are left to the caller.
    pub(super) fn members(
        &mut self,
        node: &Node<'d>,
        depth: usize,
        each: &mut Each<'_, 'd>,
    ) -> Result<(), DefinitionError> {
        for (name, member) in node.each_member() {
            if !name.starts_with("Fn::") {
                let name = self.in_loops(name).into_owned();
                each(self, name.into(), &member)?;
            } else if self.is_loop(name, &member)? {
                self.run_loop(&member, depth + 1, each)?;
            }
        }
        Ok(())
    }

    /// Whether this is a loop whose values are known.
    pub(super) fn is_loop(&mut self, name: &str, node: &Node<'d>) -> Result<bool, DefinitionError> {
        if !name.starts_with("Fn::ForEach::") || !self.has_language_extensions {
            return Ok(false);
        }
        Ok(self.loop_values(node)?.is_some())
    }

    fn run_loop(
        &mut self,
        node: &Node<'d>,
        depth: usize,
        each: &mut Each<'_, 'd>,
    ) -> Result<(), DefinitionError> {
        self.check_depth(node, depth)?;
        let (Some(values), [Some(name), _, Some(body)]) = (self.loop_values(node)?, parts(node))
        else {
            return Ok(());
        };
        let name = name.value().as_str().unwrap_or_default();
        for value in values {
            self.spend(value.len(), node)?;
            self.loops.push(Loop {
                name: name.to_owned(),
                value,
            });
            let made = self.members(&body, depth, each);
            self.loops.pop();
            made?;
        }
        Ok(())
    }

    /// The values of a loop. `None`: they are not known.
    fn loop_values(&mut self, node: &Node<'d>) -> Result<Option<Vec<String>>, DefinitionError> {
        let [Some(name), Some(values), Some(body)] = parts(node) else {
            let problem = "`Fn::ForEach` takes a name, a list of values, and an object to create for each value";
            return self.malformed(node, problem).map(|_| None);
        };
        if !name.value().is_string() || !body.value().is_object() {
            let problem = "`Fn::ForEach` takes a name, a list of values, and an object to create for each value";
            return self.malformed(node, problem).map(|_| None);
        }
        let Some(values) = self.noting_defaults(|resolver| resolver.value(&values, 0))? else {
            return Ok(None);
        };
        let Value::Array(values) = values.value else {
            return Ok(None);
        };
        let texts = values.into_iter().map(|value| match value {
            Value::String(text) => Some(text),
            _ => None,
        });
        Ok(texts.collect())
    }

    /// A string with the values of the surrounding loops.
    pub(super) fn in_loops<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut text = Cow::Borrowed(text);
        for Loop { name, value } in self.loops.iter().rev() {
            let plain: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
            for (variable, value) in [
                (format!("${{{name}}}"), value),
                (format!("&{{{name}}}"), &plain),
            ] {
                let count = text.matches(&variable).count();
                if count > 0 && count.saturating_mul(value.len()) <= MAX_TEXT_BYTES {
                    text = text.replace(&variable, value).into();
                }
            }
        }
        text
    }

    /// The current value of the loop with this name.
    pub(super) fn loop_value(&self, name: &str) -> Option<&str> {
        let mut loops = self.loops.iter().rev();
        let found = loops.find(|it| it.name == name)?;
        Some(&found.value)
    }

    fn check_depth(&self, node: &Node<'d>, depth: usize) -> Result<(), DefinitionError> {
        if self.loops.len() + depth > crate::openapi::text::MAX_DEPTH {
            Err(node.error("`Fn::ForEach` is nested too deep"))
        } else {
            Ok(())
        }
    }
}

fn parts<'d>(node: &Node<'d>) -> [Option<Node<'d>>; 3] {
    let mut items = node.each_item();
    [items.next(), items.next(), items.next()]
}
