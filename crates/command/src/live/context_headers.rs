//! Values of the authorizer's context as request headers for the server behind the guard.

use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue, Request, header::CONNECTION};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use tower_lambda_authorizer::AuthorizerContext;

use crate::field_name::are_alike;

/// The names of the headers, each with a key of the context.
#[derive(Clone)]
pub(crate) struct ContextHeaders(Arc<[(HeaderName, String)]>);

/// As in the library's `ContextHeadersLayer`.
const ESCAPED: &AsciiSet = &CONTROLS.add(b' ').add(b'%');

impl ContextHeaders {
    pub(super) fn new(headers: Vec<(HeaderName, String)>) -> Self {
        Self(headers.into())
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &HeaderName> {
        self.0.iter().map(|(name, _)| name)
    }

    /// Whether a server may read a header as one of these. Some servers treat `x_user` or `x.user` as `x-user`.
    pub(crate) fn covers(&self, name: &str) -> bool {
        self.names().any(|own| are_alike(own.as_str(), name))
    }

    /// Replaces the client's headers of these names. They are gone even if there is no context.
    pub(super) fn write<B>(&self, request: &mut Request<B>) {
        if self.0.is_empty() {
            return;
        }
        let caller = request.extensions().get::<AuthorizerContext>().cloned();
        let headers = request.headers_mut();
        self.remove_from(headers);
        let Some(caller) = caller else {
            return;
        };
        for (name, key) in &*self.0 {
            let value = match key.as_str() {
                "principalId" => caller.principal_id(),
                key => caller.get(key),
            };
            if let Some(value) = value.and_then(escaped) {
                headers.insert(name, value);
            }
        }
    }

    fn remove_from(&self, headers: &mut HeaderMap) {
        let sent = headers.keys().filter(|name| self.covers(name.as_str()));
        let sent: Vec<_> = sent.cloned().collect();
        for name in sent {
            headers.remove(name);
        }
        self.remove_from_connection(headers);
    }

    /// A proxy removes the headers that `Connection` names. A client must not remove these.
    fn remove_from_connection(&self, headers: &mut HeaderMap) {
        let values = headers.get_all(CONNECTION).iter();
        let options = values.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
        let is_kept = |option: &&[u8]| {
            let name = std::str::from_utf8(option.trim_ascii());
            name.is_ok_and(|name| !self.covers(name))
        };
        let kept: Vec<_> = options.filter(is_kept).collect();
        let kept = HeaderValue::from_bytes(&kept.join(&b','));
        headers.remove(CONNECTION);
        if let Some(kept) = kept.ok().filter(|kept| !kept.is_empty()) {
            headers.insert(CONNECTION, kept);
        }
    }
}

/// Percent-decoding restores the value. `Debug` does not show it, and HTTP/2 does not index it.
fn escaped(value: &str) -> Option<HeaderValue> {
    let value = utf8_percent_encode(value, ESCAPED).to_string();
    let mut value = HeaderValue::try_from(value).ok()?;
    value.set_sensitive(true);
    Some(value)
}
