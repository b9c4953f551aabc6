//! CloudFormation and SAM templates.

use std::time::Duration;

use tower_lambda_authorizer::openapi::ApiDefinition;

use crate::server::{PetStore, SAM, allowed, anonymous};

pub(crate) fn listed(definition: &ApiDefinition) -> Vec<String> {
    let operations = definition.operations();
    let listed = operations
        .map(|operation| format!("{operation} {}", operation.authorizer().unwrap_or("-")));
    let mut listed: Vec<_> = listed.collect();
    listed.sort();
    listed
}

#[tokio::test]
async fn the_pet_store_of_a_sam_template() {
    let store = PetStore::of(ApiDefinition::from_cloudformation(SAM));
    assert_eq!(
        listed(&store.definition),
        [
            "ANY /admin/{proxy+} tenants",
            "GET /admin tenants",
            "GET /pets -",
            "GET /pets/{petId} keepers",
            "OPTIONS /admin -",
            "OPTIONS /admin/{proxy+} -",
            "OPTIONS /pets -",
            "OPTIONS /pets/{petId} -",
            "POST /pets keepers",
        ]
    );
    let responses = &store.definition.to_openapi()["x-amazon-apigateway-gateway-responses"];
    assert_eq!(responses["UNAUTHORIZED"]["statusCode"], "401");
    assert_eq!(
        responses["DEFAULT_4XX"]["responseParameters"]["gatewayresponse.header.Access-Control-Allow-Origin"],
        "'*'"
    );
    let layer = store.definition.into_layer().unwrap();
    assert_eq!(anonymous(&layer, "GET", "/pets").await, 200);
    assert_eq!(anonymous(&layer, "POST", "/pets").await, 401);
    assert_eq!(allowed(&layer, "POST", "/pets").await, 200);
    assert_eq!(anonymous(&layer, "GET", "/admin/x").await, 401);
    assert_eq!(allowed(&layer, "GET", "/admin/x").await, 200);
    assert_eq!(store.tenants.last().identity(), ["acme", "allow"]);
}

#[test]
fn preflights_get_the_default_authorizer_by_default() {
    let with = SAM.replace("        AddDefaultAuthorizerToCorsPreflight: false\n", "");
    let definition = ApiDefinition::from_cloudformation(&with).unwrap();
    assert!(listed(&definition).contains(&"OPTIONS /pets keepers".to_owned()));
}

#[test]
fn globals_apply_to_the_implicit_api() {
    let template = r#"
Globals:
  Api:
    Auth: {DefaultAuthorizer: A, Authorizers: {A: {FunctionArn: !GetAtt F.Arn}}}
    GatewayResponses: {DEFAULT_4XX: {StatusCode: 400}}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Get: {Type: Api, Properties: {Path: /x, Method: get}}
        Key: {Type: Api, Properties: {Path: /y, Method: get, Auth: {Authorizer: NONE, ApiKeyRequired: true}}}
        Other: {Type: HttpApi, Properties: {Path: /z, Method: get}}
"#;
    let definition = ApiDefinition::from_cloudformation_api(template, "ServerlessRestApi").unwrap();
    assert_eq!(listed(&definition), ["GET /x A", "GET /y -"]);
    let error = definition.into_layer().unwrap_err().to_string();
    assert!(error.contains("`api_key` is an API key"), "{error}");
}

#[test]
fn a_definition_body_is_read_with_the_apis_own_authorizers() {
    let template = r#"
Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties:
      Auth: {DefaultAuthorizer: A, Authorizers: {A: {FunctionArn: x}, B: {FunctionArn: x}}}
      DefinitionBody:
        openapi: 3.0.1
        paths:
          /x: {get: {}, post: {security: [{B: []}]}, put: {x-amazon-apigateway-integration: {uri: !Sub x}}}
  F:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Put: {Type: Api, Properties: {Path: /x, Method: put, RestApiId: !Ref Api, Auth: {Authorizer: NONE}}}
"#;
    let definition = ApiDefinition::from_cloudformation(template).unwrap();
    assert_eq!(listed(&definition), ["GET /x A", "POST /x B", "PUT /x A"]);
}

const PLAIN: &str = r#"{"Resources": {
    "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": {"Fn::Sub": "${AWS::StackName}"}}},
    "Auth": {"Type": "AWS::ApiGateway::Authorizer", "Properties": {
        "RestApiId": {"Ref": "Api"}, "Name": {"Fn::Sub": "x"}, "Type": "REQUEST",
        "IdentitySource": "method.request.header.A,method.request.header.B",
        "AuthorizerResultTtlInSeconds": "60", "AuthorizerUri": {"Fn::Sub": "x"}}},
    "Pets": {"Type": "AWS::ApiGateway::Resource", "Properties": {
        "RestApiId": {"Ref": "Api"}, "ParentId": {"Fn::GetAtt": ["Api", "RootResourceId"]}, "PathPart": "pets"}},
    "Pet": {"Type": "AWS::ApiGateway::Resource", "Properties": {
        "RestApiId": {"Ref": "Api"}, "ParentId": {"Ref": "Pets"}, "PathPart": "{id}"}},
    "Get": {"Type": "AWS::ApiGateway::Method", "Properties": {
        "RestApiId": {"Ref": "Api"}, "ResourceId": {"Ref": "Pet"}, "HttpMethod": "GET",
        "AuthorizationType": "CUSTOM", "AuthorizerId": {"Ref": "Auth"}}},
    "Any": {"Type": "AWS::ApiGateway::Method", "Properties": {
        "RestApiId": {"Ref": "Api"}, "ResourceId": {"Fn::GetAtt": "Api.RootResourceId"},
        "HttpMethod": "ANY", "AuthorizationType": "NONE"}},
    "Denied": {"Type": "AWS::ApiGateway::GatewayResponse", "Properties": {
        "RestApiId": {"Ref": "Api"}, "ResponseType": "ACCESS_DENIED", "StatusCode": "404",
        "ResponseTemplates": {"application/json": "{}"}}}
}}"#;

#[test]
fn a_template_without_sam_is_read() {
    let definition = ApiDefinition::from_cloudformation(PLAIN).unwrap();
    assert_eq!(listed(&definition), ["ANY / -", "GET /pets/{id} Auth"]);
    let (_, authorizer) = definition.authorizers().next().unwrap();
    assert_eq!(authorizer.result_ttl(), Some(Duration::from_secs(60)));
    let responses = &definition.to_openapi()["x-amazon-apigateway-gateway-responses"];
    assert_eq!(
        responses["ACCESS_DENIED"],
        serde_json::json!({"statusCode": "404", "responseTemplates": {"application/json": "{}"}})
    );
}

#[test]
fn one_of_several_apis_is_selected_by_its_logical_id() {
    let two = PLAIN.replace(
        r#""Api": {"#,
        r#""Other": {"Type": "AWS::ApiGateway::RestApi"}, "Api": {"#,
    );
    let error = ApiDefinition::from_cloudformation(&two)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("several APIs: `Api`, `Other`; choose one"),
        "{error}"
    );
    let definition = ApiDefinition::from_cloudformation_api(&two, "Api").unwrap();
    assert_eq!(definition.operations().count(), 2);
    let definition = ApiDefinition::from_cloudformation_api(&two, "Other").unwrap();
    assert_eq!(definition.operations().count(), 0);
    assert!(ApiDefinition::from_cloudformation_api(&two, "None").is_err());
}
