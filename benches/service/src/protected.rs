//! The services behind the layers, and what they cost without any.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    task::{Context, Poll},
};

use axum::{body::Body, extract::Request, response::Response};
use http::StatusCode;
use tower_service::Service;

use crate::{
    requests::{self, Requests},
    subject::Subject,
};

/// The body of every 401, but for the customised one.
pub(crate) const UNAUTHORIZED: &str = r#"{"message":"Unauthorized"}"#;

/// The protected service: keeps the request for the next time.
#[derive(Debug, Clone)]
pub(crate) struct Protected;

impl Service<Request> for Protected {
    type Response = Response;
    type Error = Infallible;
    type Future = Ready<Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        requests::give_back(request);
        ready(Ok(Response::new(Body::empty())))
    }
}

/// The same, but it throws away what was put into the request's extensions.
#[derive(Debug, Clone)]
pub(crate) struct Forgetful;

impl Service<Request> for Forgetful {
    type Response = Response;
    type Error = Infallible;
    type Future = Ready<Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        *request.extensions_mut() = http::Extensions::new();
        Protected.call(request)
    }
}

/// Throws the request away and answers 401: the least that a rejection takes.
#[derive(Debug, Clone)]
struct Refusing;

impl Service<Request> for Refusing {
    type Response = Response;
    type Error = Infallible;
    type Future = Ready<Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request) -> Self::Future {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::UNAUTHORIZED;
        ready(Ok(response))
    }
}

pub(crate) fn bare(requests: Requests) -> Subject {
    Subject::new(Protected, requests)
}

pub(crate) fn refusing(requests: Requests) -> Subject {
    Subject::new(Refusing, requests)
}
