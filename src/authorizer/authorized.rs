//! The typed context as an extractor for axum's handlers.

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    response::{IntoResponse, Response},
};
use http::{StatusCode, request::Parts};
use serde::de::DeserializeOwned;
use thiserror::Error;

use super::{AuthorizerContext, AuthorizerContextError, MissingAuthorizerContext};

/// Extracts what the authorizer said about the caller, as a type of the application. It works like
/// [`AuthorizerContext::deserialize`]: a text is converted to what the type asks for.
///
/// If the layer does not guard all of a handler's routes, use `Option<Authorized<T>>`. It is `None` if there was no
/// layer. A context that does not fit the type is still an error.
///
/// ```
/// use axum::{Router, routing::get};
/// use tower_lambda_authorizer::{
///     Authorized, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn, testing::Harness,
/// };
///
/// #[derive(serde::Deserialize)]
/// struct Caller {
///     tenant: String,
///     admin: bool,
/// }
///
/// async fn hello(Authorized(caller): Authorized<Caller>) -> String {
///     format!("{} is {}an admin", caller.tenant, if caller.admin { "" } else { "not " })
/// }
///
/// # tokio_test::block_on(async {
/// let app: Router = Router::new()
///     .route("/hello", get(hello))
///     .route_layer(LambdaAuthorizerLayer::token(authorizer_fn(|request| async move {
///         Ok(AuthorizerResponse::allow(request.method_arn())
///             .with_context("tenant", "acme")
///             .with_context("admin", request.token() == Some("boss")))
///     })));
/// let harness = Harness::app(app);
/// let get = |token| harness.get("/hello").header("authorization", token).send();
/// get("boss").await.assert_body("acme is an admin");
/// get("clerk").await.assert_body("acme is not an admin");
/// # });
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(clippy::exhaustive_structs, reason = "a handler takes it apart")]
pub struct Authorized<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Authorized<T> {
    type Rejection = AuthorizedRejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AuthorizedRejection> {
        let context =
            <AuthorizerContext as FromRequestParts<S>>::from_request_parts(parts, state).await?;
        Ok(Self(context.deserialize()?))
    }
}

impl<S: Send + Sync, T: DeserializeOwned> OptionalFromRequestParts<S> for Authorized<T> {
    type Rejection = AuthorizedRejection;

    async fn from_request_parts(
        parts: &mut Parts,
        _state: &S,
    ) -> Result<Option<Self>, AuthorizedRejection> {
        let context = parts.extensions.get::<AuthorizerContext>();
        let read = context.map(AuthorizerContext::deserialize).transpose()?;
        Ok(read.map(Self))
    }
}

/// The rejection of [`Authorized`]. Both variants are mistakes of the server, so the response is a 500. Its body says
/// what is wrong, but shows no value of the context.
#[derive(Debug, Error)]
#[error("{0}")]
#[non_exhaustive]
pub enum AuthorizedRejection {
    /// No layer is in front of the handler.
    MissingContext(#[from] MissingAuthorizerContext),
    /// The context does not fit the type.
    UnfitContext(#[from] AuthorizerContextError),
}

impl IntoResponse for AuthorizedRejection {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, self.to_string()).into_response()
    }
}
