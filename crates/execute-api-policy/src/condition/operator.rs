//! The names of condition operators.

use std::{fmt, str::FromStr};

use crate::{edit_distance::edit_distance, heap::heap_bytes, one_line::OneLine};

/// A condition operator, such as `StringLike`, `NumericLessThanIfExists` or
/// `ForAnyValue:StringEquals`.
///
/// ```
/// use execute_api_policy::Operator;
///
/// let operator: Operator = "ForAllValues:StringLikeIfExists".parse()?;
/// assert_eq!(operator.to_string(), "ForAllValues:StringLikeIfExists");
/// assert!("stringlike".parse::<Operator>().is_err());
/// # Ok::<(), execute_api_policy::UnknownOperator>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Operator {
    pub(crate) quantifier: Option<Quantifier>,
    pub(crate) comparison: Comparison,
    pub(crate) if_exists: bool,
}

heap_bytes!(Operator {});

/// How the values of a multi-valued key are combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Quantifier {
    ForAllValues,
    ForAnyValue,
}

/// The kind of comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Comparison {
    StringEquals { negated: bool },
    StringEqualsIgnoreCase { negated: bool },
    StringLike { negated: bool },
    Numeric(Order),
    Date(Order),
    Bool,
    Binary,
    IpAddress { negated: bool },
    Arn { negated: bool, like: bool },
    Null,
}

/// An ordering operator for numbers and dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Order {
    Equals,
    NotEquals,
    LessThan,
    LessThanEquals,
    GreaterThan,
    GreaterThanEquals,
}

/// The operators by their names in IAM's spelling.
const COMPARISONS: [(&str, Comparison); 27] = [
    ("StringEquals", Comparison::StringEquals { negated: false }),
    (
        "StringNotEquals",
        Comparison::StringEquals { negated: true },
    ),
    (
        "StringEqualsIgnoreCase",
        Comparison::StringEqualsIgnoreCase { negated: false },
    ),
    (
        "StringNotEqualsIgnoreCase",
        Comparison::StringEqualsIgnoreCase { negated: true },
    ),
    ("StringLike", Comparison::StringLike { negated: false }),
    ("StringNotLike", Comparison::StringLike { negated: true }),
    ("NumericEquals", Comparison::Numeric(Order::Equals)),
    ("NumericNotEquals", Comparison::Numeric(Order::NotEquals)),
    ("NumericLessThan", Comparison::Numeric(Order::LessThan)),
    (
        "NumericLessThanEquals",
        Comparison::Numeric(Order::LessThanEquals),
    ),
    (
        "NumericGreaterThan",
        Comparison::Numeric(Order::GreaterThan),
    ),
    (
        "NumericGreaterThanEquals",
        Comparison::Numeric(Order::GreaterThanEquals),
    ),
    ("DateEquals", Comparison::Date(Order::Equals)),
    ("DateNotEquals", Comparison::Date(Order::NotEquals)),
    ("DateLessThan", Comparison::Date(Order::LessThan)),
    (
        "DateLessThanEquals",
        Comparison::Date(Order::LessThanEquals),
    ),
    ("DateGreaterThan", Comparison::Date(Order::GreaterThan)),
    (
        "DateGreaterThanEquals",
        Comparison::Date(Order::GreaterThanEquals),
    ),
    ("Bool", Comparison::Bool),
    ("BinaryEquals", Comparison::Binary),
    ("IpAddress", Comparison::IpAddress { negated: false }),
    ("NotIpAddress", Comparison::IpAddress { negated: true }),
    (
        "ArnEquals",
        Comparison::Arn {
            negated: false,
            like: false,
        },
    ),
    (
        "ArnNotEquals",
        Comparison::Arn {
            negated: true,
            like: false,
        },
    ),
    (
        "ArnLike",
        Comparison::Arn {
            negated: false,
            like: true,
        },
    ),
    (
        "ArnNotLike",
        Comparison::Arn {
            negated: true,
            like: true,
        },
    ),
    ("Null", Comparison::Null),
];

