//! The values of a condition, which the value of its key is compared with.

use std::{cmp::Ordering, net::IpAddr};

use base64::{Engine, engine::general_purpose::STANDARD};
use smallvec::SmallVec;

use super::{
    address::AddressRange,
    compared::Compared,
    date::Instant,
    number::Decimal,
    operator::{Comparison, Order},
};
use crate::{
    heap::HeapBytes,
    keys::{ConditionKeys, KeyValue, Resolved},
    pattern::{ArnPattern, Part, Syntax, TextPattern, cut_arn, have_unknown, parse, resolve},
};

/// One compiled value of a condition.
#[derive(Debug, Clone)]
pub(crate) enum Operand {
    /// Compared with the whole text.
    Text(Vec<Part>),
    /// Compared with the whole text, in any case.
    TextIgnoringCase(Vec<Part>),
    Pattern(TextPattern),
    Number(Order, String),
    Date(Order, Instant),
    Bool(bool),
    /// Canonical base64, so that equal bytes are equal texts.
    Binary(String),
    Address(AddressRange),
    Arn(Box<ArnPattern>),
}

/// Whether the value of a key matches a value of the policy, before any negation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Match {
    Yes,
    No,
    /// One of the values has the wrong type, such as a text that is not a number.
    Incomparable,
    /// The policy's value has a variable whose value is unknown.
    Unknown,
}

impl Operand {
    /// Returns a description of valid values if the text has the wrong type for the operator.
    pub(crate) fn new(
        comparison: Comparison,
        text: &str,
        variables: bool,
    ) -> Result<Self, &'static str> {
        let parts = || {
            let syntax = Syntax {
                wildcards: false,
                variables,
            };
            parse(text, syntax)
        };
        match comparison {
            Comparison::StringEquals { .. } => Ok(Self::Text(parts())),
            Comparison::StringEqualsIgnoreCase { .. } => Ok(Self::TextIgnoringCase(parts())),
            Comparison::StringLike { .. } => Ok(Self::Pattern(TextPattern::new(text, variables))),
            Comparison::Numeric(order) => Decimal::parse(text)
                .map(|_| Self::Number(order, text.to_owned()))
                .ok_or("a number, such as `10` or `0.5`"),
            Comparison::Date(order) => Instant::parse(text)
                .map(|instant| Self::Date(order, instant))
                .ok_or("a date in ISO 8601 with a time zone, such as `2026-01-31T12:00:00Z`, or the seconds since 1970"),
            Comparison::Bool | Comparison::Null => {
                truth(text).map(Self::Bool).ok_or("`true` or `false`")
            }
            Comparison::Binary => match STANDARD.decode(text) {
                Ok(_) => Ok(Self::Binary(text.to_owned())),
                Err(_) => Err("base64"),
            },
            Comparison::IpAddress { .. } => AddressRange::parse(text)
                .map(Self::Address)
                .ok_or("an IP address or a range such as `203.0.113.0/24`"),
            Comparison::Arn { .. } => ArnPattern::new(text, variables)
                .map(|arn| Self::Arn(Box::new(arn)))
                .ok_or("an ARN of six parts, which begins with `arn:`"),
        }
    }

    /// Compares with one value of the key.
    pub(super) fn matches(&self, compared: &Compared<'_>, keys: &dyn ConditionKeys) -> Match {
        match (self, compared.value) {
            (Self::Date(order, wanted), KeyValue::Time(time) | KeyValue::Epoch(time)) => {
                order.accepts(Instant::from(*time).cmp(wanted)).into()
            }
            (Self::Bool(wanted), KeyValue::Bool(found)) => (wanted == found).into(),
            (Self::Address(range), KeyValue::Address(address)) => range.contains(*address).into(),
            (_, KeyValue::Text(_)) => self.matches_text(compared, keys),
            (_, value) => {
                let mut text = Resolved::new();
                let found = value.append_to(&mut text);
                match found.and_then(|()| std::str::from_utf8(&text).ok()) {
                    Some(text) => {
                        let text = KeyValue::Text(text);
                        self.matches_text(&Compared::new(&text), keys)
                    }
                    None => Match::Incomparable,
                }
            }
        }
    }

    fn matches_text(&self, compared: &Compared<'_>, keys: &dyn ConditionKeys) -> Match {
        let text = compared.text.text();
        match self {
            Self::Text(parts) => found(equals(parts, text, keys), || have_unknown(parts, keys)),
            Self::TextIgnoringCase(parts) => {
                let equals = equals_ignoring_case(parts, text, keys);
                found(equals, || have_unknown(parts, keys))
            }
            Self::Pattern(pattern) => {
                let matches = pattern.matches(&compared.text, keys);
                found(matches, || pattern.has_unknown(keys))
            }
            Self::Number(order, wanted) => match (Decimal::parse(text), Decimal::parse(wanted)) {
                (Some(found), Some(wanted)) => order.accepts(found.compare(&wanted)).into(),
                _ => Match::Incomparable,
            },
            Self::Date(order, wanted) => match Instant::parse(text) {
                Some(found) => order.accepts(found.cmp(wanted)).into(),
                None => Match::Incomparable,
            },
            Self::Bool(wanted) => match truth(text) {
                Some(found) => (found == *wanted).into(),
                None => Match::Incomparable,
            },
            Self::Binary(wanted) => (text == wanted).into(),
            Self::Address(range) => match text.parse::<IpAddr>() {
                Ok(address) => range.contains(address).into(),
                Err(_) => Match::Incomparable,
            },
            Self::Arn(pattern) => match compared.arn() {
                Some(arn) => found(pattern.matches(arn, keys), || pattern.has_unknown(keys)),
                None => Match::Incomparable,
            },
        }
    }
}

