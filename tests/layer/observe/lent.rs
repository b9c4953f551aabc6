//! What a decision and a layer lend to observers: the response, names, masked texts, the configuration.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use http::{Request, StatusCode};
use serde_json::json;
use tower::Layer;
use tower_lambda_authorizer::{
    LambdaAuthorizerLayer, PayloadFormatVersion,
    gateway_responses::{GatewayResponse, GatewayResponses, ResponseType},
    observing::Decision,
    openapi::ApiDefinition,
    testing::{Harness, ProtectedService},
};

use super::{layer, send, tokens};

#[tokio::test]
async fn a_refusal_lends_the_response_that_the_client_gets() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&seen);
    let responses = GatewayResponses::default()
        .with(
            ResponseType::Unauthorized,
            GatewayResponse::new()
                .status(StatusCode::FORBIDDEN)
                .header("x-why", "'no token'"),
        )
        .unwrap();
    let layer = layer()
        .gateway_responses(responses)
        .observe(move |decision: &Decision<'_>| {
            told.lock()
                .unwrap()
                .push(decision.gateway_response().cloned());
        });
    let harness = Harness::new(layer);
    let refused = harness.get("/pets").send().await;
    send(&harness, "good").await;

    let seen = seen.lock().unwrap();
    let [Some(told), None] = &seen[..] else {
        panic!("{seen:?}");
    };
    assert_eq!(told.status(), StatusCode::FORBIDDEN);
    assert_eq!(told.headers()["x-why"], "no token");
    assert_eq!(
        (told.status(), told.headers(), told.body()),
        (refused.status(), refused.headers(), refused.body())
    );
}

#[tokio::test]
async fn names_are_reported_and_values_can_be_masked() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&seen);
    let layer = layer().observe(move |decision: &Decision<'_>| {
        let headers: Vec<_> = decision.header_names().map(ToString::to_string).collect();
        let text = "tok-1 sess-2 acme-3 plain-4 pass-5 tok-1 a%2Db {\"b\\\\s-6\\\"q\"}";
        let names = (headers, decision.query_names(), decision.mask(text));
        told.lock().unwrap().push(names);
    });
    let harness = Harness::new(layer);
    let request = harness
        .get("/pets?sent=a%2Db")
        .query("tenant", "acme-3")
        .header("authorization", "Bearer tok-1")
        .header("x-session-id", "sess-2")
        .header("x-colour", "plain-4")
        .header("x-api-key", "b\\s-6\"q")
        .header("proxy-authorization", "Basic dXNlcjpwYXNzLTU=");
    request.send().await;

    let seen = seen.lock().unwrap();
    let (headers, query, masked) = &seen[0];
    assert_eq!(
        headers,
        &[
            "authorization",
            "x-session-id",
            "x-colour",
            "x-api-key",
            "proxy-authorization"
        ]
    );
    assert_eq!(query, &["sent", "tenant"]);
    // The last one is the key as JSON writes it.
    assert_eq!(masked, "*** *** *** plain-4 *** *** *** {\"***\"}");
}

#[tokio::test]
async fn a_text_is_withheld_if_a_request_has_too_many_credentials() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&seen);
    let layer = layer().observe(move |decision: &Decision<'_>| {
        told.lock()
            .unwrap()
            .push(decision.mask("a secret in the last place: word-64"));
    });
    let words: Vec<_> = (0..65).map(|number| format!("word-{number}")).collect();
    let harness = Harness::new(layer);
    harness
        .get("/pets")
        .header("cookie", words.join(" "))
        .send()
        .await;
    assert_eq!(*seen.lock().unwrap(), ["***"]);
}

#[test]
fn a_layer_tells_its_configuration() {
    let layer = layer()
        .identity_validation_expression("Bearer .+")
        .unwrap()
        .result_ttl(Duration::from_secs(60))
        .unwrap()
        .unprotected_shadow();
    let configuration = layer.configuration();
    assert!(configuration.is_shadow());
    assert_eq!(configuration.result_ttl(), Duration::from_secs(60));
    assert_eq!(
        serde_json::to_value(&configuration).unwrap(),
        json!({
            "authorizerName": "pets",
            "kind": "REST TOKEN",
            "stageArn": "arn:aws:execute-api:us-east-1:000000000000:placeholder/local/",
            "identitySources": ["method.request.header.Authorization"],
            "identityValidationExpression": "Bearer .+",
            "resultTtlSeconds": 60.0,
            "hasSharedCache": false,
            "revocationBoundSeconds": null,
            "sharedCacheBreaker": null,
            "readsEarlierSecret": false,
            "authorizerBreaker": null,
            "authorizerTimeoutSeconds": 29.0,
            "methodArnLimit": 1600,
            "clientIp": "the connection's peer",
            "ambiguousPaths": "refused",
            "ambiguousHosts": "refused",
            "anonymousRequests": "refused",
            "exemptsPreflights": false,
            "givesRequestBody": false,
            "isShadow": true,
            "gatewayResponses": {},
        })
    );
}

