//! Mistakes that the compiler explains. This example is empty, unless a test compiles it with `--cfg mistakes` to
//! read the messages.
#![cfg(mistakes)]
#![allow(clippy::unwrap_used, missing_docs)]

use std::{
    convert::Infallible,
    error::Error,
    future::{Ready, ready},
    task::{Context, Poll},
};

use http::{Request, Response};
use tower::{Layer, Service};
use tower_lambda_authorizer::{
    Authorizer, AuthorizerRequest, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
};

/// A closure without `authorizer_fn`
///
/// If the closure's argument has no type, the compiler first asks for one (`type annotations needed`). Inside
/// `authorizer_fn`, the argument does not need a type.
pub fn a_closure_without_authorizer_fn() {
    let layer = LambdaAuthorizerLayer::token(async |request: AuthorizerRequest| {
        Ok(AuthorizerResponse::allow(request.method_arn()))
    });
    drop(layer);
}

/// A `Box<dyn Authorizer>`
///
/// The compiler's first message quotes this crate's source. A comment there says what to use.
pub fn a_box_of_a_trait_object(authorizer: Box<dyn Authorizer>) {
    let layer = LambdaAuthorizerLayer::token(authorizer);
    drop(layer);
}

/// `?` on a boxed error
///
/// Only you know whether the caller (401) or the authorizer (500) is at fault. An error of the type `Box<dyn Error>` or
/// `anyhow::Error` does not say it, so say it where you use `?`.
pub fn a_question_mark_on_a_boxed_error() {
    let layer = LambdaAuthorizerLayer::token(authorizer_fn(async |request| {
        let user = verify(request.bearer_token()?)?;
        Ok(AuthorizerResponse::allow("*").with_principal_id(user))
    }));
    drop(layer);
}

fn verify(_: &str) -> Result<String, Box<dyn Error + Send + Sync>> {
    Err("the token has expired".into())
}

/// A function that returns another error
///
/// An authorizer returns an `AuthorizerError`, which says whether the client gets 401 or 500. Let the function return it. Or
/// put a closure around the function, for which all errors are a 500:
/// `authorizer_fn(async |request| Ok(authorize(request).await.or_failed()?))`.
pub fn a_function_with_another_error() {
    let layer = LambdaAuthorizerLayer::token(authorizer_fn(authorize));
    drop(layer);
}

async fn authorize(
    _: AuthorizerRequest,
) -> Result<AuthorizerResponse, Box<dyn Error + Send + Sync>> {
    Ok(AuthorizerResponse::allow("*"))
}

/// An inner service that is not `Clone`
///
/// While the layer waits for the authorizer, it keeps the service that is ready. So it needs a clone for the next
/// request. If your service cannot be cloned, put tower's `Buffer` around it.
pub fn an_inner_service_that_is_not_clone() {
    let layer =
        LambdaAuthorizerLayer::token(authorizer_fn(async |_| Ok(AuthorizerResponse::allow("*"))));
    let service = layer.layer(Pets);
    drop(service);
}

pub struct Pets;

impl Service<Request<String>> for Pets {
    type Response = Response<String>;
    type Error = Infallible;
    type Future = Ready<Result<Response<String>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<String>) -> Self::Future {
        ready(Ok(Response::new(String::new())))
    }
}
