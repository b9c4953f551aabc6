//! Why a text is no table.

use thiserror::Error;

/// Why a text is no table of expectations. It quotes no column, for any may be a token that went astray.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}, column {column}: {problem}")]
pub struct TableError {
    line: usize,
    column: usize,
    problem: &'static str,
}

impl TableError {
    pub(super) fn new(line: usize, column: usize, problem: &'static str) -> Self {
        Self {
            line,
            column,
            problem,
        }
    }

    /// The line, from one.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column in characters, from one.
    #[must_use]
    pub fn column(&self) -> usize {
        self.column
    }
}
