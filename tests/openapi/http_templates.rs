//! HTTP APIs in SAM and CloudFormation templates.

use tower_lambda_authorizer::{ApiType, openapi::ApiDefinition};

use crate::{http_api::Orders, sam::listed, server::REACHED};

const SAM: &str = r#"
Transform: AWS::Serverless-2016-10-31
Resources:
  Desk:
    Type: AWS::Serverless::HttpApi
    Properties:
      CorsConfiguration: {AllowOrigins: ["https://shop.example.com"], MaxAge: 5}
      Auth:
        DefaultAuthorizer: staff
        Authorizers:
          customers:
            FunctionArn: !GetAtt Customers.Arn
            AuthorizerPayloadFormatVersion: 2.0
            EnableSimpleResponses: true
            EnableFunctionDefaultPermissions: true
            Identity: {Headers: [Authorization], Context: [routeKey], ReauthorizeEvery: 60}
          staff:
            FunctionArn: !GetAtt Staff.Arn
            AuthorizerPayloadFormatVersion: "1.0"
            EnableSimpleResponses: false
            Identity: {Headers: [X-Badge], QueryStrings: [shift], StageVariables: []}
          people: {JwtConfiguration: {issuer: !Ref Issuer}, IdentitySource: $request.header.Authorization}
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Rest: {Type: HttpApi, Properties: {ApiId: !Ref Desk}}
        One:
          Type: HttpApi
          Properties: {ApiId: !Ref Desk, Path: "/orders/{id}", Method: GET, Auth: {Authorizer: customers}}
        Static:
          Type: HttpApi
          Properties: {ApiId: !Ref Desk, Path: "/static/{proxy+}", Method: any, Auth: {Authorizer: NONE}}
        Preflight: {Type: HttpApi, Properties: {ApiId: !Ref Desk, Path: /orders, Method: options}}
"#;

const PLAIN: &str = r#"
Resources:
  Desk: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: desk, ProtocolType: HTTP}}
  Chat: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: chat, ProtocolType: WEBSOCKET}}
  customers:
    Type: AWS::ApiGatewayV2::Authorizer
    Properties:
      ApiId: !Ref Desk
      Name: !Sub x
      AuthorizerType: REQUEST
      AuthorizerUri: !Sub x
      AuthorizerPayloadFormatVersion: "2.0"
      EnableSimpleResponses: true
      IdentitySource: [$request.header.Authorization, $context.routeKey]
      AuthorizerResultTtlInSeconds: 60
  staff:
    Type: AWS::ApiGatewayV2::Authorizer
    Properties:
      {ApiId: !Ref Desk, Name: x, AuthorizerType: REQUEST, AuthorizerUri: x, AuthorizerPayloadFormatVersion: "1.0",
       IdentitySource: [$request.header.X-Badge, $request.querystring.shift]}
  Rest:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Desk, RouteKey: $default, AuthorizationType: CUSTOM, AuthorizerId: !Ref staff}
  One:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Desk, RouteKey: "GET /orders/{id}", AuthorizationType: CUSTOM, AuthorizerId: !Ref customers}
  Static:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Desk, RouteKey: "ANY /static/{proxy+}", AuthorizationType: NONE}
  Preflight:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Desk, RouteKey: OPTIONS /orders}
  Connect:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Chat, RouteKey: $connect}
"#;

#[tokio::test]
async fn both_templates_are_the_same_http_api() {
    for template in [SAM, PLAIN] {
        let definition = ApiDefinition::from_cloudformation(template).unwrap();
        assert_eq!(definition.api_type(), ApiType::Http);
        assert_eq!(
            listed(&definition),
            [
                "$default staff",
                "ANY /static/{proxy+} -",
                "GET /orders/{id} customers",
                "OPTIONS /orders -",
            ]
        );
        let written = definition.to_openapi();
        let schemes = &written["components"]["securitySchemes"];
        let customers = &schemes["customers"]["x-amazon-apigateway-authorizer"];
        assert_eq!(
            customers["identitySource"],
            "$request.header.Authorization, $context.routeKey"
        );
        assert_eq!(customers["authorizerResultTtlInSeconds"], 60);
        let again = ApiDefinition::from_openapi(&written.to_string()).unwrap();
        assert_eq!(again.to_openapi(), written);
        for definition in [definition, again] {
            let orders = Orders::of(definition);
            let ann = ("authorization", "ann");
            assert_eq!(orders.send("GET", "/orders/1", ann).await.body, REACHED);
            let asked = orders.customers.last();
            assert_eq!(asked.identity(), ["ann", "GET /orders/{id}"]);
            assert_eq!(orders.send("PUT", "/orders/1", ann).await.status, 401);
            let badge = ("x-badge", "7");
            assert_eq!(orders.send("PUT", "/a?shift=", badge).await.body, REACHED);
            assert_eq!(orders.staff.last().resource(), Some("$default"));
        }
    }
}

