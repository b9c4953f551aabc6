//! Differences between two texts that are easy to overlook.

use crate::pattern::Wildcard;

/// A difference that is easy to overlook.
pub(super) fn slip(pattern: &str, text: &str) -> Option<&'static str> {
    if pattern == text {
        return Some("`${…}` in a policy is a variable or an escaped character");
    }
    if pattern.eq_ignore_ascii_case(text) {
        return Some("case matters");
    }
    let trimmed = pattern.trim();
    let is_blank = trimmed != pattern && Wildcard::new(trimmed).matches(text);
    is_blank.then(|| {
        if pattern.starts_with(char::is_whitespace) {
            "the policy has a space at its beginning"
        } else {
            "the policy has a space at its end"
        }
    })
}