#[test]
fn a_configuration_tells_which_values_of_a_repeated_source_the_authorizer_gets() {
    let http = LambdaAuthorizerLayer::http_api(tokens());
    let version_1 = http
        .clone()
        .payload_format_version(PayloadFormatVersion::V1)
        .unwrap();
    let of = |layer: LambdaAuthorizerLayer<_>| {
        let configuration = layer.configuration();
        let joins_headers = configuration.joins_repeated_headers();
        let joins_parameters = configuration.joins_repeated_parameters();
        let one_authorization = configuration.refuses_repeated_authorization();
        (joins_headers, joins_parameters, one_authorization)
    };
    assert_eq!(of(layer()), (false, false, false));
    assert_eq!(of(http), (true, true, false));
    assert_eq!(of(version_1), (true, false, false));
    assert_eq!(
        of(LambdaAuthorizerLayer::websocket_api(tokens())),
        (false, false, true)
    );
}

#[tokio::test]
async fn a_whole_api_tells_its_operations_authorizers_and_results() {
    let document = r#"{
        "openapi": "3.0.1",
        "components": {"securitySchemes": {"keepers": {
            "type": "apiKey", "in": "header", "name": "Authorization",
            "x-amazon-apigateway-authorizer": {"type": "token", "authorizerResultTtlInSeconds": 7}
        }}},
        "paths": {
            "/pets": {"get": {"security": [{"keepers": []}]}},
            "/open": {"x-amazon-apigateway-any-method": {}}
        }
    }"#;
    let layer = ApiDefinition::from_openapi(document)
        .and_then(|definition| definition.authorizer("keepers", tokens()))
        .and_then(ApiDefinition::into_layer)
        .unwrap();
    let operations = layer.operations();
    let operations: BTreeMap<_, _> = operations
        .map(|operation| (operation.to_string(), operation.authorizer()))
        .collect();
    assert_eq!(
        operations,
        BTreeMap::from([
            ("ANY /open".to_owned(), None),
            ("GET /pets".to_owned(), Some("keepers")),
        ])
    );
    let configurations: Vec<_> = layer.configurations().collect();
    let [configuration] = &configurations[..] else {
        panic!("{configurations:?}");
    };
    assert_eq!(configuration.authorizer_name(), Some("keepers"));
    assert_eq!(configuration.result_ttl(), Duration::from_secs(7));

    assert!(layer.results("others").is_none());
    let results = layer.results("keepers").unwrap();
    let harness = Harness::app(layer.layer(ProtectedService::new()));
    send(&harness, "good").await;
    send(&harness, "good").await;
    assert_eq!(results.statistics().hits, 1);
    results.clear().await.unwrap();
    send(&harness, "good").await;
    assert_eq!(results.statistics().hits, 1);
}

/// Otherwise a handle to the results of one authorizer could be that of another.
#[tokio::test]
async fn an_authorizer_of_a_whole_api_keeps_the_name_of_the_document() {
    let document = r#"{
        "openapi": "3.0.1",
        "components": {"securitySchemes": {
            "keepers": {
                "type": "apiKey", "in": "header", "name": "Authorization",
                "x-amazon-apigateway-authorizer": {"type": "token"}
            },
            "visitors": {
                "type": "apiKey", "in": "header", "name": "Authorization",
                "x-amazon-apigateway-authorizer": {"type": "token"}
            }
        }},
        "paths": {
            "/cages": {"get": {"security": [{"visitors": []}]}},
            "/pets": {"get": {"security": [{"keepers": []}]}}
        }
    }"#;
    let layer = ApiDefinition::from_openapi(document)
        .and_then(|definition| definition.authorizer("keepers", tokens()))
        .and_then(|definition| definition.authorizer("visitors", tokens()))
        .and_then(|definition| {
            let renamed = definition.configure(|_, layer| Ok(layer.authorizer_name("visitors")));
            renamed.into_layer()
        })
        .unwrap();
    let results = |name| layer.results(name).unwrap();
    let harness = Harness::app(layer.clone().layer(ProtectedService::new()));
    send(&harness, "good").await;
    results("visitors").clear().await.unwrap();
    send(&harness, "good").await;
    assert_eq!(harness.invocations(), 1);
    results("keepers").clear().await.unwrap();
    send(&harness, "good").await;
    assert_eq!(harness.invocations(), 2);
}

/// A handler of axum may await an explanation, because its future is `Send`.
#[test]
fn explanations_are_awaited_on_any_thread() {
    fn is_send<T: Send>(_: &T) {}
    let document = r#"{"openapi": "3.0.1", "paths": {"/pets": {"get": {}}}}"#;
    let api = ApiDefinition::from_openapi(document).and_then(ApiDefinition::into_layer);
    is_send(&layer().explain(Request::new(())));
    is_send(&api.unwrap().explain(Request::new(())));
}
