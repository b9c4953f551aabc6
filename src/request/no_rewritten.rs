//! Replaces the path behind a router if the feature `axum` is off. Then no router is known.

use http::request::Parts;

pub(crate) fn rewritten_path(_: &Parts, _: &str) -> Option<String> {
    None
}
