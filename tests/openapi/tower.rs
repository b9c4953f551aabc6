//! The contract of tower: readiness, and one call on the service that is ready.

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use tower_lambda_authorizer::openapi::{ApiAuthorizerLayer, ApiDefinition};
use tower_test::{assert_request_eq, mock};

use crate::server::{PETSTORE, PetStore};

type Body = Full<Bytes>;

fn layer() -> ApiAuthorizerLayer {
    let store = PetStore::of(ApiDefinition::from_openapi(PETSTORE));
    store.definition.into_layer().unwrap()
}

/// A request that can be compared.
#[derive(Debug, PartialEq)]
struct Plain(String);

#[tokio::test]
async fn the_service_that_was_polled_ready_is_called() {
    use ::tower::{ServiceBuilder, ServiceExt, limit::ConcurrencyLimitLayer};
    let (service, mut handle) = mock::pair::<Plain, Response<Body>>();
    let mut service = ServiceBuilder::new()
        .layer(layer())
        .layer(ConcurrencyLimitLayer::new(1))
        .map_request(|request: Request<Body>| Plain(request.uri().to_string()))
        .service(service);

    // A refusal releases the only permit, even if its future is still alive.
    let refused = {
        let ready = service.ready().await.unwrap();
        ::tower::Service::call(ready, Request::post("/pets").body(Body::default()).unwrap())
    };
    let open = {
        let ready = service.ready().await.unwrap();
        ::tower::Service::call(ready, Request::get("/pets").body(Body::default()).unwrap())
    };
    handle.allow(1);
    let answer = async {
        assert_request_eq!(handle, Plain("/pets".into())).send_response(Response::default());
    };
    let (open, ()) = tokio::join!(open, answer);
    assert_eq!(open.unwrap().status(), 200);
    assert_eq!(refused.await.unwrap().status(), 401);
}

#[test]
fn the_layer_and_the_service_can_be_shared() {
    fn shared<T: Clone + Send + Sync + 'static>(_: &T) {}
    let layer = layer();
    shared(&layer);
    let service = ::tower::Layer::layer(&layer, ());
    shared(&service);
    assert_eq!(*service.get_ref(), ());
    assert!(format!("{layer:?}").contains("ApiAuthorizerLayer"));
}

#[tokio::test]
async fn a_request_is_explained_with_its_operations_authorizer() {
    let layer = layer();
    let explain = async |request: http::request::Builder| {
        let explanation = layer.explain(request.body(()).unwrap()).await;
        (explanation.is_allowed(), explanation.reason().to_owned())
    };
    let open = layer
        .explain(Request::get("/pets").body(()).unwrap())
        .await
        .to_string();
    assert!(open.starts_with("allowed: the operation is open: it has no authorizer\n"));
    assert!(
        open.contains("\n  identity    no identity source is read\n"),
        "{open}"
    );
    let (allowed, reason) = explain(Request::post("/pets")).await;
    assert!(!allowed && reason.contains("is missing"), "{reason}");
    let (allowed, reason) = explain(Request::get("/dogs")).await;
    assert!(!allowed && reason.contains("no operation"), "{reason}");
}
