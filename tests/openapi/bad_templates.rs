//! Bad CloudFormation templates result in errors with a place and a remedy.

use tower_lambda_authorizer::openapi::ApiDefinition;

use crate::server::SAM;

fn problem(text: &str) -> String {
    ApiDefinition::from_cloudformation(text)
        .unwrap_err()
        .to_string()
}

#[test]
fn each_mistake_is_reported_with_its_place() {
    for (text, expected) in [
        ("", "not a CloudFormation template"),
        ("openapi: 3.0.1\npaths: {}", "`from_openapi`"),
        (
            "template.yaml",
            "It is only the text `template.yaml`. If this is the name of a file, pass the file's content",
        ),
        (
            "Resources: {}",
            "no `AWS::ApiGatewayV2::Api` with the protocol `HTTP`",
        ),
        (
            "Resources: {W: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: WEBSOCKET}}}",
            "`W` is a WebSocket API, and only REST and HTTP APIs are read from a template: guard its handshakes with \
             `LambdaAuthorizerLayer::websocket_api`",
        ),
        (
            "Resources: {A: {}}",
            "at `/Resources/A`: a resource needs a `Type`",
        ),
        (
            "Resources: {'Fn::ForEach::X': []}",
            "`Fn::ForEach::X` cannot be evaluated",
        ),
        (
            "Resources: {F: {Type: AWS::Serverless::Function, Properties: {Handler: x, Fn::Transform: {}}}}",
            "at `/Resources/F/Properties/Fn::Transform`: `Fn::Transform` cannot be evaluated",
        ),
        (
            "Resources: {A: {Type: AWS::Serverless::Api, Properties: {DefinitionUri: x.yaml}}}",
            "at `/Resources/A/Properties/DefinitionUri`: the API is described in another file",
        ),
        (
            "Resources: {A: {Type: AWS::Serverless::Api, Properties: {DefinitionBody: {Fn::Transform: {}}}}}",
            "at `/Resources/A/Properties/DefinitionBody`",
        ),
        (
            "Resources: {A: {Type: AWS::ApiGateway::RestApi}, M: {Type: AWS::ApiGateway::Method, Properties: \
             {RestApiId: !Ref A, HttpMethod: GET, ResourceId: !ImportValue x}}}",
            "at `/Resources/M/Properties/ResourceId`",
        ),
        (
            "Resources: {A: {Type: AWS::ApiGateway::RestApi}, R: {Type: AWS::ApiGateway::Resource, Properties: \
             {RestApiId: !Ref A, ParentId: !Ref R, PathPart: x}}, M: {Type: AWS::ApiGateway::Method, \
             Properties: {RestApiId: !Ref A, HttpMethod: GET, ResourceId: !Ref R}}}",
            "more than 64 parents",
        ),
    ] {
        let problem = problem(text);
        assert!(problem.contains(expected), "{text}: {problem}");
    }
}

#[test]
fn each_mistake_in_a_sam_template_is_reported_with_its_place() {
    for (from, to, expected) in [
        (
            "DefaultAuthorizer: keepers",
            "DefaultAuthorizer: keeper",
            "/Auth/DefaultAuthorizer`: `keeper` is not a security scheme",
        ),
        (
            "DefaultAuthorizer: keepers",
            "DefaultAuthorizer: !Ref X",
            "/DefaultAuthorizer`: the intrinsic function `Ref`",
        ),
        (
            "DefaultAuthorizer:",
            "DefaultAuthoriser:",
            "`DefaultAuthoriser` is not allowed here",
        ),
        (
            "FunctionPayloadType: REQUEST",
            "FunctionPayloadType: JWT",
            "expected `TOKEN` or `REQUEST`, found `JWT`",
        ),
        (
            "Headers: [x-tenant]",
            "Headers: [!Sub 'x-${Stage}']",
            "/Identity/Headers/0`: the intrinsic function `Fn::Sub`",
        ),
        (
            "Headers: [x-tenant]",
            "Header: x-tenant",
            "`Header` is not allowed here",
        ),
        (
            "ReauthorizeEvery: 300",
            "ReauthorizeEvery: often",
            "found `often`",
        ),
        (
            "Method: POST",
            "Method: FETCH",
            "/Method`: expected an HTTP method",
        ),
        (
            "Method: POST",
            "Method: !Ref M",
            "/Method`: the intrinsic function `Ref`",
        ),
        (
            "Path: /pets, Method: POST",
            "Path: pets, Method: POST",
            "/Path`: `pets` is not a path",
        ),
        (
            "Authorizer: NONE",
            "Authorizer: nobody",
            "/Auth/Authorizer`: `nobody` is not a security scheme",
        ),
        (
            "RestApiId: !Ref PetStore, Auth: {Authorizer: NONE}",
            "RestApiId: !ImportValue x",
            "/RestApiId`",
        ),
        (
            "StatusCode: 401",
            "StatusCode: gone",
            "/StatusCode`: expected a whole number",
        ),
        (
            "            Headers:\n              WWW",
            "            Footers:\n              WWW",
            "`Footers` is not allowed",
        ),
        (
            "StatusCode: 401",
            "SubStatusCode: 401",
            "`SubStatusCode` is not allowed",
        ),
    ] {
        let text = SAM.replacen(from, to, 1);
        assert_ne!(text, SAM, "{from}");
        let problem = problem(&text);
        assert!(problem.starts_with("at `/Resources/"), "{problem}");
        assert!(problem.contains(expected), "{to}: {problem}");
    }
}

#[test]
fn an_authorizer_in_the_api_and_in_globals_is_refused() {
    let both = SAM.replace(
        "Globals:\n",
        "Globals:\n  Api: {Auth: {Authorizers: {keepers: {FunctionArn: x}}}}\n",
    );
    assert!(problem(&both).contains("`keepers` is defined in the API and in `Globals`"));
}

#[test]
fn an_authorizer_in_the_api_and_in_the_body_is_refused() {
    let template = "
Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties:
      Auth: {Authorizers: {A: {FunctionArn: x}}}
      DefinitionBody:
        openapi: 3.0.1
        info: {title: !Ref AWS::StackName}
        paths: {}
        components: {securitySchemes: {A: {type: http, scheme: bearer}}}
";
    let problem = problem(template);
    assert!(
        problem.contains(
            "/DefinitionBody/components/securitySchemes/A`: the template already has an authorizer `A`"
        ),
        "{problem}"
    );
}

#[test]
fn two_events_of_one_operation_are_refused() {
    let twice = SAM.replace(
        "Path: \"/pets/{petId}\", Method: get",
        "Path: /pets, Method: GET",
    );
    let definition = ApiDefinition::from_cloudformation(&twice).unwrap();
    let error = definition
        .authorizer(
            "keepers",
            tower_lambda_authorizer::authorizer_fn(|_| async { unreachable!() }),
        )
        .and_then(|definition| {
            definition.authorizer(
                "tenants",
                tower_lambda_authorizer::authorizer_fn(|_| async { unreachable!() }),
            )
        })
        .and_then(ApiDefinition::into_layer)
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("`GET /pets`: the same method of the same path"),
        "{error}"
    );
}
