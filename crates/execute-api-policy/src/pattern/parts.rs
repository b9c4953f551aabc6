//! The parts of a text in a policy: wildcards, policy variables, and the text between them.

use smallvec::SmallVec;

use super::{
    variable::{Variable, variable},
    wildcard::Piece,
};
use crate::{condition::ConditionKeys, heap::HeapBytes};

/// A resolved text, without an allocation where it is short.
pub(crate) type Resolved = SmallVec<[u8; 128]>;

/// One part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// Stands for itself.
    Text(String),
    /// `*`
    Star,
    /// `?`
    Any,
    /// `${key}` or `${key, 'default'}`
    Variable(Variable),
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

/// What in a text is more than text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Syntax {
    pub(crate) wildcards: bool,
    pub(crate) variables: bool,
}

/// Cuts a text into its parts. A `$` that begins no variable is text, and so is `${` without a `}`.
pub(crate) fn parse(text: &str, syntax: Syntax) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = text;
    // Behind this place no variable ends, so none is looked for: the search would be quadratic.
    let last_end = text.rfind('}').filter(|_| syntax.variables);
    while let Some(at) = rest.find(['*', '?', '$']) {
        let (before, from) = rest.split_at(at);
        push_text(&mut parts, before);
        let here = text.len() - from.len();
        let may_be_variable = last_end.is_some_and(|end| here < end);
        let (part, after) = match may_be_variable.then(|| variable(from)).flatten() {
            Some(found) => found,
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

/// Whether a variable's value is not known.
pub(crate) fn have_unknown(parts: &[Part], keys: &dyn ConditionKeys) -> bool {
    parts.iter().any(|part| part.is_unknown(keys))
}

/// The same, with a `*` for each variable whose value is not known: what some value would make it match.
pub(crate) fn with_any_value(parts: &[Part], keys: &dyn ConditionKeys) -> Vec<Part> {
    let parts = parts.iter().map(|part| match part.is_unknown(keys) {
        true => Part::Star,
        false => part.clone(),
    });
    parts.collect()
}

/// Whether there is a variable that has no value where the request lacks its key.
pub(crate) fn may_lack_value(parts: &[Part]) -> bool {
    parts
        .iter()
        .any(|part| matches!(part, Part::Variable(variable) if variable.default.is_none()))
}

/// The text, if it has no wildcard and all its variables have values.
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

/// Matches parts with wildcards and variables. None where a variable has no value. Linear in the text.
pub(crate) fn matches(parts: &[Part], keys: &dyn ConditionKeys, text: &str) -> Option<bool> {
    let mut pieces = parts.split(|part| matches!(part, Part::Star));
    let start = ResolvedPiece::new(pieces.next().unwrap_or_default(), keys)?;
    let Some(end) = pieces.next_back() else {
        return Some(start.after_start(text) == Some(""));
    };
    let end = ResolvedPiece::new(end, keys)?;
    let mut rest = start
        .after_start(text)
        .and_then(|rest| end.before_end(rest));
    for piece in pieces {
        let piece = ResolvedPiece::new(piece, keys)?;
        rest = rest.and_then(|rest| piece.after_first(rest));
    }
    Some(rest.is_some())
}

/// A stretch between stars with its variables resolved.
enum ResolvedPiece {
    Literal(Resolved),
    /// With a `?`.
    Gapped(Piece),
}

impl ResolvedPiece {
    fn new(parts: &[Part], keys: &dyn ConditionKeys) -> Option<Self> {
        if !parts.contains(&Part::Any) {
            return resolve(parts, keys).map(Self::Literal);
        }
        let texts = parts.iter().map(|part| match part {
            Part::Variable(_) => {
                let text = resolve(std::slice::from_ref(part), keys)?;
                Some(Part::Text(String::from_utf8(text.into_vec()).ok()?))
            }
            part => Some(part.clone()),
        });
        let texts = texts.collect::<Option<Vec<_>>>()?;
        Some(Self::Gapped(Piece::from_parts(&texts)))
    }

    fn after_start<'t>(&self, text: &'t str) -> Option<&'t str> {
        match self {
            Self::Literal(literal) if text.as_bytes().starts_with(literal) => {
                text.get(literal.len()..)
            }
            Self::Literal(_) => None,
            Self::Gapped(piece) => piece.after_start(text),
        }
    }

    fn before_end<'t>(&self, text: &'t str) -> Option<&'t str> {
        match self {
            Self::Literal(literal) if text.as_bytes().ends_with(literal) => {
                text.get(..text.len() - literal.len())
            }
            Self::Literal(_) => None,
            Self::Gapped(piece) => piece.before_end(text),
        }
    }

    fn after_first<'t>(&self, text: &'t str) -> Option<&'t str> {
        match self {
            Self::Literal(literal) => {
                let at = memchr::memmem::find(text.as_bytes(), literal)?;
                text.get(at + literal.len()..)
            }
            Self::Gapped(piece) => piece.after_first(text),
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
        })
    }

    #[test]
    fn a_text_is_cut_into_its_parts() {
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
    fn many_beginnings_of_variables_cost_linear_time() {
        let text = "${".repeat(500_000);
        assert_eq!(parse(&text, ALL), [Part::Text(text.clone())]);
        let text = format!("}}{text}");
        assert_eq!(parse(&text, ALL), [Part::Text(text.clone())]);
    }

    #[test]
    fn without_variables_a_dollar_is_text() {
        let syntax = Syntax {
            wildcards: true,
            variables: false,
        };
        assert_eq!(parse("${*}", syntax), [text("${"), Part::Star, text("}")]);
    }
    #[test]
    fn without_wildcards_their_signs_are_text() {
        let syntax = Syntax {
            wildcards: false,
            variables: true,
        };
        assert_eq!(parse("a*b?c${?}", syntax), [text("a*b?c?")]);
    }

    #[test]
    fn a_variable_matches_its_value_at_each_place_of_a_pattern() {
        let keys = crate::ConditionContext::new().with("k", "v*");
        for (pattern, text, expected) in [
            ("${k}", "v*", true),
            ("${k}", "vx", false),
            ("${k}/*", "v*/a", true),
            ("${k}/*", "vx/a", false),
            ("*/${k}", "a/v*", true),
            ("*/${k}", "a/vx", false),
            ("*/${k}", "/v", false),
            ("${k}*${k}", "v*", false),
            ("${k}*${k}", "v*v*", true),
            ("*${k}*", "av*b", true),
            ("*${k}*", "avb", false),
            ("*${k}*${k}*", "abv*", false),
            ("*${k}*${k}*", "abv*v*", true),
            ("*?${k}*", "v*", false),
            ("*?${k}*", "avv*", true),
        ] {
            let found = matches(&parse(pattern, ALL), &keys, text);
            assert_eq!(found, Some(expected), "{pattern} {text}");
            assert_eq!(matches(&parse(pattern, ALL), &(), text), None, "{pattern}");
        }
    }
}
