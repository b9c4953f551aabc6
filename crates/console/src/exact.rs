//! The original of what a summary shortens or translates. A test or a command that repeats the request needs it.

use tower_lambda_authorizer::observing::Decision;

pub(crate) struct Exact {
    /// The variant of `ResponseType`, such as `AccessDenied`.
    pub(crate) response_type: Option<String>,
    /// Whether the summary's path is the request's.
    pub(crate) is_whole: bool,
}

/// Longer paths are cut in summaries.
const MAX_PATH_LENGTH: usize = 2_048;

impl Exact {
    pub(crate) fn of(decision: &Decision<'_>) -> Self {
        Self {
            response_type: decision.response_type().map(|name| format!("{name:?}")),
            is_whole: decision.path().len() <= MAX_PATH_LENGTH
                && decision.method().as_str().len() <= 64,
        }
    }
}
