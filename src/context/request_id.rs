//! The two ids of a request: `x-amzn-RequestId`, a UUID, and `x-amz-apigw-id`, a short base64 text.
//!
//! They need to differ from one another, not to be secret: they come from a fast generator, without a
//! system call.

use std::fmt;

use base64::{display::Base64Display, engine::general_purpose::STANDARD};
use uuid::{Builder, Uuid};

/// The ids of one request, drawn once, so that `$context` and the response agree.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestIds {
    pub(crate) request_id: RequestId,
    pub(crate) extended_request_id: ExtendedRequestId,
}

impl RequestIds {
    pub(crate) fn draw() -> Self {
        let mut extended = [0; 11];
        fastrand::fill(&mut extended);
        Self {
            request_id: RequestId(
                Builder::from_random_bytes(fastrand::u128(..).to_ne_bytes()).into_uuid(),
            ),
            extended_request_id: ExtendedRequestId(extended),
        }
    }
}

/// `$context.requestId`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestId(Uuid);

/// `$context.extendedRequestId`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ExtendedRequestId([u8; 11]);

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
        assert_ne!(extended, RequestIds::draw().extended_request_id.to_string());
    }
}
