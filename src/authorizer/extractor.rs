//! `AuthorizerContext` as an extractor for axum's handlers.

use std::convert::Infallible;

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    response::{IntoResponse, Response},
};
use http::{StatusCode, request::Parts};
use thiserror::Error;

use super::AuthorizerContext;

/// Extracts the caller in a handler behind the layer. For a type of your own, use
/// [`Authorized`](crate::Authorized). If the layer does not guard all of a handler's routes, use
/// `Option<AuthorizerContext>`.
///
/// ```
/// use axum::{Router, routing::get};
/// use tower_lambda_authorizer::{
///     AuthorizerContext, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn, testing::Harness,
/// };
///
/// async fn hello(context: AuthorizerContext) -> String {
///     format!("hello {}", context.principal_id().unwrap_or("stranger"))
/// }
///
/// let app: Router = Router::new()
///     .route("/hello", get(hello))
///     .route_layer(LambdaAuthorizerLayer::token(authorizer_fn(|request| async move {
///         Ok(AuthorizerResponse::allow(request.method_arn()).with_principal_id("user-1"))
///     })));
///
/// # tokio_test::block_on(async {
/// let harness = Harness::app(app);
/// harness.get("/hello").header("authorization", "t").send().await.assert_body("hello user-1");
/// # });
/// ```
impl<S: Send + Sync> FromRequestParts<S> for AuthorizerContext {
    type Rejection = MissingAuthorizerContext;

    async fn from_request_parts(
        parts: &mut Parts,
        _state: &S,
    ) -> Result<Self, MissingAuthorizerContext> {
        let context = parts.extensions.get::<Self>();
        context.cloned().ok_or(MissingAuthorizerContext(()))
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for AuthorizerContext {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Option<Self>, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned())
    }
}

/// The rejection of a handler that extracts the context of a request that no authorizer has allowed: a 500.
#[derive(Debug, Error)]
#[error(
    "this route asks for the authorizer's context, but no `LambdaAuthorizerLayer` is around it, or the layer let the request \
     through without its authorizer (a preflight, an anonymous request, an open operation, a shadow): call \
     `Router::route_layer` after the route was added, or take an `Option`"
)]
pub struct MissingAuthorizerContext(());

impl IntoResponse for MissingAuthorizerContext {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, self.to_string()).into_response()
    }
}
