//! Gateway responses: every type, by default and customised, and the ready-made choices.

use std::{convert::Infallible, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Empty};
use serde_json::{Value, json};
use tower::{Layer, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    Authorizer, AuthorizerError, AuthorizerRequest, AuthorizerResponse, LambdaAuthorizerLayer,
    authorizer_fn,
    gateway_responses::{
        Cors, GatewayFailure, GatewayResponse, GatewayResponses, ResponseFamily, ResponseType,
        WwwAuthenticate,
    },
};

use crate::empty_service::empty;

mod bodies;
mod cors;
mod cost;
mod denials;
mod grpc;
mod headers;
mod openapi;
mod templates;
mod types;
mod websocket;

type Body = Empty<Bytes>;

/// An authorizer that does what the token says.
fn layer() -> LambdaAuthorizerLayer<impl Authorizer> {
    LambdaAuthorizerLayer::token(authorizer_fn(|request: AuthorizerRequest| async move {
        match request.token() {
            Some("allow") => Ok(AuthorizerResponse::allow("*")),
            Some("deny") => Ok(AuthorizerResponse::deny("*").with_context("reason", "quota")),
            Some("silent") => Ok(AuthorizerResponse::allow("arn:aws:execute-api:::x")),
            Some("who?") => Err(AuthorizerError::unauthorized()),
            Some("empty") => Ok(AuthorizerResponse::from_json(b"{}")?),
            other => Err(AuthorizerError::new(format!("cannot read {other:?}"))),
        }
    }))
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

async fn text<B: http_body::Body<Data = Bytes>>(response: Response<B>) -> Answer {
    let (parts, body) = response.into_parts();
    let Ok(body) = body.collect().await else {
        panic!("the body fails")
    };
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: String::from_utf8(body.to_bytes().into()).unwrap(),
    }
}

async fn send(responses: GatewayResponses, request: http::request::Builder) -> Answer {
    let inner = service_fn(empty::<Body>);
    let service = layer().gateway_responses(responses).layer(inner);
    text(
        service
            .oneshot(request.body(Body::new()).unwrap())
            .await
            .unwrap(),
    )
    .await
}

fn get() -> http::request::Builder {
    Request::get("/pets")
}

fn post() -> http::request::Builder {
    Request::post("/pets.Pets/List")
}

fn with_token(token: &str) -> http::request::Builder {
    get().header("authorization", token)
}
