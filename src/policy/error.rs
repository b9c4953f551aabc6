//! Why a text is not a policy.

/// A policy document was refused.
///
/// The message says what was found, what is allowed and, for a document read from text, the line and
/// the column.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct PolicyError {
    message: String,
}

impl From<serde_json::Error> for PolicyError {
    fn from(error: serde_json::Error) -> Self {
        Self {
            message: error.to_string(),
        }
    }
}
