//! The pet store's export: each operation asks its own authorizer, or none.

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use tower_lambda_authorizer::{
    Api,
    openapi::{ApiDefinition, AuthorizerType, UnknownRoutes},
};

use crate::{
    server::{PETSTORE, PETSTORE_SWAGGER, PetStore, REACHED, allowed, anonymous, send},
    support::get,
};

#[tokio::test]
async fn each_operation_has_its_own_guard_in_both_versions_of_the_document() {
    for document in [PETSTORE, PETSTORE_SWAGGER] {
        let store = PetStore::of(ApiDefinition::from_openapi(document));
        let layer = store.definition.into_layer().unwrap();
        for (method, path, without, with) in [
            ("GET", "/", 200, 200),
            ("GET", "/pets", 200, 200),
            ("OPTIONS", "/pets", 200, 200),
            ("POST", "/pets", 401, 200),
            ("GET", "/pets/1", 401, 200),
            ("GET", "/admin", 401, 200),
            ("GET", "/admin/users", 401, 200),
            ("DELETE", "/admin/users/7", 401, 200),
            ("HEAD", "/admin/users", 401, 200),
            // The document has no such method, or no such path.
            ("HEAD", "/pets", 403, 403),
            ("PUT", "/pets", 403, 403),
            ("GET", "/owners", 403, 403),
            ("POST", "/admin", 403, 403),
        ] {
            assert_eq!(
                anonymous(&layer, method, path).await,
                without,
                "{method} {path}"
            );
            assert_eq!(allowed(&layer, method, path).await, with, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn the_authorizer_receives_resource_parameters_and_arn() {
    let store = PetStore::of(ApiDefinition::from_openapi(PETSTORE));
    let api = Api::new("eu-west-1", "123456789012", "a1b2c3d4e5", "prod").unwrap();
    let layer = store.definition.api(api).into_layer().unwrap();

    assert_eq!(allowed(&layer, "GET", "/pets/a%20b").await, 200);
    let asked = store.keepers.last();
    assert_eq!(asked.resource(), Some("/pets/{petId}"));
    assert_eq!(
        asked.path_parameters().collect::<Vec<_>>(),
        [("petId", "a b")]
    );
    assert_eq!(asked.token(), Some("allow me"));
    assert_eq!(
        asked.method_arn().as_str(),
        "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets/a%20b"
    );

    assert_eq!(allowed(&layer, "PATCH", "/admin/users/7").await, 200);
    let asked = store.tenants.last();
    assert_eq!(asked.resource(), Some("/admin/{proxy+}"));
    assert_eq!(
        asked.path_parameters().collect::<Vec<_>>(),
        [("proxy", "users/7")]
    );
    assert_eq!(asked.identity(), ["acme", "allow"]);
    assert_eq!(store.keepers.count(), 1);
}

#[tokio::test]
async fn unknown_routes_are_answered_as_api_gateway_does() {
    let store = PetStore::of(ApiDefinition::from_openapi(PETSTORE));
    let layer = store.definition.into_layer().unwrap();
    let request = |method: &str| {
        let request = Request::builder().method(method).uri("/nowhere");
        request.body(Full::<Bytes>::default()).unwrap()
    };
    let got = send(&layer, request("GET")).await;
    assert_eq!(got.status, 403);
    assert_eq!(got.body, r#"{"message":"Missing Authentication Token"}"#);
    assert_eq!(got.headers["content-length"], "42");
    assert_eq!(got.headers["content-type"], "application/json");
    assert_eq!(
        got.headers["x-amzn-errortype"],
        "MissingAuthenticationTokenException"
    );
    assert!(got.headers.contains_key("x-amzn-requestid"));
    assert!(got.headers.contains_key("x-amz-apigw-id"));
    let got = send(&layer, request("HEAD")).await;
    assert_eq!((got.status, &*got.body), (403, ""));
}

#[tokio::test]
async fn unknown_routes_pass_if_configured() {
    let store = PetStore::of(ApiDefinition::from_openapi(PETSTORE));
    let layer = store
        .definition
        .unknown_routes(UnknownRoutes::PassOn)
        .into_layer()
        .unwrap();
    let got = send(&layer, get("/nowhere", "t")).await;
    assert_eq!((got.status, &*got.body), (200, REACHED));
    // A server answers HEAD with the handler for GET, so HEAD is guarded like GET.
    assert_eq!(anonymous(&layer, "HEAD", "/admin").await, 401);
    assert_eq!(anonymous(&layer, "HEAD", "/pets").await, 200);
    // A less specific resource has the method.
    let document = r#"
openapi: 3.0.1
paths:
  /{proxy+}: {x-amazon-apigateway-any-method: {security: [{keepers: []}]}}
  /pets: {get: {}}
  /admin: {get: {security: [{tenants: []}]}}
components:
  securitySchemes:
    keepers: {type: apiKey, in: header, name: a, x-amazon-apigateway-authorizer: {type: token}}
    tenants: {type: apiKey, in: header, name: b, x-amazon-apigateway-authorizer: {type: token}}
"#;
    let store = PetStore::of(ApiDefinition::from_openapi(document));
    let strict = store.definition.clone().into_layer().unwrap();
    let passing = store
        .definition
        .unknown_routes(UnknownRoutes::PassOn)
        .into_layer()
        .unwrap();
    assert_eq!(anonymous(&strict, "POST", "/pets").await, 403);
    assert_eq!(anonymous(&passing, "POST", "/pets").await, 401);
    assert_eq!(anonymous(&passing, "GET", "/pets").await, 200);
}

#[test]
fn the_definition_can_be_listed() {
    let definition = ApiDefinition::from_openapi(PETSTORE).unwrap();
    let operations: Vec<_> = definition
        .operations()
        .map(|operation| format!("{operation} {}", operation.authorizer().unwrap_or("-")))
        .collect();
    assert_eq!(
        operations,
        [
            "GET / -",
            "GET /admin tenants",
            "ANY /admin/{proxy+} tenants",
            "GET /pets -",
            "OPTIONS /pets -",
            "POST /pets keepers",
            "GET /pets/{petId} keepers",
        ]
    );
    let authorizers: Vec<_> = definition.authorizers().collect();
    let [(keepers, token), (tenants, request)] = &*authorizers else {
        panic!("{authorizers:?}")
    };
    assert_eq!((*keepers, *tenants), ("keepers", "tenants"));
    assert_eq!(token.authorizer_type(), AuthorizerType::Token);
    assert_eq!(
        token.identity_source().as_deref(),
        Some("method.request.header.Authorization")
    );
    assert_eq!(
        token.identity_validation_expression(),
        Some("[a-z]+ [a-z]+")
    );
    assert_eq!(token.result_ttl(), Some(Duration::from_secs(300)));
    assert_eq!(request.authorizer_type(), AuthorizerType::Request);
    assert_eq!(request.result_ttl(), Some(Duration::ZERO));
    let notes = definition.notes();
    assert!(notes.len() == 1 && notes[0].contains("`mock`"), "{notes:?}");
}

#[tokio::test]
async fn root_level_security_guards_operations_without_security() {
    let document = r#"
openapi: 3.0.1
security: [{keepers: []}]
paths:
  /a: {get: {}, post: {security: []}, put: {security: [{tenants: []}]}}
  /b: {get: {security: [{keepers: []}]}}
components:
  securitySchemes:
    keepers: {type: apiKey, in: header, name: a, x-amazon-apigateway-authorizer: {type: token}}
    tenants: {type: apiKey, in: header, name: b, x-amazon-apigateway-authorizer: {type: token}}
"#;
    let store = PetStore::of(ApiDefinition::from_openapi(document));
    assert!(store.definition.notes().is_empty());
    let layer = store.definition.into_layer().unwrap();
    for (method, status) in [("GET", 401), ("POST", 200), ("PUT", 401)] {
        assert_eq!(anonymous(&layer, method, "/a").await, status);
    }
}

#[test]
fn the_type_none_does_not_remove_the_roots_security() {
    let document = "
openapi: 3.0.1
security: [{gate: []}]
paths: {/a: {get: {x-amazon-apigateway-auth: {type: NONE}}, put: {x-amazon-apigateway-auth: {type: AWS_IAM}}}}
components: {securitySchemes: {gate: {type: apiKey, in: header, name: a, x-amazon-apigateway-authorizer: {type: token}}}}
";
    let definition = ApiDefinition::from_openapi(document).unwrap();
    for operation in definition.operations() {
        assert_eq!(operation.authorizer(), Some("gate"), "{operation}");
    }
    let written = definition.to_openapi();
    assert_eq!(
        written["paths"]["/a"]["put"]["security"],
        serde_json::json!([{"AWS_IAM": [], "gate": []}])
    );
}
