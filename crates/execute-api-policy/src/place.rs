//! The place of an error in JSON, such as `Statement[2].Condition.IpAddress`.

use serde_path_to_error::{Path, Segment};

/// The innermost member that is known. `None` for the whole text.
///
/// In front of a member's name, the last segment is not known, and would be printed as `?`.
#[must_use]
pub fn place(path: &Path) -> Option<String> {
    let text = path.to_string();
    let known = match path.iter().next_back()? {
        // There is nothing before it at the top of the text.
        Segment::Unknown => text.strip_suffix(".?")?,
        _ => &text,
    };
    Some(known.to_owned())
}
