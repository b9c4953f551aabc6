//! An operation as requests are routed to it.

use std::sync::Arc;

use http::{Method, Uri};
use percent_encoding::percent_decode_str;

use super::{path_template::PathTemplate, paths::Spelling, resources::parameters};
use crate::request::resource::ResourceMatch;

/// An operation, reduced to what the choice needs.
#[derive(Debug)]
pub(in crate::openapi) struct Route {
    pub(in crate::openapi) path: PathTemplate,
    pub(in crate::openapi) route_key: Arc<str>,
    /// The index of its guard. `None`: the operation is open.
    pub(in crate::openapi) guard: Option<usize>,
}

impl Route {
    /// The operation as observers see it, with the path as received.
    pub(in crate::openapi) fn of_request(&self, uri: &Uri) -> ResourceMatch {
        let matched = self.matched(uri.path(), Spelling::Received);
        matched.with_original_uri(uri.clone())
    }

    /// Whether its route key names this method, or all methods.
    pub(super) fn is_for(&self, method: &Method) -> bool {
        let own = self.route_key.split(' ').next();
        own == Some(method.as_str()) || own == Some("ANY")
    }

    pub(super) fn matched(&self, path: &str, spelling: Spelling) -> ResourceMatch {
        let matched = ResourceMatch::new()
            .with_resource(self.path.resource())
            .with_route_key(Arc::clone(&self.route_key));
        parameters(&self.path, path).fold(matched, |matched, (name, value)| {
            let value = match spelling {
                Spelling::Received => percent_decode_str(value).decode_utf8_lossy(),
                Spelling::Decoded => value.into(),
            };
            matched.with_path_parameter(name, value)
        })
    }
}
