//! Limits for the size of a document.

use std::cell::Cell;

use serde_json::Value;

/// The most values of a document, counting aliases as copies.
const MAX_VALUES: usize = 1_000_000;

/// The most bytes in the values of a document, counting aliases as copies.
const MAX_VALUE_BYTES: usize = 32 << 20;

/// The deepest nesting, as in `serde_json`.
pub(in crate::openapi) const MAX_DEPTH: usize = 127;

/// The size of a part of a document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::openapi) struct Cost {
    values: usize,
    bytes: usize,
    /// The depth of nesting inside the part; 0 for a scalar.
    pub(super) depth: usize,
}

impl Cost {
    /// Measures a part, so that a copy of it can be counted.
    pub(in crate::openapi) fn of(value: &Value) -> Self {
        match value {
            Value::Array(items) => items
                .iter()
                .map(Self::of)
                .fold(Self::leaf(0), Self::holding),
            Value::Object(members) => {
                let members = members.iter().map(|(name, value)| {
                    let mut cost = Self::of(value);
                    cost.values += 1;
                    cost.bytes += name.len();
                    cost
                });
                members.fold(Self::leaf(0), Self::holding)
            }
            Value::String(text) => Self::leaf(text.len()),
            Value::Null | Value::Bool(_) | Value::Number(_) => Self::leaf(0),
        }
    }

    fn leaf(bytes: usize) -> Self {
        Self {
            values: 1,
            bytes,
            depth: 0,
        }
    }

    fn holding(self, inner: Self) -> Self {
        Self {
            values: self.values + inner.values,
            bytes: self.bytes + inner.bytes,
            depth: self.depth.max(inner.depth + 1),
        }
    }
}

/// The size so far. It is shared, because a recursive reader consists of many readers.
#[derive(Debug)]
pub(in crate::openapi) struct Budget {
    values: Cell<usize>,
    bytes: Cell<usize>,
    /// How many documents of the largest size it allows.
    documents: usize,
}

impl Budget {
    pub(in crate::openapi) fn new() -> Self {
        Self::of_documents(1)
    }

    /// A budget for this many documents.
    pub(in crate::openapi) fn of_documents(documents: usize) -> Self {
        Self {
            values: Cell::default(),
            bytes: Cell::default(),
            documents,
        }
    }

    /// Counts one value, with the length of its string.
    pub(in crate::openapi) fn spend_value(&self, bytes: usize) -> Result<(), String> {
        self.spend(Cost::leaf(bytes))
    }

    /// Counts a part.
    pub(in crate::openapi) fn spend(&self, cost: Cost) -> Result<(), String> {
        self.values
            .set(self.values.get().saturating_add(cost.values));
        self.bytes.set(self.bytes.get().saturating_add(cost.bytes));
        let (values, bytes) = (
            MAX_VALUES * self.documents,
            MAX_VALUE_BYTES * self.documents,
        );
        if self.values.get() > values {
            return Err(format!("it has more than {values} values"));
        }
        if self.bytes.get() > bytes {
            return Err(format!("its values have more than {bytes} bytes"));
        }
        Ok(())
    }
}
