//! Why a table is invalid.

use thiserror::Error;

/// Why a table of expectations is invalid. It quotes no column, because any column may contain a misplaced token.
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

    /// The line, counted from one.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column in characters, counted from one.
    #[must_use]
    pub fn column(&self) -> usize {
        self.column
    }
}
