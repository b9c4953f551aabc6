//! A value of a key, prepared so that it can be compared with many values of a policy.

use std::cell::OnceCell;

use crate::{
    keys::KeyValue,
    pattern::{ArnHaystacks, Haystack, arn_haystacks},
};

/// One value of a key.
pub(super) struct Compared<'v> {
    pub(super) value: &'v KeyValue<'v>,
    /// The value if it is a text. Otherwise it is empty.
    pub(super) text: Haystack<'v>,
    arn: OnceCell<Option<ArnHaystacks<'v>>>,
}

impl<'v> Compared<'v> {
    pub(super) fn new(value: &'v KeyValue<'v>) -> Self {
        let text = match value {
            KeyValue::Text(text) => text,
            _ => "",
        };
        Self {
            value,
            text: Haystack::new(text),
            arn: OnceCell::new(),
        }
    }

    /// The parts of the value if it is an ARN.
    pub(super) fn arn(&self) -> Option<&ArnHaystacks<'v>> {
        let arn = self.arn.get_or_init(|| arn_haystacks(self.text.text()));
        arn.as_ref()
    }
}