impl Comparison {
    fn name(self) -> &'static str {
        let mut names = COMPARISONS.iter();
        names
            .find(|(_, known)| *known == self)
            .map_or("", |(name, _)| name)
    }

    /// Whether the operator is negated, so that a request passes if it does *not* have one of the values.
    pub(crate) fn is_negated(self) -> bool {
        match self {
            Self::StringEquals { negated }
            | Self::StringEqualsIgnoreCase { negated }
            | Self::StringLike { negated }
            | Self::IpAddress { negated }
            | Self::Arn { negated, .. } => negated,
            Self::Numeric(order) | Self::Date(order) => order == Order::NotEquals,
            Self::Bool | Self::Binary | Self::Null => false,
        }
    }
}

/// The text is not the name of a condition operator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is not a condition operator{}", .hint, name = OneLine(name))]
pub struct UnknownOperator {
    name: String,
    hint: String,
}

impl FromStr for Operator {
    type Err = UnknownOperator;

    fn from_str(name: &str) -> Result<Self, UnknownOperator> {
        parse(name).ok_or_else(|| UnknownOperator {
            name: name.to_owned(),
            hint: hint(name),
        })
    }
}

fn parse(name: &str) -> Option<Operator> {
    let (quantifier, rest) = match name.split_once(':') {
        None => (None, name),
        Some(("ForAllValues", rest)) => (Some(Quantifier::ForAllValues), rest),
        Some(("ForAnyValue", rest)) => (Some(Quantifier::ForAnyValue), rest),
        Some(_) => return None,
    };
    let (base, if_exists) = match rest.strip_suffix("IfExists") {
        Some(base) => (base, true),
        None => (rest, false),
    };
    let (_, comparison) = COMPARISONS.iter().find(|(known, _)| *known == base)?;
    let operator = Operator {
        quantifier,
        comparison: *comparison,
        if_exists,
    };
    // `Null` already asks whether the key exists, so `NullIfExists` makes no sense.
    (!(if_exists && *comparison == Comparison::Null)).then_some(operator)
}

/// A suggestion for the name.
fn hint(name: &str) -> String {
    let base = name.rsplit(':').next().unwrap_or_default();
    let base = base.strip_suffix("IfExists").unwrap_or(base);
    if base == "Null" {
        return "; `Null` cannot be combined with `IfExists`".to_owned();
    }
    match similar_name(base) {
        Some(known) if known.eq_ignore_ascii_case(base) && known != base => {
            format!("; `{known}` is, and case matters")
        }
        Some(known) if known != base => format!("; did you mean `{known}`?"),
        _ => {
            let names: Vec<_> = COMPARISONS.iter().map(|(name, _)| *name).collect();
            format!(
                "; the operators are {}, optionally with the suffix `IfExists` and the prefix `ForAllValues:` or \
                 `ForAnyValue:`",
                names.join(", ")
            )
        }
    }
}

/// The operator whose name is most similar, if it is similar enough.
fn similar_name(name: &str) -> Option<&'static str> {
    /// With more edits, `Near` would be similar to `Null`.
    const MAX_EDITS: usize = 2;
    /// A longer name is not similar to any operator.
    const MAX_LENGTH: usize = 32;
    if name.len() > MAX_LENGTH {
        return None;
    }
    let name = name.to_ascii_lowercase();
    let distance =
        |known: &str| edit_distance(known.to_ascii_lowercase().as_bytes(), name.as_bytes());
    let names = COMPARISONS.iter().map(|(known, _)| *known);
    let nearest = names.min_by_key(|known| distance(known))?;
    (distance(nearest) <= MAX_EDITS).then_some(nearest)
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.quantifier {
            None => "",
            Some(Quantifier::ForAllValues) => "ForAllValues:",
            Some(Quantifier::ForAnyValue) => "ForAnyValue:",
        })?;
        f.write_str(self.comparison.name())?;
        f.write_str(if self.if_exists { "IfExists" } else { "" })
    }
}
