//! The error for a text that is not a valid policy.

use std::fmt;

use super::hints::{of_resource_policy, of_whole_answer};
use crate::{one_line::OneLine, place::place};

/// The error of a policy document that was rejected. It says what was found, what is allowed, and where.
///
/// ```
/// use execute_api_policy::PolicyDocument;
///
/// let error = PolicyDocument::from_json(br#"{
///   "Version": "2012-10-17",
///   "Statement": [{"Effect": "allow", "Action": "*", "Resource": "*"}]
/// }"#)
/// .unwrap_err();
/// assert_eq!((error.line(), error.path()), (Some(3), Some("Statement[0].Effect")));
/// assert_eq!(
///     error.to_string(),
///     "`Statement[0].Effect` (line 3, column 34): `allow` is not a valid effect; write `Allow` or \
///      `Deny`"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyError {
    message: String,
    path: Option<String>,
    position: Option<(usize, usize)>,
}

impl PolicyError {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            path: None,
            position: None,
        }
    }

    pub(super) fn at(path: &serde_path_to_error::Path, error: &serde_json::Error) -> Self {
        let text = error.to_string();
        let suffix = format!(" at line {} column {}", error.line(), error.column());
        let message = text.strip_suffix(&suffix).unwrap_or(&text);
        let hint = of_resource_policy(message).or_else(|| of_whole_answer(message));
        Self {
            message: [message, hint.unwrap_or_default()].concat(),
            path: place(path),
            position: (error.line() > 0).then(|| (error.line(), error.column())),
        }
    }

    /// The member that was rejected, such as `Statement[2].Condition.IpAddress`. `None` if the error is about the
    /// whole text.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// The line at which parsing stopped, counted from 1.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        self.position.map(|(line, _)| line)
    }

    /// The column at which parsing stopped, counted from 1.
    #[must_use]
    pub fn column(&self) -> Option<usize> {
        self.position.map(|(_, column)| column)
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.path, self.position) {
            (Some(path), Some((line, column))) => {
                let path = OneLine(path);
                write!(f, "`{path}` (line {line}, column {column}): ")?;
            }
            (Some(path), None) => write!(f, "`{}`: ", OneLine(path))?,
            (None, Some((line, column))) => write!(f, "line {line}, column {column}: ")?,
            (None, None) => {}
        }
        OneLine(&self.message).fmt(f)
    }
}

impl std::error::Error for PolicyError {}
