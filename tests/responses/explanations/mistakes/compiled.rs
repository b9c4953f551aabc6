//! Mistakes that the compiler explains. This example is empty, unless a test compiles it with `--cfg mistakes` to
//! read the messages.
#![cfg(mistakes)]
#![allow(clippy::unwrap_used, missing_docs)]

use std::{
    convert::Infallible,
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
/// If the closure's argument has no type, the compiler first asks for that (`type annotations needed`). Inside
/// `authorizer_fn`, it needs none.
pub fn a_closure_without_authorizer_fn() {
    let layer = LambdaAuthorizerLayer::token(async |request: AuthorizerRequest| {
        Ok(AuthorizerResponse::allow(request.method_arn()))
    });
    drop(layer);
}

/// A `Box<dyn Authorizer>`
///
/// The second line is a comment in this crate's source, which the compiler quotes.
pub fn a_box_of_a_trait_object(authorizer: Box<dyn Authorizer>) {
    let layer = LambdaAuthorizerLayer::token(authorizer);
    drop(layer);
}

/// An inner service that is not `Clone`
///
/// The layer keeps the service that is ready while it waits for the authorizer, and needs another one for the next
/// request. A service that cannot be cloned works behind tower's `Buffer`.
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
