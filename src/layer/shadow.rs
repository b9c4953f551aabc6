//! Shadow: the layer decides and reports, and refuses nothing.

use super::LambdaAuthorizerLayer;
use crate::observe::events;

impl<A> LambdaAuthorizerLayer<A> {
    /// Puts the layer in shadow: **it lets every request through** and reports which ones it would have refused. With
    /// this setting the layer protects nothing. Use it to see the decisions of an authorizer in production before they
    /// take effect.
    ///
    /// Everything else is as usual: the layer checks the request, waits for the authorizer within its
    /// [timeout](Self::authorizer_timeout), evaluates the policy and caches the result. If the request would have been
    /// refused for any reason (also 400, 414 and 500), this happens instead of the refusal:
    ///
    /// - The service receives the request without an [`AuthorizerContext`](crate::AuthorizerContext), even that of a
    ///   layer around this one, and with a [`ShadowDenial`](crate::ShadowDenial) in its extensions. Handlers take
    ///   `Option<AuthorizerContext>` for as long as the layer is in shadow: the extractor without `Option` answers 500.
    /// - The response of the service has the `ShadowDenial` in its extensions, and no [`Denial`](crate::Denial). The
    ///   client sees no difference.
    /// - The event of the feature `tracing` has `decision = "shadow"`, and [`on_denial`](Self::on_denial) is called.
    ///
    /// A request that the authorizer allows is treated as without this setting. A layer inside or around this one still
    /// refuses requests as usual.
    ///
    /// This cannot be undone. Keep the layer from before, and put a clone of it in shadow:
    /// `let shadow = layer.clone().unprotected_shadow();`.
    ///
    /// The layer says that it is in shadow: in its `Debug`, in [`explain`](Self::explain), and with one warning of the
    /// feature `tracing` when this method is called. API Gateway has no such setting.
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use http::{Request, Response, StatusCode};
    /// use http_body_util::Empty;
    /// use tower::{Layer, ServiceExt, service_fn};
    /// use tower_lambda_authorizer::{
    ///     AuthorizerContext, AuthorizerError, Denial, LambdaAuthorizerLayer, ShadowDenial,
    ///     authorizer_fn, gateway_responses::ResponseType,
    /// };
    ///
    /// type Body = Empty<bytes::Bytes>;
    ///
    /// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| async {
    ///     Err(AuthorizerError::unauthorized())
    /// }))
    /// .unprotected_shadow();
    /// let service = layer.layer(service_fn(async |request: Request<Body>| {
    ///     assert!(request.extensions().get::<AuthorizerContext>().is_none());
    ///     Ok::<_, std::convert::Infallible>(Response::new(Body::new()))
    /// }));
    ///
    /// let request = Request::get("/pets").header("authorization", "bad").body(Body::new())?;
    /// let response = service.oneshot(request).await?;
    /// assert_eq!(response.status(), StatusCode::OK);
    /// assert!(response.extensions().get::<Denial>().is_none());
    /// let shadow = response.extensions().get::<ShadowDenial>().unwrap();
    /// assert_eq!(shadow.would_be().response_type(), ResponseType::Unauthorized);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    pub fn unprotected_shadow(self) -> Self {
        events::put_in_shadow();
        self.in_shadow()
    }

    pub(crate) fn in_shadow(self) -> Self {
        self.with(|settings| settings.is_shadow = true)
    }
}
