//! The request's body, as it was read for an authorizer.

use std::fmt;

use bytes::Bytes;

/// The body of a request, as far as [`RequestBodyLayer`](crate::RequestBodyLayer) has read it: in the request's extensions.
///
/// Made of bytes it is a whole body, for [`explain`](crate::LambdaAuthorizerLayer::explain), or if something else has
/// read it.
#[derive(Clone)]
pub struct RequestBody(Result<Bytes, BodyProblem>);

impl RequestBody {
    pub(crate) fn new(read: Result<Bytes, BodyProblem>) -> Self {
        Self(read)
    }

    pub(crate) fn whole(&self) -> Result<&Bytes, BodyProblem> {
        self.0.as_ref().map_err(|problem| *problem)
    }
}

/// Why the authorizer cannot be given a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyProblem {
    TooLarge { limit: usize },
    Broken,
}

impl From<Bytes> for RequestBody {
    fn from(bytes: Bytes) -> Self {
        Self(Ok(bytes))
    }
}

/// Only how much there is.
impl fmt::Debug for RequestBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = self.whole().map(Bytes::len);
        f.debug_tuple("RequestBody").field(&length).finish()
    }
}
