//! Values as CloudFormation passes them around: as strings, or as lists of strings.

pub(super) use crate::openapi::node::text_of;

/// Whether a parameter of this type is a list.
pub(super) fn is_list(kind: &str) -> bool {
    kind.contains("List<") || kind.contains("CommaDelimitedList")
}
