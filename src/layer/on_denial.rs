//! Tells the application why requests are refused.

use super::LambdaAuthorizerLayer;
use crate::{explanation::Denial, observe::OnDenial};

impl<A> LambdaAuthorizerLayer<A> {
    /// Calls a function for each request that the layer refuses. In development, one line of code prints why:
    /// `.on_denial(|denial| eprintln!("{denial}"))`.
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use std::sync::mpsc::channel;
    ///
    /// use axum::{Router, body::Body, routing::get};
    /// use http::Request;
    /// use tower::ServiceExt;
    /// use tower_lambda_authorizer::{AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn};
    ///
    /// let (log, lines) = channel();
    /// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| async {
    ///     Ok(AuthorizerResponse::allow("arn:aws:execute-api:*:*:*/*/GET/pets"))
    /// }))
    /// .on_denial(move |denial| log.send(format!("{}: {denial}", denial.response_type())).unwrap());
    ///
    /// let app: Router = Router::new().route("/dogs", get("none")).route_layer(layer);
    /// let request = Request::get("/dogs").header("authorization", "t").body(Body::empty());
    /// assert_eq!(app.oneshot(request.unwrap()).await.unwrap().status(), 403);
    /// assert_eq!(
    ///     lines.recv().unwrap(),
    ///     "ACCESS_DENIED: no statement of the policy allows \
    ///      `arn:aws:execute-api:us-east-1:000000000000:placeholder/local/GET/dogs`; \
    ///      `Statement[0]` comes closest: path: `pets` does not cover `dogs`"
    /// );
    /// # });
    /// ```
    ///
    /// The line shows no header and no query, and the request's credentials are masked in the authorizer's own messages.
    /// [`Denial::explanation`] says more, and also what to do. With the feature `tracing`, each refusal is also an event.
    ///
    /// The function is called once for each response that the layer makes itself, before the response is sent, on the
    /// thread that serves the request, so it should not block. If it panics, the response does not change. Calling
    /// this method again replaces the function. API Gateway has no counterpart: its logs contain only the type of the
    /// response.
    ///
    /// A layer [in shadow](Self::unprotected_shadow) calls the function for each request that it would have refused.
    pub fn on_denial(self, on_denial: impl Fn(&Denial) + Send + Sync + 'static) -> Self {
        let on_denial = Some(OnDenial::new(on_denial));
        self.with(|settings| settings.on_denial = on_denial)
    }

    #[cfg(feature = "openapi")]
    pub(crate) fn with_on_denial(self, on_denial: Option<OnDenial>) -> Self {
        self.with(|settings| settings.on_denial = on_denial)
    }
}
