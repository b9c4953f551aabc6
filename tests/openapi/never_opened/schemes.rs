//! The names in `security`: at the root, of schemes that something else checks, and of none.

use tower_lambda_authorizer::openapi::ApiDefinition;

use super::{REST, problem, sam};
use crate::sam::listed;

#[test]
fn root_security_guards_a_rest_api() {
    let document = include_str!("../../cases/templates/01-root-security-rest.yaml");
    let definition = ApiDefinition::from_openapi(document).unwrap();
    assert_eq!(
        listed(&definition),
        ["ANY /echo/{text} gate", "GET /open-or-not gate"]
    );
}

#[test]
fn a_user_pool_at_the_root_must_be_left_unchecked() {
    let document = include_str!("../../cases/templates/02-root-security-rest-cognito.yaml");
    let definition = ApiDefinition::from_openapi(document).unwrap();
    let error = definition.clone().into_layer().unwrap_err().to_string();
    assert!(
        error.contains("`people` is a Cognito user pool authorizer") && error.contains("`GET /a`"),
        "{error}"
    );
    let definition = definition.leave_unchecked("people").unwrap();
    assert!(definition.into_layer().is_ok());
}

#[test]
fn the_marker_for_no_authorizer_is_not_a_scheme() {
    let template = include_str!("../../cases/templates/08-none-of-a-processed-template.yaml");
    let definition = ApiDefinition::from_cloudformation(template).unwrap();
    assert_eq!(listed(&definition), ["GET /free -", "GET /paid Gate"]);
    let written = definition.to_openapi();
    assert_eq!(
        written["paths"]["/free"]["get"]["security"],
        serde_json::json!([])
    );
    // A scheme with this name is a scheme, but SAM cannot tell it from the marker.
    let named = template.replace("Gate:", "NONE:");
    let definition = ApiDefinition::from_cloudformation(&named).unwrap();
    assert_eq!(listed(&definition), ["GET /free NONE", "GET /paid NONE"]);
    let of_sam = named
        .replace("AWS::ApiGateway::RestApi", "AWS::Serverless::Api")
        .replace("Body", "DefinitionBody");
    let error = ApiDefinition::from_cloudformation(&of_sam)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("SAM gives the name `NONE` another meaning"),
        "{error}"
    );
}

#[test]
fn an_undefined_name_next_to_an_authorizer_must_be_left_unchecked() {
    let document = include_str!("../../cases/templates/09-undefined-api-key.yaml");
    let definition = ApiDefinition::from_openapi(document).unwrap();
    assert_eq!(listed(&definition), ["PUT /bill Gate"]);
    let again = ApiDefinition::from_openapi(&definition.to_openapi().to_string()).unwrap();
    assert_eq!(again.to_openapi(), definition.to_openapi());
    let error = definition.clone().into_layer().unwrap_err().to_string();
    assert!(
        error.contains("`api_key` is not defined in the document"),
        "{error}"
    );
    assert!(definition.leave_unchecked("api_key").is_ok());
}

#[test]
fn an_undefined_name_alone_must_be_left_unchecked() {
    let document = include_str!("../../cases/templates/09-undefined-api-key.yaml");
    let alone = document.replace(", {Gate: []}", "");
    let definition = ApiDefinition::from_openapi(&alone).unwrap();
    let report = definition.report().to_string();
    assert!(
        report.contains("api_key (not defined in the document)  to be checked elsewhere"),
        "{report}"
    );
    let error = definition.clone().into_layer().unwrap_err().to_string();
    assert!(
        error.contains("`api_key` is not defined in the document (its schemes are `Gate`)")
            && error.contains("`PUT /bill`")
            && error.contains("leave_unchecked(\"api_key\")"),
        "{error}"
    );
    let definition = definition.leave_unchecked("api_key").unwrap();
    assert!(definition.into_layer().is_ok());
    // The same at the root.
    let root = "openapi: 3.0.1\nsecurity: [{gone: []}]\npaths: {/a: {get: {}}}";
    let definition = ApiDefinition::from_openapi(root).unwrap();
    assert!(definition.clone().into_layer().is_err());
    assert!(definition.leave_unchecked("gone").is_ok());
    // An authorizer that SAM does not know is an error of its own.
    let events = "E: {Type: Api, Properties: {RestApiId: !Ref Shop, Path: /a, Method: get, Auth: {Authorizer: B}}}";
    let error = problem(&sam(REST, events));
    assert!(error.contains("`B` is not a security scheme"), "{error}");
}
