//! A pattern with wildcards and possibly variables.

use super::{
    haystack::Haystack,
    matching,
    parts::{self, Part, Syntax, have_unknown, have_variable, with_any_value},
    wildcard::Wildcard,
};
use crate::{heap::HeapBytes, keys::ConditionKeys};

/// Whether a text is a pattern as an entry of a policy, so that it does not stand for itself: it has a wildcard, or what may
/// be a variable or an escape.
pub(crate) fn is_pattern(text: &str) -> bool {
    memchr::memchr3(b'*', b'?', b'$', text.as_bytes()).is_some()
        && (text.contains(['*', '?']) || text.contains("${"))
}

/// A pattern for a text.
#[derive(Debug, Clone)]
pub(crate) enum TextPattern {
    Fixed(Wildcard),
    /// Has a variable, which is resolved for each request.
    Variable(Vec<Part>),
}

impl TextPattern {
    /// Reads wildcards, and also variables if the policy's version supports them.
    pub(crate) fn new(text: &str, variables: bool) -> Self {
        if !variables {
            return Self::Fixed(Wildcard::new(text));
        }
        // One search for all of them, since almost all patterns have only stars at their end.
        let first = memchr::memchr3(b'*', b'?', b'$', text.as_bytes());
        let rest = first.and_then(|first| text.get(first..));
        if rest.is_none_or(|rest| memchr::memchr(b'$', rest.as_bytes()).is_none()) {
            return Self::Fixed(Wildcard::with_first(text, first));
        }
        let syntax = Syntax {
            wildcards: true,
            variables,
        };
        Self::from_parts(parts::parse(text, syntax))
    }

    pub(crate) fn from_parts(parts: Vec<Part>) -> Self {
        if have_variable(&parts) {
            Self::Variable(parts)
        } else {
            Self::Fixed(Wildcard::from_parts(&parts))
        }
    }

    /// Whether the text matches. `None` if a variable has no value.
    pub(crate) fn matches(
        &self,
        haystack: &Haystack<'_>,
        keys: &dyn ConditionKeys,
    ) -> Option<bool> {
        match self {
            Self::Fixed(wildcard) => Some(wildcard.matches_in(haystack)),
            Self::Variable(parts) => matching::matches(parts, keys, haystack),
        }
    }

    /// Whether the pattern has variables with unknown values and would match with some values.
    pub(crate) fn may_match(&self, haystack: &Haystack<'_>, keys: &dyn ConditionKeys) -> bool {
        match self {
            Self::Variable(parts) if have_unknown(parts, keys) => {
                matching::matches(&with_any_value(parts, keys), keys, haystack) == Some(true)
            }
            Self::Fixed(_) | Self::Variable(_) => false,
        }
    }

    /// Whether the pattern has a variable whose value is unknown.
    pub(crate) fn has_unknown(&self, keys: &dyn ConditionKeys) -> bool {
        match self {
            Self::Fixed(_) => false,
            Self::Variable(parts) => have_unknown(parts, keys),
        }
    }
}

impl HeapBytes for TextPattern {
    fn heap_bytes(&self) -> usize {
        match self {
            Self::Fixed(wildcard) => wildcard.heap_bytes(),
            Self::Variable(parts) => parts.heap_bytes(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_with_a_wildcard_or_a_variable_is_a_pattern() {
        for text in ["*", "a?", "/pets/${*}", "${k}", "$default/${"] {
            assert!(is_pattern(text), "{text}");
        }
        for text in ["", "a/$default/GET/{id}", "$", "{k}$"] {
            assert!(!is_pattern(text), "{text}");
        }
    }

    #[test]
    fn only_a_text_with_a_variable_is_variable() {
        for (text, variables, fixed) in [
            ("$default/${*}/*", true, true),
            ("${", true, true),
            ("a/${k}", true, false),
            ("a/${k}", false, true),
        ] {
            let pattern = TextPattern::new(text, variables);
            assert_eq!(matches!(pattern, TextPattern::Fixed(_)), fixed, "{text}");
        }
    }
}
