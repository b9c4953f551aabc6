//! This crate, without a cache.

use std::time::Duration;

use http::StatusCode;
use tower_lambda_authorizer::{
    Authorizer, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
    gateway_responses::{GatewayResponse, GatewayResponses, ResponseType},
};
use tower_layer::Layer;

use crate::{protected::Protected, requests::Requests, subject::Subject};

/// With an authorizer that allows the request, at once and with one statement.
pub(crate) fn plain(requests: Requests) -> Subject {
    Subject::new(layer().layer(Protected), requests)
}

/// With a response that has a status, two headers and a template of its own.
pub(crate) fn customised(requests: Requests) -> Subject {
    let response = GatewayResponse::new()
        .status(StatusCode::UNAUTHORIZED)
        .header("cache-control", "'no-store'")
        .header("www-authenticate", "'Bearer'")
        .template(
            "application/json",
            r#"{"message":$context.error.messageString,"id":"$context.requestId"}"#,
        );
    let responses = GatewayResponses::default()
        .with(ResponseType::Unauthorized, response)
        .expect("a valid response");
    let layer = layer().gateway_responses(responses);
    Subject::new(layer.layer(Protected), requests)
}

fn layer() -> LambdaAuthorizerLayer<impl Authorizer> {
    LambdaAuthorizerLayer::token(authorizer_fn(|request| async move {
        Ok(AuthorizerResponse::allow(request.method_arn()))
    }))
    .result_ttl(Duration::ZERO)
    .expect("zero keeps nothing")
}
