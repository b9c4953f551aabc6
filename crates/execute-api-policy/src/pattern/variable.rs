//! Policy variables: `${key}` and `${key, 'default'}`.

use super::folded::folded;
use crate::{
    heap::heap_bytes,
    keys::{ConditionKeys, KeyValue, Resolved},
};

/// A policy variable. Its value is plain text: `*` and `?` in a value are not wildcards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Variable {
    /// In lower case.
    pub(super) key: String,
    pub(super) default: Option<String>,
    /// Whether its value is [folded](super::folded::folded).
    pub(super) is_folded: bool,
}

heap_bytes!(Variable { key, default });

/// The content of `${…}`.
pub(super) enum Braced<'t> {
    /// `*`, `?` or `$`, which stands for that character.
    Sign(&'t str),
    Variable(Variable),
}

/// Reads a variable or an escaped character at the beginning of a text. Returns it and the text after it.
pub(super) fn braced(text: &str) -> Option<(Braced<'_>, &str)> {
    let (inside, after) = text.strip_prefix("${")?.split_once('}')?;
    if matches!(inside, "*" | "?" | "$") {
        return Some((Braced::Sign(inside), after));
    }
    let (key, default) = match inside.split_once(", '") {
        Some((key, quoted)) => (key, quoted.strip_suffix('\'')),
        None => (inside, None),
    };
    let variable = Variable {
        key: key.to_ascii_lowercase(),
        default: default.map(str::to_owned),
        is_folded: false,
    };
    Some((Braced::Variable(variable), after))
}

/// The length of the variable at the beginning of a text.
pub(crate) fn variable_length(text: &str) -> Option<usize> {
    let (_, after) = braced(text)?;
    Some(text.len() - after.len())
}

/// The variables of a text, each with its source text.
pub(crate) fn variables(text: &str) -> Vec<(&str, Variable)> {
    let mut found = Vec::new();
    let mut rest = text;
    // No variable ends after the last `}`.
    let last_end = text.rfind('}').unwrap_or_default();
    while let Some(at) = rest
        .find("${")
        .filter(|at| text.len() - rest.len() + at < last_end)
    {
        let (_, from) = rest.split_at(at);
        let (found_here, length) = match braced(from) {
            Some((braced, after)) => (Some(braced), from.len() - after.len()),
            None => (None, 2),
        };
        let (written, after) = from.split_at(length);
        if let Some(Braced::Variable(variable)) = found_here {
            found.push((written, variable));
        }
        rest = after;
    }
    found
}

impl Variable {
    /// The same variable, in a pattern for folded texts.
    pub(super) fn folded(&self) -> Self {
        Self {
            is_folded: true,
            ..self.clone()
        }
    }

    /// The name of its key, in lower case.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// The text that the variable stands for, if it has a value.
    pub(crate) fn value(&self, keys: &dyn ConditionKeys) -> Option<String> {
        let mut resolved = Resolved::new();
        self.append_to(&mut resolved, keys)?;
        String::from_utf8(resolved.into_vec()).ok()
    }

    /// Whether the request has a value for the variable that is unknown here.
    pub(crate) fn is_unknown(&self, keys: &dyn ConditionKeys) -> bool {
        matches!(keys.get(&self.key), Some(KeyValue::Unknown(_)))
    }

    /// A list has no single value, and an unknown value cannot be appended, so both count as missing. An empty list or
    /// text counts as an absent key: before a wildcard, an empty text would make the pattern cover the resources of
    /// others.
    pub(super) fn append_to(
        &self,
        resolved: &mut Resolved,
        keys: &dyn ConditionKeys,
    ) -> Option<()> {
        if !self.is_folded {
            return self.append_value_to(resolved, keys);
        }
        let mut value = Resolved::new();
        self.append_value_to(&mut value, keys)?;
        let value = std::str::from_utf8(&value).ok()?;
        resolved.extend_from_slice(folded(value).as_bytes());
        Some(())
    }

    fn append_value_to(&self, resolved: &mut Resolved, keys: &dyn ConditionKeys) -> Option<()> {
        let value = keys.get(&self.key);
        let is_empty =
            |value: &KeyValue<'_>| matches!(value, KeyValue::List([]) | KeyValue::Text(""));
        let value = value.filter(|value| !is_empty(value));
        match (value, &self.default) {
            (Some(value), _) => value.append_to(resolved),
            (None, Some(default)) => {
                resolved.extend_from_slice(default.as_bytes());
                Some(())
            }
            (None, None) => None,
        }
    }
}
