//! Authorization in places of a template that are not read.

use tower_lambda_authorizer::openapi::ApiDefinition;

use crate::sam::listed;

/// A SAM template whose API is open. The inserted member would guard it if it were read.
const SAM: &str = "
Transform: AWS::Serverless-2016-10-31
Globals: {Api: {TracingEnabled: true}}
Resources:
  Shop:
    Type: AWS::Serverless::Api
    Properties: {StageName: s}
  F:
    Type: AWS::Serverless::Function
    Properties:
      Handler: x
      Events:
        E:
          Type: Api
          Properties: {RestApiId: !Ref Shop, Path: /a, Method: get}
";

const REST: &str = "
Resources:
  Shop:
    Type: AWS::ApiGateway::RestApi
    Properties: {Name: shop}
  M:
    Type: AWS::ApiGateway::Method
    Properties: {RestApiId: !Ref Shop, ResourceId: !GetAtt Shop.RootResourceId, HttpMethod: GET}
";

const HTTP: &str = "
Resources:
  Shop:
    Type: AWS::ApiGatewayV2::Api
    Properties: {ProtocolType: HTTP}
  R:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Shop, RouteKey: GET /a}
";

#[test]
fn misplaced_guards_in_a_template_are_refused() {
    for (template, before, member, place) in [
        (SAM, "StageName: s", "auth: {}", "Shop/Properties/auth"),
        (
            SAM,
            "StageName: s",
            "DefaultAuthorizer: A",
            "Shop/Properties/DefaultAuthorizer",
        ),
        (
            SAM,
            "StageName: s",
            "Authorizers: {}",
            "Shop/Properties/Authorizers",
        ),
        (
            SAM,
            "Path: /a",
            "Authorizer: A",
            "F/Properties/Events/E/Properties/Authorizer",
        ),
        (
            SAM,
            "Path: /a",
            "ApiKeyRequired: true",
            "F/Properties/Events/E/Properties/ApiKeyRequired",
        ),
        (
            REST,
            "HttpMethod: GET",
            "authorizationType: AWS_IAM",
            "M/Properties/authorizationType",
        ),
        (REST, "Name: shop", "Auth: {}", "Shop/Properties/Auth"),
        (
            REST,
            "HttpMethod: GET",
            "AuthorizerName: gate",
            "M/Properties/AuthorizerName",
        ),
        (
            SAM,
            "Path: /a",
            "Authoriser: A",
            "F/Properties/Events/E/Properties/Authoriser",
        ),
        (
            HTTP,
            "RouteKey: GET /a",
            "AuthorizerID: x",
            "R/Properties/AuthorizerID",
        ),
        (
            HTTP,
            "ProtocolType: HTTP",
            "Auth: {}",
            "Shop/Properties/Auth",
        ),
    ] {
        assert_eq!(
            ApiDefinition::from_cloudformation(template)
                .unwrap()
                .operations()
                .count(),
            1
        );
        let text = template.replace(before, &format!("{before}, {member}"));
        let error = ApiDefinition::from_cloudformation(&text).unwrap_err();
        assert!(
            error
                .to_string()
                .contains(&format!("at `/Resources/{place}`: nothing here reads")),
            "{member}: {error}"
        );
    }
    for (before, member, place) in [
        (
            "    Type: AWS::Serverless::Api",
            "    Auth: {}",
            "/Resources/Shop/Auth",
        ),
        (
            "      Handler: x",
            "      Auth: {}",
            "/Resources/F/Properties/Auth",
        ),
        (
            "          Type: Api",
            "          Auth: {}",
            "/Resources/F/Properties/Events/E/Auth",
        ),
    ] {
        let text = SAM.replace(before, &format!("{before}\n{member}"));
        let error = ApiDefinition::from_cloudformation(&text).unwrap_err();
        assert!(
            error
                .to_string()
                .contains(&format!("at `{place}`: nothing here reads")),
            "{member}: {error}"
        );
    }
    for (globals, place) in [
        ("{Auth: {}}", "/Globals/Auth"),
        ("{Function: {Auth: {}}}", "/Globals/Function/Auth"),
        ("{Api: {Authorizers: {}}}", "/Globals/Api/Authorizers"),
        ("{api: {Auth: {}}}", "/Globals/api"),
    ] {
        let text = SAM.replace("{Api: {TracingEnabled: true}}", globals);
        let error = ApiDefinition::from_cloudformation(&text).unwrap_err();
        assert!(
            error.to_string().contains(&format!("at `{place}`: ")),
            "{globals}: {error}"
        );
    }
}

#[test]
fn an_authorizer_without_an_authorization_type_is_refused() {
    for (template, before, member) in [
        (REST, "HttpMethod: GET", "AuthorizationScopes: [pets]"),
        (HTTP, "RouteKey: GET /a", "AuthorizationScopes: [pets]"),
        (HTTP, "RouteKey: GET /a", "ApiKeyRequired: true"),
    ] {
        let name = member.split(':').next().unwrap();
        let text = template.replace(before, &format!("{before}, {member}"));
        let error = ApiDefinition::from_cloudformation(&text).unwrap_err();
        let error = error.to_string();
        assert!(error.contains(&format!("Properties/{name}`: ")), "{error}");
        // Nothing here requires an authorizer.
        let nothing = match name {
            "ApiKeyRequired" => "ApiKeyRequired: false",
            _ => "AuthorizationScopes: []",
        };
        let text = template.replace(before, &format!("{before}, {nothing}"));
        assert!(
            ApiDefinition::from_cloudformation(&text).is_ok(),
            "{nothing}"
        );
    }
}

#[test]
fn names_that_only_resemble_a_guard_are_accepted() {
    for (before, member) in [
        ("StageName: s", "AuthorName: me, Description: security"),
        (
            "Path: /a",
            "RequestParameters: [method.request.header.authorization]",
        ),
        ("StageName: s", "Tags: {security: high, auth: none}"),
    ] {
        let text = SAM.replace(before, &format!("{before}, {member}"));
        let definition = ApiDefinition::from_cloudformation(&text).unwrap();
        assert_eq!(listed(&definition), ["GET /a -"], "{member}");
    }
    // The same member in a resource that is not read, and in other events of a function.
    let text = SAM.replace(
        "  F:\n",
        "  U: {Type: AWS::Lambda::Url, Properties: {AuthType: NONE}}\n  F:\n",
    );
    let text = text.replace(
        "        E:\n",
        "        K: {Type: MSK, Properties: {Auth: {}}}\n        E:\n",
    );
    let definition = ApiDefinition::from_cloudformation(&text).unwrap();
    assert_eq!(listed(&definition), ["GET /a -"]);
    let document = "
openapi: 3.0.1
paths:
  /a:
    get:
      summary: security
      parameters: [{name: authorization, in: header}]
      x-authorship: me
      x-amazon-apigateway-integration: {type: mock, credentials: x}
      responses: {'200': {headers: {security: {}}}}
components: {schemas: {security: {}, auth: {}}}
x-amazon-apigateway-api-key-source: HEADER
";
    let definition = ApiDefinition::from_openapi(document).unwrap();
    assert_eq!(listed(&definition), ["GET /a -"]);
}
