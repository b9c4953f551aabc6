//! The severity of findings.

use std::fmt;

use serde::{Serialize, Serializer};

/// How severe a finding is.
///
/// ```
/// use execute_api_policy::Severity;
///
/// assert!(Severity::Suggestion < Severity::Warning && Severity::Warning < Severity::Error);
/// assert_eq!(Severity::Error.to_string(), "error");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// The policy works but could be clearer.
    Suggestion,
    /// The policy probably does something other than intended.
    Warning,
    /// A part of the policy cannot have its intended effect.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Suggestion => "suggestion",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// Serializes the name in lower case.
impl Serialize for Severity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
