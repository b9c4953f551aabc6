//! The parts of a policy's text: wildcards, policy variables, and the text between them.

use super::{
    folded::folded,
    variable::{Braced, Variable, braced},
};
use crate::{
    heap::HeapBytes,
    keys::{ConditionKeys, Resolved},
};

/// One part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// Plain text.
    Text(String),
    /// `*`
    Star,
    /// `?`
    Any,
    /// `${key}` or `${key, 'default'}`
    Variable(Variable),
}

impl Part {
    /// The same part of a pattern for [folded] texts. Values of variables are folded, too.
    pub(super) fn folded(&self) -> Self {
        match self {
            Self::Text(text) => Self::Text(folded(text)),
            Self::Variable(variable) => Self::Variable(variable.folded()),
            Self::Star | Self::Any => self.clone(),
        }
    }
}

impl HeapBytes for Part {
    fn heap_bytes(&self) -> usize {
        match self {
            Self::Text(text) => text.heap_bytes(),
            Self::Variable(variable) => variable.heap_bytes(),
            Self::Star | Self::Any => 0,
        }
    }
}

/// Which special characters a text may have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Syntax {
    pub(crate) wildcards: bool,
    pub(crate) variables: bool,
}

/// Splits a text into its parts. A `$` that does not begin a variable is plain text, and a `${` without a `}` too.
pub(crate) fn parse(text: &str, syntax: Syntax) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = text;
    // No variable ends after this place. Searching for the end of one there would take quadratic time.
    let last_end = text.rfind('}').filter(|_| syntax.variables);
    while let Some(at) = rest.find(['*', '?', '$']) {
        let (before, from) = rest.split_at(at);
        push_text(&mut parts, before);
        let here = text.len() - from.len();
        let may_be_variable = last_end.is_some_and(|end| here < end);
        let (part, after) = match may_be_variable.then(|| braced(from)).flatten() {
            Some((Braced::Sign(sign), after)) => (Part::Text(sign.to_owned()), after),
            Some((Braced::Variable(variable), after)) => (Part::Variable(variable), after),
            None => {
                let (sign, after) = from.split_at(1);
                let part = match sign {
                    "*" if syntax.wildcards => Part::Star,
                    "?" if syntax.wildcards => Part::Any,
                    _ => Part::Text(sign.to_owned()),
                };
                (part, after)
            }
        };
        match part {
            Part::Text(text) => push_text(&mut parts, &text),
            part => parts.push(part),
        }
        rest = after;
    }
    push_text(&mut parts, rest);
    parts
}

fn push_text(parts: &mut Vec<Part>, text: &str) {
    match parts.last_mut() {
        Some(Part::Text(last)) => last.push_str(text),
        _ if text.is_empty() => {}
        _ => parts.push(Part::Text(text.to_owned())),
    }
}

pub(crate) fn have_variable(parts: &[Part]) -> bool {
    parts.iter().any(|part| matches!(part, Part::Variable(_)))
}

/// Whether the value of a variable is unknown.
pub(crate) fn have_unknown(parts: &[Part], keys: &dyn ConditionKeys) -> bool {
    parts.iter().any(|part| part.is_unknown(keys))
}

/// Replaces each variable whose value is unknown by a `*`. The result matches everything that the text would match with
/// any value.
pub(crate) fn with_any_value(parts: &[Part], keys: &dyn ConditionKeys) -> Vec<Part> {
    let parts = parts.iter().map(|part| {
        if part.is_unknown(keys) {
            Part::Star
        } else {
            part.clone()
        }
    });
    parts.collect()
}

/// Replaces each variable by its value, or by a `*` if that is unknown. Returns `None` if a variable has no value.
pub(super) fn resolve_variables(parts: &[Part], keys: &dyn ConditionKeys) -> Option<Vec<Part>> {
    let parts = with_any_value(parts, keys).into_iter();
    let parts = parts.map(|part| match part {
        Part::Variable(variable) => variable.value(keys).map(Part::Text),
        part => Some(part),
    });
    parts.collect()
}

/// Whether a variable would have no value if the request lacked its key.
pub(crate) fn may_lack_value(parts: &[Part]) -> bool {
    parts
        .iter()
        .any(|part| matches!(part, Part::Variable(variable) if variable.default.is_none()))
}

/// The plain text, if it has no wildcard and all its variables have values.
pub(crate) fn resolve(parts: &[Part], keys: &dyn ConditionKeys) -> Option<Resolved> {
    let mut resolved = Resolved::new();
    for part in parts {
        part.append_to(&mut resolved, keys)?;
    }
    Some(resolved)
}

impl Part {
    fn append_to(&self, resolved: &mut Resolved, keys: &dyn ConditionKeys) -> Option<()> {
        match self {
            Self::Text(text) => resolved.extend_from_slice(text.as_bytes()),
            Self::Variable(variable) => variable.append_to(resolved, keys)?,
            Self::Star | Self::Any => return None,
        }
        Some(())
    }

    fn is_unknown(&self, keys: &dyn ConditionKeys) -> bool {
        match self {
            Self::Variable(variable) => variable.is_unknown(keys),
            Self::Text(_) | Self::Star | Self::Any => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Syntax = Syntax {
        wildcards: true,
        variables: true,
    };

    fn text(text: &str) -> Part {
        Part::Text(text.into())
    }

    fn variable(key: &str, default: Option<&str>) -> Part {
        Part::Variable(Variable {
            key: key.into(),
            default: default.map(Into::into),
            is_folded: false,
        })
    }

    #[test]
    fn a_text_is_split_into_its_parts() {
        for (source, parts) in [
            ("", vec![]),
            ("a*?", vec![text("a"), Part::Star, Part::Any]),
            ("a${*}b${?}${$}", vec![text("a*b?$")]),
            ("$default", vec![text("$default")]),
            ("a${", vec![text("a${")]),
            ("${aws:UserName}", vec![variable("aws:username", None)]),
            (
                "x${a, 'b c'}y",
                vec![text("x"), variable("a", Some("b c")), text("y")],
            ),
            ("${}", vec![variable("", None)]),
            ("${${a}}", vec![variable("${a", None), text("}")]),
        ] {
            assert_eq!(parse(source, ALL), parts, "{source}");
        }
    }

    #[test]
    fn many_unclosed_variables_cost_linear_time() {
        let text = "${".repeat(500_000);
        assert_eq!(parse(&text, ALL), [Part::Text(text.clone())]);
        let text = format!("}}{text}");
        assert_eq!(parse(&text, ALL), [Part::Text(text.clone())]);
    }

    #[test]
    fn without_variables_a_dollar_is_plain_text() {
        let syntax = Syntax {
            wildcards: true,
            variables: false,
        };
        assert_eq!(parse("${*}", syntax), [text("${"), Part::Star, text("}")]);
    }
    #[test]
    fn without_wildcards_star_and_question_mark_are_plain_text() {
        let syntax = Syntax {
            wildcards: false,
            variables: true,
        };
        assert_eq!(parse("a*b?c${?}", syntax), [text("a*b?c?")]);
    }
}
