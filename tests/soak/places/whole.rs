//! A whole API that is read from its document.

use std::sync::{Arc, Mutex};

use serde_json::json;
use tower_lambda_authorizer::openapi::ApiDefinition;

use super::{
    Kind, Place,
    keeping::Keeping,
    layers::{TIMEOUT, api, moody},
    protected::send,
};
use crate::scene::Scene;

/// It has two authorizers with one cache, and an open operation.
pub(super) fn whole(scene: &Arc<Scene>, keeping: Keeping) -> Place {
    let token = scene
        .oracle()
        .authorizer(keeping.facts("a whole API, TOKEN"));
    let request = scene
        .oracle()
        .authorizer(keeping.facts("a whole API, REQUEST"));
    let cache = keeping.cache();
    let results = Arc::new(Mutex::new(Vec::new()));
    let (taken, clock) = (Arc::clone(&results), scene.clock.clock());
    let layers_cache = cache.clone();
    let layer = ApiDefinition::from_openapi(&document(keeping.ttl))
        .unwrap()
        .api(api())
        .authorizer("token", moody(scene, token))
        .unwrap()
        .authorizer("request", moody(scene, request))
        .unwrap()
        .configure(move |name, layer| {
            let layer = layer
                .clock(clock.clone())
                .authorizer_timeout(TIMEOUT)?
                .cache(layers_cache.clone());
            let number = if name == "token" { token } else { request };
            taken.lock().unwrap().push((number, layer.results()));
            Ok(layer)
        })
        .into_layer()
        .unwrap();
    let results = results.lock().unwrap().clone();
    Place {
        kind: Kind::Whole { token, request },
        send: send(scene, &layer),
        results,
        cache,
        owns_cache: true,
        max_bytes: keeping.max_bytes,
    }
}

fn document(ttl: u64) -> String {
    let scheme = |kind: &str, sources: &str| {
        json!({
            "type": "apiKey", "name": "authorization", "in": "header",
            "x-amazon-apigateway-authtype": "custom",
            "x-amazon-apigateway-authorizer": {
                "type": kind, "identitySource": sources, "authorizerResultTtlInSeconds": ttl,
                "authorizerUri": "arn:aws:apigateway:eu-west-1:lambda:path/functions/soak/invocations",
            },
        })
    };
    let by = |scheme: &str| json!({"security": [{scheme: []}], "responses": {}});
    json!({
        "openapi": "3.0.1",
        "info": {"title": "soak", "version": "1"},
        "paths": {
            "/pets": {"get": by("token"), "post": by("request")},
            "/pets/{id}": {"get": by("token"), "delete": by("request")},
            "/open": {"get": {"responses": {}}},
        },
        "components": {"securitySchemes": {
            "token": scheme("token", "method.request.header.authorization"),
            "request": scheme(
                "request",
                "method.request.header.authorization, method.request.querystring.tenant",
            ),
        }},
    })
    .to_string()
}
