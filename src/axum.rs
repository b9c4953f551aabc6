//! axum: the extractor for handlers, and what axum knows of a request.

use std::{convert::Infallible, fmt, net::SocketAddr};

use axum::{
    extract::{
        ConnectInfo, FromRequestParts, MatchedPath, OptionalFromRequestParts, OriginalUri,
        RawPathParams, connect_info::MockConnectInfo,
    },
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use http::{StatusCode, Uri, request::Parts};

use crate::{authorizer_context::AuthorizerContext, resource::ResourceMatch};

/// What axum has left in the request's extensions: the matched path, its parameters, and the URI as it
/// was before a nested router cut off its part.
pub(crate) fn resource_match(parts: &mut Parts) -> ResourceMatch {
    let mut matched = ResourceMatch::new();
    if let Some(path) = parts.extensions.get::<MatchedPath>() {
        matched = matched.with_resource(path.as_str());
    }
    if let Some(OriginalUri(uri)) = parts.extensions.get::<OriginalUri>() {
        matched = matched.with_original_uri(uri.clone());
    }
    // This extractor awaits nothing, so it is ready at once.
    let parameters = RawPathParams::from_request_parts(parts, &()).now_or_never();
    if let Some(Ok(parameters)) = parameters {
        for (name, value) in &parameters {
            matched = matched.with_path_parameter(name, value);
        }
    }
    matched
}

/// The URI as it was before a nested router cut off its part.
pub(crate) fn original_uri(parts: &Parts) -> &Uri {
    let original = parts.extensions.get::<OriginalUri>();
    original.map_or(&parts.uri, |OriginalUri(uri)| uri)
}

/// The peer's address, where the server was made with connect info.
pub(crate) fn connect_info(parts: &Parts) -> Option<SocketAddr> {
    let info = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let mock = || parts.extensions.get::<MockConnectInfo<SocketAddr>>();
    info.map(|ConnectInfo(address)| *address)
        .or_else(|| mock().map(|MockConnectInfo(address)| *address))
}

/// As a server that was made with connect info leaves it.
#[cfg(feature = "testing")]
pub(crate) fn set_connect_info(extensions: &mut http::Extensions, address: SocketAddr) {
    extensions.insert(ConnectInfo(address));
}

/// In a handler behind the layer: who the caller is. `Option<AuthorizerContext>` where a handler is
/// reached both through the layer and past it.
///
/// ```
/// use axum::{Router, routing::get};
/// use tower_lambda_authorizer::{
///     AuthorizerContext, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
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
/// # let _ = app;
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

/// A handler asks for an [`AuthorizerContext`], and no layer in front of it made one: a 500.
#[derive(Debug)]
pub struct MissingAuthorizerContext(());

impl fmt::Display for MissingAuthorizerContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "this route asks for an `AuthorizerContext`, but no `LambdaAuthorizerLayer` is around it: \
             add one with `Router::route_layer`, or take `Option<AuthorizerContext>`",
        )
    }
}

impl std::error::Error for MissingAuthorizerContext {}

impl IntoResponse for MissingAuthorizerContext {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, self.to_string()).into_response()
    }
}
