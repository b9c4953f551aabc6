//! Errors of the policy builder.

use crate::{condition::InvalidCondition, one_line::OneLine};

/// The error of a [`PolicyBuilder`](super::PolicyBuilder): its input is not a valid policy.
///
/// ```
/// use execute_api_policy::{PolicyBuilder, StageArn};
///
/// let stage: StageArn = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod".parse()?;
/// let error = PolicyBuilder::for_api(stage).allow("GET", "/pets/{id}").build().unwrap_err();
/// assert!(error.to_string().starts_with("the path `/pets/{id}` has a path parameter,"), "{error}");
/// # Ok::<(), execute_api_policy::InvalidArn>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidPolicy {
    /// A text is not a method.
    #[error(
        "`{method}` is not a method; write a method in upper case, such as `GET`, or `*` for any method", method = OneLine(method)
    )]
    #[non_exhaustive]
    Method {
        /// The rejected text.
        method: String,
    },
    /// A path does not begin with a slash.
    #[error(
        "the path `{path}` {}", instead_of_a_relative_path(path), path = OneLine(path)
    )]
    #[non_exhaustive]
    RelativePath {
        /// The rejected path.
        path: String,
    },
    /// A path contains a path parameter, such as `{id}` or `:id`.
    #[error(
        "the path `{path}` has a path parameter, which a policy does not know; write `*`, which matches any text, also \
         with slashes, as in `/pets/*`", path = OneLine(path)
    )]
    #[non_exhaustive]
    PathTemplate {
        /// The rejected path.
        path: String,
    },
    /// A path ends with what looks like a query, such as `/pets?limit=5`.
    #[error(
        "the path `{path}` has a query, which is not part of a method ARN, and a `?` in a path stands for any one character; leave \
         the query out, and let the authorizer check it", path = OneLine(path)
    )]
    #[non_exhaustive]
    Query {
        /// The rejected path.
        path: String,
    },
    /// A segment in an `Allow` has characters that REST APIs and HTTP APIs write differently, and the builder was
    /// created with [`for_api`](super::PolicyBuilder::for_api), which does not set the type of API.
    #[error(
        "the segment `{segment}` is written differently in the method ARNs of REST APIs and of HTTP APIs; begin with \
         `PolicyBuilder::for_rest_api` or `for_http_api` instead of `for_api`", segment = OneLine(segment)
    )]
    #[non_exhaustive]
    SegmentOfUnknownApi {
        /// The segment.
        segment: String,
    },
    /// A condition is invalid or a duplicate.
    #[error(transparent)]
    Condition(#[from] InvalidCondition),
    /// A method was called that changes a statement, but no statement was begun.
    #[error("`{call}` was called before any statement was begun; begin one with `allow` or `deny`")]
    #[non_exhaustive]
    NoStatement {
        /// The name of the method.
        call: &'static str,
    },
}

fn instead_of_a_relative_path(path: &str) -> &'static str {
    if path.starts_with("arn:") {
        "is an ARN; the builder writes ARNs itself, so write only the path, such as `/pets/*`"
    } else {
        "does not begin with a slash; write `/` for the root or `/*` for every path"
    }
}
