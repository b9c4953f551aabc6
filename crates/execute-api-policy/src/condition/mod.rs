//! Conditions, which restrict a statement to requests with certain values of condition keys.

mod address;
mod compared;
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

/// One condition: an operator, the key whose value it reads, and the values to compare it with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    pub(super) operator: Operator,
    pub(super) key: String,
    pub(super) values: Vec<String>,
}

heap_bytes!(Condition { key, values });

impl Condition {
    /// Creates a condition. It holds if one of the values matches or, with a negated operator, if none matches.
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
    /// [`InvalidCondition`] if the operator does not exist, or if a value has the wrong type for it, such as a text
    /// that is not a number.
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

    /// Whether both have the same operator and key, which JSON allows only once.
    pub(super) fn is_alike(&self, other: &Self) -> bool {
        self.operator == other.operator && self.key.eq_ignore_ascii_case(&other.key)
    }

    /// The operator.
    #[must_use]
    pub fn operator(&self) -> Operator {
        self.operator
    }

    /// The key in its original spelling. Case does not matter in the names of keys.
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

/// A condition is invalid.
///
/// ```
/// use execute_api_policy::Condition;
///
/// let error = Condition::new("NumericLessThan", "jwt:level", ["high"]).unwrap_err();
/// assert!(error.to_string().starts_with("`high` is not a valid value for `NumericLessThan`:"), "{error}");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidCondition {
    /// There is no such operator.
    #[error(transparent)]
    Operator(#[from] UnknownOperator),
    /// A value has the wrong type for the operator.
    #[error("`{value}` is not a valid value for `{operator}`: it has to be {expected}{}", list_in_one_text(.value), value = OneLine(value))]
    #[non_exhaustive]
    Value {
        /// The operator.
        operator: Operator,
        /// The rejected value.
        value: String,
        /// A description of valid values.
        expected: &'static str,
    },
    /// A statement has two conditions with the same operator and key.
    #[error("there are two conditions of `{operator}` for the key `{key}`; give one condition all values", key = OneLine(key))]
    #[non_exhaustive]
    Duplicate {
        /// The operator.
        operator: Operator,
        /// The key.
        key: String,
    },
}

/// Checks that a value has the right type for the operator. ARNs are not checked here: an invalid one matches nothing,
/// and lint reports it.
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
