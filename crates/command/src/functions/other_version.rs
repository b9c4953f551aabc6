//! A function that runs here on another version than a deployment would have.

use super::process::LocalFunction;
use crate::{failure::in_one_line, output::note};

/// Tells it before the function fails, or answers differently, for that reason.
pub(super) fn tell(file: &str, logical_id: &str, function: &LocalFunction) {
    if let Some((instead, why)) = function.other_version() {
        note(
            file,
            &in_one_line(format_args!(
                "the function `{logical_id}` runs on {instead}, {why}; install that version if the difference matters"
            )),
        );
    }
}
