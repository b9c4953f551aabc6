//! A service whose response does not matter.

use std::convert::Infallible;

use http::{Request, Response};

/// Responds with an empty body.
pub(crate) async fn empty<B: Default>(_: Request<B>) -> Result<Response<B>, Infallible> {
    Ok(Response::default())
}
