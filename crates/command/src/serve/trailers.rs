//! Trailers of a request arrive after the guard has decided, so they must not add to what it has checked. Some
//! servers read them like the fields of the head.

use http::{HeaderMap, HeaderName, HeaderValue};
use hyper::body::Frame;

use crate::{field_name::are_alike, live::ContextHeaders, trusted_fields};

/// Who sends a request, where to, how it is framed and how it is processed: RFC 9110, section 6.5.1, does not allow these in
/// trailers. hyper removes some of them, and from HTTP/1.1 only.
const OF_THE_HEAD: [&str; 20] = [
    "authorization",
    "cache-control",
    "connection",
    "content-encoding",
    "content-length",
    "content-range",
    "content-type",
    "cookie",
    "expect",
    "host",
    "keep-alive",
    "max-forwards",
    "proxy-authorization",
    "proxy-connection",
    "range",
    "set-cookie",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Which trailers of a request are removed.
pub(super) struct Removed {
    context_headers: ContextHeaders,
    in_head: Vec<HeaderName>,
}

impl Removed {
    /// For a request with this head.
    pub(super) fn new(head: &HeaderMap, context_headers: ContextHeaders) -> Self {
        Self {
            context_headers,
            in_head: head.keys().cloned().collect(),
        }
    }

    /// Removes them from a frame with trailers.
    pub(super) fn from<D>(&self, frame: Frame<D>) -> Frame<D> {
        match frame.into_trailers() {
            Err(frame) => frame,
            Ok(trailers) => {
                let kept = trailers.iter().filter(|(name, _)| !self.has(name.as_str()));
                let kept: HeaderMap<HeaderValue> = kept
                    .map(|(name, value)| (name.clone(), value.clone()))
                    .collect();
                Frame::trailers(kept)
            }
        }
    }

    fn has(&self, name: &str) -> bool {
        let in_head = self.in_head.iter().map(HeaderName::as_str);
        let mut of_the_head = OF_THE_HEAD.into_iter().chain(in_head);
        self.context_headers.covers(name)
            || trusted_fields::contains(name)
            || of_the_head.any(|other| are_alike(name, other))
    }
}
