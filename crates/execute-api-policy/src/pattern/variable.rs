//! Policy variables: `${key}` and `${key, 'default'}`.

use crate::{
    heap::heap_bytes,
    keys::{ConditionKeys, KeyValue, Resolved},
};

/// A policy variable. Its value is text: `*` and `?` in it stand for themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Variable {
    /// In lower case.
    pub(super) key: String,
    pub(super) default: Option<String>,
}

heap_bytes!(Variable { key, default });

/// What may stand between `${` and `}`.
pub(super) enum Braced<'t> {
    /// `*`, `?` or `$`, which then is text.
    Sign(&'t str),
    Variable(Variable),
}

/// A variable or an escaped sign at the beginning of a text, and what follows it.
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
    };
    Some((Braced::Variable(variable), after))
}

/// The length of the variable at the beginning of a text, for who looks for something outside of it.
pub(crate) fn variable_length(text: &str) -> Option<usize> {
    let (_, after) = braced(text)?;
    Some(text.len() - after.len())
}

/// The variables of a text, each as it was written.
pub(crate) fn variables(text: &str) -> Vec<(&str, Variable)> {
    let mut found = Vec::new();
    let mut rest = text;
    // Behind the last `}` no variable ends.
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
    /// The name of its key, in lower case.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// What it stands for, if anything.
    pub(crate) fn value(&self, keys: &dyn ConditionKeys) -> Option<String> {
        let mut resolved = Resolved::new();
        self.append_to(&mut resolved, keys)?;
        String::from_utf8(resolved.into_vec()).ok()
    }

    /// Whether it has a value that is not known here.
    pub(crate) fn is_unknown(&self, keys: &dyn ConditionKeys) -> bool {
        matches!(keys.get(&self.key), Some(KeyValue::Unknown(_)))
    }

    /// A key with several values has none here, and so has one whose value is not known. An empty list or text counts
    /// as no key: in front of a wildcard an empty text would cover what belongs to others.
    pub(super) fn append_to(
        &self,
        resolved: &mut Resolved,
        keys: &dyn ConditionKeys,
    ) -> Option<()> {
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
