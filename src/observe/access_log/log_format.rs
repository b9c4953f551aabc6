//! The formats of lines.

use std::fmt;

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

impl LogFormat {
    /// The name for messages: `JSON`, `CLF`, `CSV` or `XML`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Clf => "CLF",
            Self::Csv => "CSV",
            Self::Xml => "XML",
        }
    }
}

impl fmt::Display for LogFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
