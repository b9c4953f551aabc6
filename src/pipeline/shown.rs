//! What `Debug` shows of a layer's settings: what tells layers apart, and what is not the default.

use std::fmt;

use super::settings::{DEFAULT_METHOD_ARN_LIMIT, Settings};
use crate::{
    identity::AnonymousRequests,
    request::{host::AmbiguousHosts, path::AmbiguousPaths},
};

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sources: Vec<_> = self
            .kind
            .sources()
            .iter()
            .map(ToString::to_string)
            .collect();
        let arn = &self.reader.arn_base;
        let mut shown = f.debug_struct("Settings");
        shown
            .field("kind", &format_args!("{}", self.kind.differences().name))
            .field("identity_sources", &sources)
            .field("api", &format_args!("arn:{}:{}", arn.head, arn.name))
            .field("caching", &self.caching)
            .field("authorizer_timeout", &self.calls.timeout);
        self.show_changes(&mut shown);
        shown.finish_non_exhaustive()
    }
}

impl Settings {
    fn show_changes(&self, shown: &mut fmt::DebugStruct<'_, '_>) {
        if self.kind.expression().is_some() {
            shown.field("identity_validation_expression", &self.kind.expression());
        }
        if self.method_arn_limit != DEFAULT_METHOD_ARN_LIMIT {
            shown.field("method_arn_limit", &self.method_arn_limit);
        }
        if self.ambiguous_paths != AmbiguousPaths::default() {
            shown.field("ambiguous_paths", &self.ambiguous_paths);
        }
        if self.ambiguous_hosts != AmbiguousHosts::default() {
            shown.field("ambiguous_hosts", &self.ambiguous_hosts);
        }
        if self.anonymous_requests != AnonymousRequests::default() {
            shown.field("anonymous_requests", &self.anonymous_requests);
        }
        if self.exempt_preflights {
            shown.field("exempt_preflights", &true);
        }
        if self.gives_body {
            shown.field("request_body", &true);
        }
    }

    /// `Debug` of a layer in shadow says first that it protects nothing.
    pub(crate) fn note_shadow(&self, shown: &mut fmt::DebugStruct<'_, '_>) {
        if self.is_shadow {
            shown.field("SHADOW", &format_args!("every request is let through"));
        }
    }
}
