//! `Conditions`. Each is true, false or unknown.

use std::collections::BTreeSet;

use super::resolver::{Evaluated, Resolver};
use crate::openapi::{
    error::DefinitionError,
    node::{Node, text_of},
    quoting::quoted,
    text::MAX_DEPTH,
};

impl<'d> Resolver<'d> {
    /// The condition with this name. `at` is the place that needs it.
    pub(super) fn condition(
        &mut self,
        name: &str,
        at: &Node<'d>,
        depth: usize,
    ) -> Result<Option<bool>, DefinitionError> {
        if let Some(assumed) = self.assumptions.get(name) {
            return Ok(Some(*assumed));
        }
        match self.evaluated.get(name) {
            Some(Evaluated::Done(value)) => return Ok(*value),
            Some(Evaluated::Begun) => {
                let name = quoted(name);
                return Err(at.error(format!("the condition {name} depends on itself")));
            }
            None => {}
        }
        if depth > MAX_DEPTH {
            return Err(at.error(format!(
                "the condition depends on a chain of more than {MAX_DEPTH} conditions"
            )));
        }
        if !self.conditions.is_complete() {
            return Ok(None);
        }
        let Some(node) = self.conditions.member(name) else {
            let name = quoted(name);
            self.malformed(at, format!("the template has no condition {name}"))?;
            return Ok(None);
        };
        self.evaluated.insert(name.to_owned(), Evaluated::Begun);
        let outer = std::mem::replace(&mut self.in_condition, true);
        let value = self.evaluate(&node, depth + 1)?;
        self.in_condition = outer;
        self.evaluated
            .insert(name.to_owned(), Evaluated::Done(value));
        Ok(value)
    }

    fn evaluate(&mut self, node: &Node<'d>, depth: usize) -> Result<Option<bool>, DefinitionError> {
        if depth > MAX_DEPTH {
            return Err(node.error(format!(
                "the condition depends on a chain of more than {MAX_DEPTH} conditions"
            )));
        }
        node.check_duplicates()?;
        let mut members = node.each_member();
        let (Some((function, argument)), None) = (members.next(), members.next()) else {
            return self.no_condition(node);
        };
        let items: Vec<_> = argument.each_item().collect();
        match (function, &*items) {
            ("Condition", []) => match argument.value().as_str() {
                Some(name) => self.condition(name, &argument, depth + 1),
                None => self.no_condition(node),
            },
            ("Fn::Equals", [left, right]) => self.equal(left, right, depth),
            ("Fn::Not", [item]) => Ok(self.evaluate(item, depth + 1)?.map(|value| !value)),
            ("Fn::And", [_, ..]) => self.any(&items, false, depth),
            ("Fn::Or", [_, ..]) => self.any(&items, true, depth),
            _ => self.no_condition(node),
        }
    }

    /// `wanted` if one of the items is. Otherwise unknown if one of them is unknown, or else the opposite.
    fn any(
        &mut self,
        items: &[Node<'d>],
        wanted: bool,
        depth: usize,
    ) -> Result<Option<bool>, DefinitionError> {
        let mut result = Some(!wanted);
        for item in items {
            match self.evaluate(item, depth + 1)? {
                Some(value) if value == wanted => return Ok(Some(wanted)),
                Some(_) => {}
                None => result = None,
            }
        }
        Ok(result)
    }

    fn equal(
        &mut self,
        left: &Node<'d>,
        right: &Node<'d>,
        depth: usize,
    ) -> Result<Option<bool>, DefinitionError> {
        let mut texts = [const { None }; 2];
        for (text, node) in texts.iter_mut().zip([left, right]) {
            let value = self.value(node, depth + 1)?;
            *text = value.and_then(|value| text_of(&value.value));
        }
        let [Some(left_text), Some(right_text)] = texts else {
            return Ok(None);
        };
        // A secret or a parameter of the Systems Manager, which is read during deployment.
        let is_dynamic = |text: &str| text.contains("{{resolve:");
        if is_dynamic(&left_text) || is_dynamic(&right_text) {
            return Ok(None);
        }
        let is_equal = left_text == right_text;
        let is_unsure = !is_equal && may_be_same_number(&left_text, &right_text);
        Ok((!is_unsure).then_some(is_equal))
    }

    fn no_condition(&self, node: &Node<'d>) -> Result<Option<bool>, DefinitionError> {
        if node.is_function() && node.written("Fn::Transform").is_some() {
            return Ok(None);
        }
        let problem = "a condition must be `Fn::Equals` with two values, `Fn::And` or `Fn::Or` with conditions, \
                       `Fn::Not` with one condition, or `Condition` with a name";
        self.malformed(node, problem).map(|_| None)
    }

    /// The names without a value that a condition depends on.
    pub(super) fn questions(&self, condition: &str) -> BTreeSet<String> {
        let (mut questions, mut seen) = (BTreeSet::new(), BTreeSet::new());
        let mut conditions = vec![condition.to_owned()];
        while let Some(name) = conditions.pop() {
            if let Some(node) = self.conditions.member(&name) {
                if seen.insert(name) {
                    self.add_questions(node, &mut questions, &mut conditions);
                }
            }
        }
        questions
    }

    /// Adds the names without a value in one condition, and the other conditions that it names.
    fn add_questions(
        &self,
        condition: Node<'d>,
        questions: &mut BTreeSet<String>,
        conditions: &mut Vec<String>,
    ) {
        let mut nodes = vec![condition];
        while let Some(node) = nodes.pop() {
            for (name, member) in node.each_member() {
                match (name, member.value().as_str()) {
                    ("Ref", Some(name)) if self.parameters.value(name).is_none() => {
                        questions.insert(name.to_owned());
                    }
                    ("Condition", Some(name)) => conditions.push(name.to_owned()),
                    _ => {}
                }
                nodes.push(member);
            }
            nodes.extend(node.each_item());
        }
    }
}

/// Whether some reader would read two strings as the same number. It is not certain how `1.0` or `010` without quotes
/// are compared.
fn may_be_same_number(left: &str, right: &str) -> bool {
    let [left, right] = [left, right].map(numbers);
    let mut left = left.into_iter().flatten();
    left.any(|left| {
        right
            .iter()
            .flatten()
            .any(|right| left.total_cmp(right).is_eq())
    })
}

/// The value of a string as a decimal number, and as an octal or hexadecimal one.
fn numbers(text: &str) -> [Option<f64>; 2] {
    let plain = text.replace('_', "");
    let radix = |prefix, radix| {
        let digits = plain.strip_prefix(prefix)?;
        Some(u64::from_str_radix(digits, radix).ok()? as f64)
    };
    let decimal = plain.parse().ok().filter(|number: &f64| number.is_finite());
    let other = radix("0x", 16)
        .or_else(|| radix("0o", 8))
        .or_else(|| radix("0", 8));
    [decimal, other]
}
