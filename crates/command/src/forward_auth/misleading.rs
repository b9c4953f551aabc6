//! Headers of the client that can make a server act on something that the guard has not checked.

use http::{HeaderMap, HeaderName};

use crate::{live::ContextHeaders, trusted_fields};

/// A header that some servers read as the method, the path, what a proxy says about a client, or a header with the
/// context. The proxy passes it on in any spelling that its configuration does not list.
///
/// The exact names of the headers with the context do not count, because the proxy replaces them.
pub(super) fn misleading<'h>(
    headers: &'h HeaderMap,
    context: &ContextHeaders,
) -> Option<&'h HeaderName> {
    let is_own = |name: &HeaderName| context.names().any(|own| own == name);
    headers.keys().find(|name| {
        trusted_fields::overrides(name.as_str())
            || trusted_fields::is_disguised(name.as_str())
            || context.covers(name.as_str()) && !is_own(name)
    })
}
