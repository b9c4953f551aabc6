//! The body of a request in a test.

use std::{
    convert::Infallible,
    fmt, mem,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

/// The body of a request that a [`Harness`](super::Harness) sends: some bytes, ready at once.
///
/// ```
/// use tower_lambda_authorizer::testing::TestBody;
///
/// let body = TestBody::from("a cat");
/// assert_eq!(body.into_bytes(), "a cat");
/// ```
#[derive(Clone, Default)]
pub struct TestBody(Bytes);

impl TestBody {
    /// The bytes.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.0
    }
}

impl<B: Into<Bytes>> From<B> for TestBody {
    fn from(bytes: B) -> Self {
        Self(bytes.into())
    }
}

impl Body for TestBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let bytes = mem::take(&mut self.get_mut().0);
        Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.len() as u64)
    }
}

/// Shows only the length, because a body may contain a password.
impl fmt::Debug for TestBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TestBody({} bytes)", self.0.len())
    }
}
