//! The two ids of a request: `x-amzn-RequestId`, a UUID, and `x-amz-apigw-id`, a short base64 text.
//!
//! They need to differ from one another, not to be secret: they come from a fast generator, without a
//! system call.

use std::fmt;

use base64::{Engine, display::Base64Display, engine::general_purpose::STANDARD};
use uuid::{Builder, Uuid, fmt::Hyphenated};

/// The ids of one request, drawn once, so that `$context` and the response agree.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestIds {
    pub(crate) request_id: RequestId,
    pub(crate) extended_request_id: ExtendedRequestId,
    /// A WebSocket connection's.
    pub(crate) connection_id: ExtendedRequestId,
}

impl RequestIds {
    pub(crate) fn draw() -> Self {
        Self {
            request_id: RequestId(
                Builder::from_random_bytes(fastrand::u128(..).to_ne_bytes()).into_uuid(),
            ),
            extended_request_id: ExtendedRequestId::draw(),
            connection_id: ExtendedRequestId::draw(),
        }
    }
}

/// `$context.requestId`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestId(Uuid);

/// `$context.extendedRequestId`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ExtendedRequestId([u8; 11]);

/// Four letters for three bytes.
const EXTENDED_LENGTH: usize = 16;

impl RequestId {
    /// As it is displayed, without a formatter and on the stack.
    pub(crate) fn text(self) -> [u8; Hyphenated::LENGTH] {
        let mut text = [0; Hyphenated::LENGTH];
        self.0.hyphenated().encode_lower(&mut text);
        text
    }
}

impl ExtendedRequestId {
    fn draw() -> Self {
        let mut bytes = [0; 11];
        fastrand::fill(&mut bytes);
        Self(bytes)
    }

    /// As it is displayed, without a formatter and on the stack.
    pub(crate) fn text(self) -> [u8; EXTENDED_LENGTH] {
        let mut text = [0; EXTENDED_LENGTH];
        let written = STANDARD.encode_slice(self.0, &mut text);
        debug_assert!(written.is_ok_and(|length| length == EXTENDED_LENGTH));
        text
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl fmt::Display for ExtendedRequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Base64Display::new(&self.0, &STANDARD).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_recorded_shape() {
        let ids = RequestIds::draw();
        let uuid = Uuid::parse_str(&ids.request_id.to_string()).unwrap();
        assert_eq!(uuid.get_version_num(), 4);
        let extended = ids.extended_request_id.to_string();
        assert_eq!(extended.len(), 16);
        assert!(extended.ends_with('='), "{extended}");
        assert_eq!(ids.request_id.text(), ids.request_id.to_string().as_bytes());
        assert_eq!(ids.extended_request_id.text(), extended.as_bytes());
        assert_ne!(extended, RequestIds::draw().extended_request_id.to_string());
    }
}
