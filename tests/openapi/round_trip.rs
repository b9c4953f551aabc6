//! Writing a definition, and reading it again.

use tower_lambda_authorizer::openapi::ApiDefinition;

use crate::server::{ORDERS, PETSTORE, PETSTORE_SWAGGER, PetStore, SAM, anonymous};

#[test]
fn a_written_definition_reads_the_same() {
    let iam = "openapi: 3.0.1
security: [{a: []}]
paths: {/x: {get: {x-amazon-apigateway-auth: {type: AWS_IAM}, security: [{b: []}, {a: []}]}, head: {}}}
components:
  securitySchemes:
    a: {type: apiKey, name: Unused, in: header, x-amazon-apigateway-authtype: oauth2,
        x-amazon-apigateway-authorizer: {type: request, authorizerPayloadFormatVersion: 2.0,
          enableSimpleResponses: true, identitySource: $request.header.A, authorizerUri: {Fn::Sub: x}}}
    b: {type: http}";
    let responses = "openapi: 3.0.1
x-amazon-apigateway-gateway-responses: {DEFAULT_5XX: {statusCode: 599}}
paths: {/x: {get: {}}}";
    for definition in [
        ApiDefinition::from_openapi(PETSTORE),
        ApiDefinition::from_openapi(PETSTORE_SWAGGER),
        ApiDefinition::from_openapi(iam),
        ApiDefinition::from_openapi(responses),
        ApiDefinition::from_openapi(ORDERS),
        ApiDefinition::from_cloudformation(SAM),
    ] {
        let definition = definition.unwrap();
        let written = definition.to_openapi();
        let again = ApiDefinition::from_openapi(&written.to_string()).unwrap();
        assert_eq!(without_lost_notes(&again), without_lost_notes(&definition));
        assert_eq!(again.to_openapi(), written);
    }
}

/// A written document does not say what SAM has added, and has no integrations.
fn without_lost_notes(definition: &ApiDefinition) -> String {
    let notes = definition.notes();
    let lost = |note: &&String| note.starts_with("SAM ") || note.contains("`mock`");
    let lost = notes.iter().filter(lost);
    lost.fold(format!("{definition:?}"), |shown, note| {
        shown.replace(&format!("{note:?}"), "")
    })
}

#[test]
fn both_versions_of_the_export_are_one_definition() {
    let [json, yaml] = [PETSTORE, PETSTORE_SWAGGER]
        .map(|document| ApiDefinition::from_openapi(document).unwrap().to_openapi());
    assert_eq!(json, yaml);
    let keepers = &json["components"]["securitySchemes"]["keepers"];
    assert_eq!(keepers["x-amazon-apigateway-authorizer"]["type"], "token");
    assert_eq!(keepers["name"], "Authorization");
    let tenants = &json["components"]["securitySchemes"]["tenants"];
    assert_eq!(tenants["name"], "Unused");
    let responses = &json["x-amazon-apigateway-gateway-responses"];
    assert_eq!(responses["UNAUTHORIZED"]["statusCode"], "401");
}

#[tokio::test]
async fn a_written_definition_guards() {
    let written = ApiDefinition::from_cloudformation(SAM)
        .unwrap()
        .to_openapi()
        .to_string();
    let store = PetStore::of(ApiDefinition::from_openapi(&written));
    let layer = store.definition.into_layer().unwrap();
    assert_eq!(anonymous(&layer, "POST", "/pets").await, 401);
    assert_eq!(anonymous(&layer, "GET", "/pets").await, 200);
}
