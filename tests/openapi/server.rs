//! A pet store behind the layer, and the results of requests to it.

use std::{convert::Infallible, time::Duration};

use ::tower::{Layer, ServiceExt, service_fn};
use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Full};
use tower_lambda_authorizer::openapi::{ApiAuthorizerLayer, ApiDefinition, DefinitionError};

use crate::support::{Asked, as_told};

pub(crate) const PETSTORE: &str = include_str!("petstore.json");
pub(crate) const PETSTORE_SWAGGER: &str = include_str!("petstore.swagger.yaml");
pub(crate) const ORDERS: &str = include_str!("orders.json");
pub(crate) const SAM: &str = include_str!("sam.yaml");

/// The definition with both authorizers of the pet store, which decide as the request's token says.
pub(crate) struct PetStore {
    pub(crate) keepers: Asked,
    pub(crate) tenants: Asked,
    pub(crate) definition: ApiDefinition,
}

impl PetStore {
    pub(crate) fn of(definition: Result<ApiDefinition, DefinitionError>) -> Self {
        let (keepers, tenants) = (Asked::default(), Asked::default());
        let definition = definition
            .and_then(|definition| definition.authorizer("keepers", as_told(&keepers)))
            .and_then(|definition| definition.authorizer("tenants", as_told(&tenants)))
            .unwrap()
            // Each request must reach its authorizer.
            .configure(|_, layer| layer.result_ttl(Duration::ZERO));
        Self {
            keepers,
            tenants,
            definition,
        }
    }
}

/// The response to a client, and whether the service was reached.
#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

pub(crate) const REACHED: &str = "reached";

pub(crate) async fn send(layer: &ApiAuthorizerLayer, request: Request<Full<Bytes>>) -> Got {
    let service = layer.layer(service_fn(async |_: Request<Full<Bytes>>| {
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::from(REACHED)))
    }));
    let response = service.oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Got {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body: String::from_utf8(body.into()).unwrap(),
    }
}

/// A request without credentials.
pub(crate) async fn anonymous(layer: &ApiAuthorizerLayer, method: &str, path: &str) -> u16 {
    let request = Request::builder().method(method).uri(path);
    send(layer, request.body(Full::default()).unwrap())
        .await
        .status
}

/// A request with everything that both authorizers need to allow it.
pub(crate) async fn allowed(layer: &ApiAuthorizerLayer, method: &str, path: &str) -> u16 {
    let request = Request::builder()
        .method(method)
        .uri(format!("{path}?key=allow"));
    let request = request
        .header("x-tenant", "acme")
        .header("authorization", "allow me");
    send(layer, request.body(Full::default()).unwrap())
        .await
        .status
}
