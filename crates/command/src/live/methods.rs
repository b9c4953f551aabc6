//! Methods that servers read in different ways.

use http::Method;

/// Some servers read `delete` as `DELETE`. To a policy and to the routes, these are two methods.
pub(super) fn is_ambiguous(method: &Method) -> bool {
    method
        .as_str()
        .bytes()
        .any(|byte| byte.is_ascii_lowercase())
}
