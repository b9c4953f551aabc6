//! What a layer in shadow would have refused.

use std::fmt;

use super::Denial;

/// What a layer in [shadow](crate::LambdaAuthorizerLayer::unprotected_shadow) would have refused. The request was let
/// through.
///
/// It is in the extensions of the request, for the service, and in those of the response, for the code around the
/// layer. It is not a [`Denial`] itself: a `Denial` in the extensions of a response means that the request was refused.
///
/// If several layers in shadow would have refused the request, it comes from the outermost one, whose response the
/// client would have received.
///
/// ```
/// # tokio_test::block_on(async {
/// use axum::{Router, body::Body, routing::get};
/// use http::Request;
/// use tower::ServiceExt;
/// use tower_lambda_authorizer::{
///     AuthorizerResponse, LambdaAuthorizerLayer, ShadowDenial, authorizer_fn,
/// };
///
/// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| async {
///     Ok(AuthorizerResponse::deny("*"))
/// }));
/// let app: Router = Router::new()
///     .route("/pets", get("a cat"))
///     .route_layer(layer.unprotected_shadow());
///
/// let response = app.oneshot(Request::get("/pets").body(Body::empty())?).await?;
/// assert_eq!(response.status(), 200);
/// let shadow = response.extensions().get::<ShadowDenial>().unwrap();
/// assert_eq!(shadow.would_be().response_type().as_str(), "UNAUTHORIZED");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
#[derive(Clone)]
pub struct ShadowDenial(Denial);

impl ShadowDenial {
    pub(crate) fn new(denial: Denial) -> Self {
        Self(denial)
    }

    /// The refusal that did not happen.
    #[must_use]
    pub fn would_be(&self) -> &Denial {
        &self.0
    }
}

impl fmt::Debug for ShadowDenial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ShadowDenial").field(&self.0).finish()
    }
}

impl fmt::Display for ShadowDenial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "would be refused: {}", self.0)
    }
}
