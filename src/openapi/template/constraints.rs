//! Checks values against a parameter's declaration. CloudFormation does not deploy a stack with other values.

use regex::{Regex, RegexBuilder};

use crate::openapi::{
    error::DefinitionError,
    node::{Node, text_of},
    quoting::{quoted, quoted_list},
};

/// The most patterns that are checked, which is the most parameters of a template, and the largest compiled pattern.
const MAX_PATTERNS: usize = 200;
const MAX_COMPILED_BYTES: usize = 1 << 20;

/// The patterns so far.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    checked: usize,
    /// Notes about patterns that were not checked.
    pub(super) notes: Vec<String>,
}

impl Patterns {
    /// Compiles the pattern to match a whole value. `None`: the pattern cannot be checked.
    fn compile(&mut self, pattern: &str) -> Option<Regex> {
        self.checked += 1;
        let compile = |pattern: &str| {
            let mut builder = RegexBuilder::new(pattern);
            builder.size_limit(MAX_COMPILED_BYTES).build().ok()
        };
        // Compile it alone first: it must not close the group that is put around it.
        (self.checked <= MAX_PATTERNS).then_some(())?;
        compile(pattern).and_then(|_| compile(&format!(r"\A(?:{pattern})\z")))
    }
}

/// Checks a value, or each item of a list.
pub(super) fn check(
    name: &str,
    parameter: &Node<'_>,
    kind: &str,
    text: &str,
    patterns: &mut Patterns,
) -> Result<(), DefinitionError> {
    let items: Vec<_> = if is_list(kind) {
        text.split(',').map(str::trim).collect()
    } else {
        vec![text]
    };
    let constraints = Constraints { name, parameter };
    constraints.check_number(kind, &items)?;
    constraints.check_length(&items)?;
    constraints.check_allowed_values(&items)?;
    constraints.check_allowed_pattern(&items, patterns)
}

struct Constraints<'p> {
    name: &'p str,
    parameter: &'p Node<'p>,
}

impl Constraints<'_> {
    fn refused(&self, item: &str, expected: &str) -> Result<(), DefinitionError> {
        let (name, item) = (quoted(self.name), quoted(item));
        let problem = format!("the parameter {name} does not allow {item}; {expected}");
        Err(self.parameter.error(problem))
    }

    fn number(&self, name: &str) -> Option<f64> {
        let limit = self.parameter.written(name)?;
        text_of(limit.value())?.parse().ok()
    }

    fn check_number(&self, kind: &str, items: &[&str]) -> Result<(), DefinitionError> {
        if !kind.contains("Number") {
            return Ok(());
        }
        let (least, most) = (self.number("MinValue"), self.number("MaxValue"));
        for item in items {
            match item.parse::<f64>() {
                Ok(number) if number.is_finite() => {
                    if least.is_some_and(|least| number < least) {
                        return self.refused(item, "it is below its `MinValue`");
                    }
                    if most.is_some_and(|most| number > most) {
                        return self.refused(item, "it is above its `MaxValue`");
                    }
                }
                _ => return self.refused(item, "its type is a number"),
            }
        }
        Ok(())
    }

    fn check_length(&self, items: &[&str]) -> Result<(), DefinitionError> {
        let (least, most) = (self.number("MinLength"), self.number("MaxLength"));
        for item in items {
            let length = item.chars().count() as f64;
            if least.is_some_and(|least| length < least) {
                return self.refused(item, "it is shorter than its `MinLength`");
            }
            if most.is_some_and(|most| length > most) {
                return self.refused(item, "it is longer than its `MaxLength`");
            }
        }
        Ok(())
    }

    fn check_allowed_values(&self, items: &[&str]) -> Result<(), DefinitionError> {
        let Some(allowed) = self.parameter.member("AllowedValues") else {
            return Ok(());
        };
        let allowed = allowed.items()?.map(|value| text_of(value.value()));
        let allowed: Vec<_> = allowed.flatten().collect();
        let is_allowed = |item: &&&str| allowed.iter().any(|it| it == **item);
        match items.iter().find(|item| !is_allowed(item)) {
            Some(item) => {
                let expected = format!("its `AllowedValues` are {}", quoted_list(&allowed));
                self.refused(item, &expected)
            }
            None => Ok(()),
        }
    }

    /// The pattern must match the whole value.
    fn check_allowed_pattern(
        &self,
        items: &[&str],
        patterns: &mut Patterns,
    ) -> Result<(), DefinitionError> {
        let pattern = self.parameter.written("AllowedPattern");
        let Some(pattern) = pattern.as_ref().and_then(|it| it.value().as_str()) else {
            return Ok(());
        };
        let Some(regex) = patterns.compile(pattern) else {
            if patterns.notes.len() < MAX_PATTERNS {
                patterns.notes.push(format!(
                    "the `AllowedPattern` of the parameter {} is not checked: the crate `regex` cannot compile it, or \
                     it is too large",
                    quoted(self.name)
                ));
            }
            return Ok(());
        };
        match items.iter().find(|item| !regex.is_match(item)) {
            Some(item) => {
                let expected = format!("its `AllowedPattern` is {}", quoted(pattern));
                self.refused(item, &expected)
            }
            None => Ok(()),
        }
    }
}

/// Whether a parameter of this type is a list.
pub(super) fn is_list(kind: &str) -> bool {
    kind.contains("List<") || kind.contains("CommaDelimitedList")
}
