//! How grave a finding is.

use std::fmt;

use serde::{Serialize, Serializer};

/// How grave a finding is.
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
    /// The policy works, and could say more clearly what it means.
    Suggestion,
    /// The policy probably does something else than it was meant to.
    Warning,
    /// A part of the policy cannot do what it says.
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

/// As its name, in lower case.
impl Serialize for Severity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
