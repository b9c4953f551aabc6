//! How much a document may hold.

use std::cell::Cell;

use serde_json::Value;

/// The most values in a document, what aliases stand for included.
const MAX_VALUES: usize = 1_000_000;

/// The most text in a document's values, what aliases stand for included.
const MAX_VALUE_BYTES: usize = 32 << 20;

/// The deepest nesting, which is that of `serde_json` as well.
pub(in crate::openapi) const MAX_DEPTH: usize = 127;

/// What a part of a document costs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::openapi) struct Cost {
    values: usize,
    bytes: usize,
    /// How deep it is nested in itself; 0 for a scalar.
    pub(super) depth: usize,
}

impl Cost {
    /// Measures a part that has been read, so that a copy of it can be counted.
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

/// What has been spent so far. Shared, because a recursive reader is many small readers.
#[derive(Debug)]
pub(in crate::openapi) struct Budget {
    values: Cell<usize>,
    bytes: Cell<usize>,
    /// How many documents it is for.
    documents: usize,
}

impl Budget {
    pub(in crate::openapi) fn new() -> Self {
        Self::of_documents(1)
    }

    /// As much as this many documents may hold.
    pub(in crate::openapi) fn of_documents(documents: usize) -> Self {
        Self {
            values: Cell::default(),
            bytes: Cell::default(),
            documents,
        }
    }

    /// Counts one value, with its text.
    pub(in crate::openapi) fn spend_value(&self, bytes: usize) -> Result<(), String> {
        self.spend(Cost::leaf(bytes))
    }

    /// Counts a part once more.
    pub(in crate::openapi) fn spend(&self, cost: Cost) -> Result<(), String> {
        self.values
            .set(self.values.get().saturating_add(cost.values));
        self.bytes.set(self.bytes.get().saturating_add(cost.bytes));
        let (values, bytes) = (
            MAX_VALUES * self.documents,
            MAX_VALUE_BYTES * self.documents,
        );
        if self.values.get() > values {
            return Err(format!("it holds more than {values} values"));
        }
        if self.bytes.get() > bytes {
            return Err(format!("its values hold more than {bytes} bytes"));
        }
        Ok(())
    }
}
