//! The formats of lines.

use crate::names::names;

/// The format of the lines of an [`AccessLog`](super::AccessLog). It determines how values are escaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LogFormat {
    /// An object in JSON.
    Json,
    /// The common log format: fields with spaces between them, some in quotes or in brackets.
    Clf,
    /// Fields with commas between them.
    Csv,
    /// An element in XML.
    Xml,
}

names! {
    /// The name for messages: `JSON`, `CLF`, `CSV` or `XML`.
    LogFormat {
        Json "JSON",
        Clf "CLF",
        Csv "CSV",
        Xml "XML",
    }
}
