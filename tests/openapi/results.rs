//! The cached results of a whole API's authorizers.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use tower_lambda_authorizer::{
    Api,
    openapi::{ApiAuthorizerLayer, ApiDefinition},
};

use crate::server::{PETSTORE, PetStore, send};

async fn status(layer: &ApiAuthorizerLayer, token: &str) -> u16 {
    let request = Request::post("/pets").header("authorization", token);
    send(layer, request.body(Full::<Bytes>::default()).unwrap())
        .await
        .status
}

/// The API, its stage and its name are set at this point.
#[tokio::test]
async fn a_result_handle_from_configure_works_for_the_apis_results() {
    let store = PetStore::of(ApiDefinition::from_openapi(PETSTORE));
    let taken = Arc::new(Mutex::new(None));
    let place = Arc::clone(&taken);
    let api = Api::new("eu-west-1", "123456789012", "a1b2c3", "prod").unwrap();
    let definition = store.definition.api(api).configure(move |name, layer| {
        if name == "keepers" {
            *place.lock().unwrap() = Some(layer.results());
        }
        Ok(layer)
    });
    let layer = definition.into_layer().unwrap();
    let results = taken.lock().unwrap().take().unwrap();
    for calls in [1, 1] {
        assert_eq!(status(&layer, "allow me").await, 200);
        assert_eq!(store.keepers.count(), calls);
    }
    assert_eq!(results.statistics().hits, 1);
    results.invalidate(["allow me"]).await.unwrap();
    assert_eq!(status(&layer, "allow me").await, 200);
    assert_eq!(store.keepers.count(), 2);
    results.clear().await.unwrap();
    assert_eq!(status(&layer, "allow me").await, 200);
    assert_eq!(store.keepers.count(), 3);
}
