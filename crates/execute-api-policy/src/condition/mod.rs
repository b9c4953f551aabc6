//! Conditions: what has to hold of a request's condition keys for a statement to apply.

mod address;
mod date;
mod number;
mod operand;
mod operator;
mod test;

pub use self::operator::{Operator, UnknownOperator};
pub(super) use self::{
    address::AddressRange,
    date::read_as_year,
    operand::{Operand, misfit},
    operator::{Comparison, Quantifier},
    test::{Outcome, Test},
};
use crate::{heap::heap_bytes, hints::list_in_one_text, one_line::OneLine};

/// One condition: an operator, the key whose value it reads, and the values that it is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    pub(super) operator: Operator,
    pub(super) key: String,
    pub(super) values: Vec<String>,
}

heap_bytes!(Condition { key, values });

impl Condition {
    /// A condition of these values, of which one suffices (or, for a negated operator, none may be met).
    ///
    /// ```
    /// use execute_api_policy::Condition;
    ///
    /// let office = Condition::new("IpAddress", "aws:SourceIp", ["203.0.113.0/24"])?;
    /// assert_eq!(office.key(), "aws:SourceIp");
    /// assert!(Condition::new("IpAddress", "aws:SourceIp", ["203.0.113.0/33"]).is_err());
    /// # Ok::<(), execute_api_policy::InvalidCondition>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidCondition`] where there is no such operator, or a value is not of its kind: no number, no
    /// date, no address.
    pub fn new<V: Into<String>>(
        operator: &str,
        key: impl Into<String>,
        values: impl IntoIterator<Item = V>,
    ) -> Result<Self, InvalidCondition> {
        let operator: Operator = operator.parse()?;
        let values: Vec<String> = values.into_iter().map(Into::into).collect();
        for value in &values {
            check_value(operator, value)?;
        }
        Ok(Self {
            operator,
            key: key.into(),
            values,
        })
    }

    /// Whether JSON has one place for both.
    pub(super) fn is_alike(&self, other: &Self) -> bool {
        self.operator == other.operator && self.key.eq_ignore_ascii_case(&other.key)
    }

    /// The operator.
    #[must_use]
    pub fn operator(&self) -> Operator {
        self.operator
    }

    /// The key, as it was written; the names of keys know no case.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The values.
    #[must_use]
    pub fn values(&self) -> &[String] {
        &self.values
    }
}

/// A condition that says nothing sensible.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidCondition {
    /// There is no such operator.
    #[error(transparent)]
    Operator(#[from] UnknownOperator),
    /// A value is not of the operator's kind.
    #[error("`{value}` is no value for `{operator}`: it has to be {expected}{}", list_in_one_text(.value), value = OneLine(value))]
    #[non_exhaustive]
    Value {
        /// The operator.
        operator: Operator,
        /// The value as it was given.
        value: String,
        /// What it has to be.
        expected: &'static str,
    },
    /// A statement has two conditions of one operator and one key.
    #[error("there are two conditions of `{operator}` for the key `{key}`; one is allowed", key = OneLine(key))]
    #[non_exhaustive]
    Duplicate {
        /// The operator.
        operator: Operator,
        /// The key.
        key: String,
    },
}

/// Whether a value is of the operator's kind. ARNs are left to lint: a value that is none matches nothing.
pub(super) fn check_value(operator: Operator, value: &str) -> Result<(), InvalidCondition> {
    match (
        operator.comparison,
        Operand::new(operator.comparison, value, true),
    ) {
        (Comparison::Arn { .. }, _) | (_, Ok(_)) => Ok(()),
        (_, Err(expected)) => Err(InvalidCondition::Value {
            operator,
            value: value.to_owned(),
            expected,
        }),
    }
}