#[test]
fn cors_is_a_note() {
    let definition = ApiDefinition::from_cloudformation(SAM).unwrap();
    assert!(definition.notes()[0].contains("CORS"));
    let cors = &definition.to_openapi()["x-amazon-apigateway-cors"];
    assert_eq!(cors["allowOrigins"][0], "https://shop.example.com");
    let definition = ApiDefinition::from_cloudformation(PLAIN).unwrap();
    assert!(definition.notes().is_empty());
}

#[test]
fn globals_apply_to_the_implicit_http_api() {
    let template = "
Globals:
  HttpApi:
    CorsConfiguration: true
    Auth: {DefaultAuthorizer: A, Authorizers: {A: {FunctionArn: x, AuthorizerPayloadFormatVersion: '2.0'}}}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties: {Events: {All: {Type: HttpApi}}}
";
    let definition = ApiDefinition::from_cloudformation(template).unwrap();
    assert_eq!(listed(&definition), ["$default A"]);
    assert_eq!(definition.notes().len(), 1);
    let quick = "Resources: {Api: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: HTTP, Target: x}}}";
    let definition = ApiDefinition::from_cloudformation(quick).unwrap();
    assert_eq!(listed(&definition), ["$default -"]);
}

#[test]
fn mistakes_are_reported_with_their_place() {
    let changed = |template: &str, from: &str, to: &str| {
        assert!(template.contains(from), "{from}");
        let changed = template.replacen(from, to, 1);
        let error = ApiDefinition::from_cloudformation(&changed).unwrap_err();
        error.to_string()
    };
    for (template, from, to, expected) in [
        (
            SAM,
            "Method: GET, ",
            "",
            "at `/Resources/Orders/Properties/Events/One/Properties`: its `Method`",
        ),
        (
            SAM,
            "Path: /orders, Method: options",
            "Path: $default, Method: get",
            "accepts every method",
        ),
        (
            SAM,
            "QueryStrings",
            "Queries",
            "`Queries` is not allowed here",
        ),
        (
            SAM,
            "MaxAge",
            "MaxAges",
            "at `/Resources/Desk/Properties/CorsConfiguration/MaxAges`: `MaxAges`",
        ),
        (
            SAM,
            "{JwtConfiguration: {issuer: !Ref Issuer}, ",
            "{",
            "no `JwtConfiguration`",
        ),
        (
            SAM,
            "DefaultAuthorizer: staff",
            "DefaultAuthorizer: stuff",
            "`stuff` is not a security scheme",
        ),
        (
            PLAIN,
            "ProtocolType: HTTP",
            "ProtocolType: !Ref P",
            "at `/Resources/Desk/Properties/ProtocolType`",
        ),
        (
            PLAIN,
            "AuthorizerType: REQUEST",
            "AuthorizerType: TOKEN",
            "expected `REQUEST` or `JWT`",
        ),
        (
            PLAIN,
            "AuthorizationType: CUSTOM, ",
            "",
            "at `/Resources/Rest/Properties/AuthorizerId`: without",
        ),
        (
            PLAIN,
            ", AuthorizerId: !Ref staff",
            "",
            "`AuthorizerId` is missing",
        ),
        (
            PLAIN,
            "AuthorizerId: !Ref staff",
            "AuthorizerId: abc",
            "an `AWS::ApiGatewayV2::Authorizer` of this",
        ),
        (
            PLAIN,
            "AuthorizationType: NONE",
            "AuthorizationType: SOME",
            "`NONE`, `AWS_IAM`, `CUSTOM` or `JWT`",
        ),
        (
            PLAIN,
            "RouteKey: OPTIONS /orders",
            "RouteKey: /orders",
            "a method and a path",
        ),
        (
            PLAIN,
            "RouteKey: OPTIONS /orders",
            "RouteKey: GET /$default",
            "the key of the default route",
        ),
        (
            PLAIN,
            "RouteKey: OPTIONS /orders",
            "RouteKey: FETCH /orders",
            "an HTTP method",
        ),
        (
            SAM,
            "      CorsConfiguration",
            "      DefinitionBody: {openapi: 3.0.1, paths: {}, x-amazon-apigateway-policy: {}}\n      CorsConfiguration",
            "at `/Resources/Desk/Properties/DefinitionBody/x-amazon-apigateway-policy`: only a REST API can have this, and \
             only an HTTP API can have what is at `/Resources/Desk`",
        ),
    ] {
        let error = changed(template, from, to);
        assert!(error.contains(expected), "{to}: {error}");
    }
    let error = ApiDefinition::from_cloudformation_api(PLAIN, "Chat").unwrap_err();
    assert!(
        error
            .to_string()
            .contains("no REST or HTTP API `Chat`; it has `Desk`"),
        "{error}"
    );
}