/// The result if the policy's value may have a variable. A variable without a value is equal to nothing. A variable
/// with an unknown value may be equal to anything.
fn found(matches: Option<bool>, has_unknown: impl FnOnce() -> bool) -> Match {
    match matches {
        Some(matches) => matches.into(),
        None if has_unknown() => Match::Unknown,
        None => Match::No,
    }
}

/// Returns a description of the values that can be compared if the text of a request is not one of them.
pub(crate) fn misfit(comparison: Comparison, text: &str) -> Option<&'static str> {
    let (fits, kind) = match comparison {
        Comparison::Numeric(_) => (Decimal::parse(text).is_some(), "a number"),
        Comparison::Date(_) if Instant::parse(&format!("{text}Z")).is_some() => {
            (Instant::parse(text).is_some(), "a date with a time zone")
        }
        Comparison::Date(_) => (Instant::parse(text).is_some(), "a date"),
        Comparison::Bool => (truth(text).is_some(), "`true` or `false`"),
        Comparison::IpAddress { .. } => (text.parse::<IpAddr>().is_ok(), "an IP address"),
        Comparison::Arn { .. } => (cut_arn(text).is_some(), "an ARN of six parts"),
        Comparison::StringEquals { .. }
        | Comparison::StringEqualsIgnoreCase { .. }
        | Comparison::StringLike { .. }
        | Comparison::Binary
        | Comparison::Null => return None,
    };
    (!fits).then_some(kind)
}

impl HeapBytes for Operand {
    fn heap_bytes(&self) -> usize {
        match self {
            Self::Text(parts) | Self::TextIgnoringCase(parts) => parts.heap_bytes(),
            Self::Pattern(pattern) => pattern.heap_bytes(),
            Self::Number(_, text) | Self::Binary(text) => text.heap_bytes(),
            Self::Arn(pattern) => pattern.heap_bytes(),
            Self::Date(..) | Self::Bool(_) | Self::Address(_) => 0,
        }
    }
}

impl From<bool> for Match {
    fn from(matches: bool) -> Self {
        if matches { Self::Yes } else { Self::No }
    }
}

impl Order {
    /// Whether the order satisfies the operator. For negated operators this is the result before negation, so
    /// `NotEquals` accepts the same as `Equals`.
    fn accepts(self, found_to_wanted: Ordering) -> bool {
        match self {
            Self::Equals | Self::NotEquals => found_to_wanted.is_eq(),
            Self::LessThan => found_to_wanted.is_lt(),
            Self::LessThanEquals => found_to_wanted.is_le(),
            Self::GreaterThan => found_to_wanted.is_gt(),
            Self::GreaterThanEquals => found_to_wanted.is_ge(),
        }
    }
}

fn truth(text: &str) -> Option<bool> {
    match text {
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// Returns `None` if a variable has no value.
fn equals(parts: &[Part], text: &str, keys: &dyn ConditionKeys) -> Option<bool> {
    match parts {
        [] => Some(text.is_empty()),
        [Part::Text(wanted)] => Some(wanted == text),
        _ => resolve(parts, keys).map(|wanted| *wanted == *text.as_bytes()),
    }
}

/// Returns `None` if a variable has no value.
fn equals_ignoring_case(parts: &[Part], text: &str, keys: &dyn ConditionKeys) -> Option<bool> {
    let lower = |text: &str| -> SmallVec<[char; 64]> {
        text.chars().flat_map(char::to_lowercase).collect()
    };
    let wanted = resolve(parts, keys)?;
    Some(std::str::from_utf8(&wanted).is_ok_and(|wanted| lower(wanted) == lower(text)))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    fn operand(comparison: Comparison, text: &str) -> Operand {
        Operand::new(comparison, text, true).unwrap()
    }

    #[test]
    fn instants_are_compared_to_the_nanosecond() {
        let time = UNIX_EPOCH + Duration::new(1_704_067_200, 1);
        for value in [KeyValue::Time(time), KeyValue::Epoch(time)] {
            for (order, expected) in [(Order::GreaterThan, Match::Yes), (Order::Equals, Match::No)]
            {
                let operand = operand(Comparison::Date(order), "2024-01-01");
                assert_eq!(
                    operand.matches(&Compared::new(&value), &()),
                    expected,
                    "{value:?} {order:?}"
                );
            }
        }
    }

    #[test]
    fn a_boolean_matches_only_the_same_boolean() {
        for (text, value, expected) in [
            ("true", true, Match::Yes),
            ("TRUE", false, Match::No),
            ("false", true, Match::No),
            ("False", false, Match::Yes),
        ] {
            let operand = operand(Comparison::Bool, text);
            assert_eq!(
                operand.matches(&Compared::new(&KeyValue::Bool(value)), &()),
                expected
            );
        }
    }

    #[test]
    fn only_an_arn_of_six_parts_is_compared_as_one() {
        let arn = Comparison::Arn {
            negated: false,
            like: true,
        };
        let operand = operand(arn, "arn:aws:sns:*:*:a:*");
        for (text, expected) in [
            ("arn:aws:sns:r:1:a:b:c", Match::Yes),
            ("arn:aws:sns:r:1:a:", Match::Yes),
            ("arn:aws:sns:r:1:b", Match::No),
            ("arn:aws:sns:r:1", Match::Incomparable),
            ("xrn:aws:sns:r:1:a:b:c", Match::Incomparable),
            ("http://u:p:a:b:c/x", Match::Incomparable),
            ("", Match::Incomparable),
        ] {
            let found = operand.matches(&Compared::new(&KeyValue::Text(text)), &());
            assert_eq!(found, expected, "{text}");
        }
    }
}
