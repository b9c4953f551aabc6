//! A request's body that was read for an authorizer.

use std::fmt;

use bytes::Bytes;

/// The body of a request, or the reason why it could not be read. It is stored in the request's extensions.
///
/// [`ReadRequestBodyLayer`](crate::request_body::ReadRequestBodyLayer) creates it. If your own code has read the body,
/// create it from the bytes and insert it into the extensions. Do the same for
/// [`explain`](crate::LambdaAuthorizerLayer::explain).
///
/// ```
/// # tokio_test::block_on(async {
/// use bytes::Bytes;
/// use http::Request;
/// use tower_lambda_authorizer::{
///     AuthorizerError, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
///     request_body::RequestBody,
/// };
///
/// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|request| async move {
///     match request.body().map(AsRef::as_ref) {
///         Some(b"signed") => Ok(AuthorizerResponse::allow("*")),
///         _ => Err(AuthorizerError::unauthorized()),
///     }
/// }))
/// .request_body()?;
///
/// let request = |body| {
///     Request::post("/hook")
///         .header("authorization", "t")
///         .extension(RequestBody::from(Bytes::from_static(body)))
///         .body(())
/// };
/// assert!(layer.explain(request(b"signed")?).await.is_allowed());
/// assert!(!layer.explain(request(b"changed")?).await.is_allowed());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
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

/// Why the authorizer cannot receive a body.
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

/// Shows only the length.
impl fmt::Debug for RequestBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = self.whole().map(Bytes::len);
        f.debug_tuple("RequestBody").field(&length).finish()
    }
}
