//! What can be wrong with a policy that is written in Rust.

use crate::{condition::InvalidCondition, one_line::OneLine};

/// What was given to a [`PolicyBuilder`](super::PolicyBuilder) is no policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidPolicy {
    /// A text is no method.
    #[error(
        "`{method}` is no method; allowed are a method in upper case, such as `GET`, and `*` for any", method = OneLine(method)
    )]
    #[non_exhaustive]
    Method {
        /// The text as it was given.
        method: String,
    },
    /// A path does not begin with a slash.
    #[error(
        "the path `{path}` does not begin with a slash; `/` is the root, and `/*` is every path", path = OneLine(path)
    )]
    #[non_exhaustive]
    RelativePath {
        /// The path as it was given.
        path: String,
    },
    /// A path has a template.
    #[error("the path `{path}` has a template; `*` stands for any text, as in `/pets/*`", path = OneLine(path))]
    #[non_exhaustive]
    PathTemplate {
        /// The path as it was given.
        path: String,
    },
    /// A condition says nothing sensible, or is there twice.
    #[error(transparent)]
    Condition(#[from] InvalidCondition),
    /// There is no statement for the call to change.
    #[error("`{call}` was called before any statement was begun; begin one with `allow` or `deny`")]
    #[non_exhaustive]
    NoStatement {
        /// The name of the method that was called.
        call: &'static str,
    },
}
