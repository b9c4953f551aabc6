//! Evaluates a condition for a request.

use super::{
    Condition,
    compared::Compared,
    operand::{Match, Operand},
    operator::{Comparison, Operator, Quantifier},
};
use crate::{
    effect::Effect,
    heap::heap_bytes,
    keys::{ConditionKeys, KeyValue},
};

/// A compiled condition.
#[derive(Debug, Clone)]
pub(crate) struct Test {
    operator: Operator,
    /// In lower case.
    key: Box<str>,
    /// `None` for a value with the wrong type, which matches nothing.
    operands: Vec<Option<Operand>>,
}

/// Whether a condition holds, and the rule that decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The request has the key, and its value was compared.
    Compared(bool),
    /// The request does not have the key.
    Absent(bool),
    /// The key has only empty texts, and the operator is a set operator.
    NoValues(bool),
    /// IAM does not define the result: a value that cannot be compared or a list without a set operator, each under a
    /// negated operator, or a condition without values. It holds in a `Deny` and does not hold in an `Allow`.
    Undefined,
    /// The result depends on an unknown value. It counts as undefined.
    Unknown,
}

heap_bytes!(Test { key, operands });

impl Outcome {
    pub(crate) fn holds(self, effect: Effect) -> bool {
        match self {
            Self::Compared(holds) | Self::Absent(holds) | Self::NoValues(holds) => holds,
            Self::Undefined | Self::Unknown => effect == Effect::Deny,
        }
    }
}

impl Test {
    pub(crate) fn new(condition: &Condition, variables: bool) -> Self {
        let comparison = condition.operator.comparison;
        let values = condition.values.iter();
        let operands = values.map(|text| Operand::new(comparison, text, variables).ok());
        Self {
            operator: condition.operator,
            key: condition.key.to_ascii_lowercase().into(),
            operands: operands.collect(),
        }
    }

    pub(crate) fn outcome(&self, keys: &dyn ConditionKeys) -> Outcome {
        let value = keys.get(&self.key);
        let value = value.filter(|value| !matches!(value, KeyValue::List([])));
        if matches!(value, Some(KeyValue::Unknown(_))) {
            return Outcome::Unknown;
        }
        if self.operator.comparison == Comparison::Null {
            return self.is_absent(value.is_none());
        }
        match value {
            None => self.without_value(),
            Some(value) => self.with_value(&value, keys),
        }
    }

    /// Evaluates `Null`, whose value `true` means that the key has to be absent.
    fn is_absent(&self, absent: bool) -> Outcome {
        match self.operator.quantifier {
            Some(Quantifier::ForAllValues) => return Outcome::Compared(true),
            Some(Quantifier::ForAnyValue) => return Outcome::Compared(false),
            None if self.operands.is_empty() => return Outcome::Undefined,
            None => {}
        }
        let asked = |operand: &Option<Operand>| match operand {
            Some(Operand::Bool(wanted)) => *wanted == absent,
            _ => false,
        };
        let holds = self.operands.iter().any(asked);
        if absent {
            Outcome::Absent(holds)
        } else {
            Outcome::Compared(holds)
        }
    }

    fn without_value(&self) -> Outcome {
        match (self.operator.if_exists, self.operator.quantifier) {
            (true, _) | (false, Some(Quantifier::ForAllValues)) => Outcome::Absent(true),
            (false, Some(Quantifier::ForAnyValue)) => Outcome::Absent(false),
            (false, None) if self.operands.is_empty() => Outcome::Undefined,
            (false, None) => Outcome::Absent(self.operator.comparison.is_negated()),
        }
    }

    fn with_value(&self, value: &KeyValue<'_>, keys: &dyn ConditionKeys) -> Outcome {
        if let Some(quantifier) = self.operator.quantifier.filter(|_| is_null_set(value)) {
            return Outcome::NoValues(quantifier == Quantifier::ForAllValues);
        }
        if self.operands.is_empty() {
            return match (self.operator.quantifier, self.operator.if_exists) {
                (None, false) => Outcome::Undefined,
                (Some(_), _) | (None, true) => Outcome::Compared(false),
            };
        }
        let Some(quantifier) = self.operator.quantifier else {
            return match value {
                KeyValue::List(_) if self.operator.comparison.is_negated() => Outcome::Undefined,
                KeyValue::List(_) => Outcome::Compared(false),
                value => self.compare(value, keys),
            };
        };
        let texts = match value {
            KeyValue::List(texts) => *texts,
            value => return self.compare(value, keys),
        };
        let mut outcomes = texts
            .iter()
            .map(|text| self.compare(&KeyValue::Text(text), keys));
        match quantifier {
            Quantifier::ForAllValues => fold(
                &mut outcomes,
                Outcome::Compared(false),
                Outcome::Compared(true),
            ),
            Quantifier::ForAnyValue => fold(
                &mut outcomes,
                Outcome::Compared(true),
                Outcome::Compared(false),
            ),
        }
    }

    /// Compares one value of the key with all values of the policy. One of them has to match or, if negated, none.
    fn compare(&self, value: &KeyValue<'_>, keys: &dyn ConditionKeys) -> Outcome {
        let value = Compared::new(value);
        let (mut incomparable, mut unknown) = (false, false);
        for operand in &self.operands {
            let found = operand
                .as_ref()
                .map(|operand| operand.matches(&value, keys));
            match found {
                Some(Match::Yes) => {
                    return Outcome::Compared(!self.operator.comparison.is_negated());
                }
                Some(Match::No) => {}
                Some(Match::Unknown) => unknown = true,
                Some(Match::Incomparable) | None => incomparable = true,
            }
        }
        match (self.operator.comparison.is_negated(), incomparable) {
            _ if unknown => Outcome::Unknown,
            (true, true) => Outcome::Undefined,
            (negated, _) => Outcome::Compared(negated),
        }
    }
}

/// Whether the value counts as missing for a set operator, which ignores empty texts.
fn is_null_set(value: &KeyValue<'_>) -> bool {
    match value {
        KeyValue::Text(text) => text.is_empty(),
        KeyValue::List(texts) => texts.iter().all(String::is_empty),
        _ => false,
    }
}

/// Returns `settling` if any outcome equals it. Else an unknown outcome wins over an undefined one, and `otherwise` is
/// the result without either.
fn fold(
    outcomes: &mut dyn Iterator<Item = Outcome>,
    settling: Outcome,
    otherwise: Outcome,
) -> Outcome {
    let mut result = otherwise;
    for outcome in outcomes {
        if outcome == settling {
            return settling;
        }
        match (outcome, result) {
            (Outcome::Unknown, _) => result = Outcome::Unknown,
            (Outcome::Undefined, Outcome::Compared(_)) => result = Outcome::Undefined,
            _ => {}
        }
    }
    result
}
