//! warp 0.4, which uses the same `http` and `hyper` as this crate.
//!
//! A filter is not a tower service, so put the layer around `warp::service`. It then decides before warp routes the
//! request, so an unknown path without credentials gets 401, and a filter reads the context with `warp::ext::get`. Serve
//! the result with hyper, as `examples/hyper.rs` does: `warp::serve` takes only filters, and axum's request bodies are not
//! `Sync`, so axum cannot serve a warp service either.

use std::convert::Infallible;

use ::warp::{Filter, Reply};
use http::{Request, Response};
use tower::{Layer, Service};
use tower_lambda_authorizer::{
    AuthorizerContext, AuthorizerError, AuthorizerRequest, AuthorizerResponse,
    LambdaAuthorizerLayer, authorizer_fn,
};

/// `B` is hyper's `Incoming` on a server, and the testing kit's body in the tests.
pub fn app<B>() -> impl Service<
    Request<B>,
    Response = Response<impl http_body::Body<Data = bytes::Bytes, Error = ::warp::Error> + Send>,
    Error = Infallible,
    Future: Send,
> + Clone
+ Send
where
    B: http_body::Body<Data: Send, Error: Into<Box<dyn std::error::Error + Send + Sync>>>
        + Send
        + Sync
        + 'static,
{
    let list = ::warp::path!("pets").map(|| "a cat and a dog");
    let me = ::warp::path!("me")
        .and(::warp::ext::get::<AuthorizerContext>())
        .map(me);
    let filters = ::warp::get().and(list.or(me));
    let authorizer = authorizer_fn(async |request| authorize(&request));
    LambdaAuthorizerLayer::token(authorizer).layer(::warp::service(filters))
}

fn authorize(request: &AuthorizerRequest) -> Result<AuthorizerResponse, AuthorizerError> {
    let policy = request.policy_builder();
    let (keeper, policy) = match request.token() {
        Some("t-ann") => ("ann", policy.allow("GET", "/*")),
        Some("t-bob") => ("bob", policy.allow("GET", "/pets")),
        _ => return Err(AuthorizerError::unauthorized()),
    };
    Ok(AuthorizerResponse::policy(policy.build()?).with_principal_id(keeper))
}

fn me(caller: AuthorizerContext) -> impl Reply {
    caller.principal_id().unwrap_or("nobody").to_owned()
}
