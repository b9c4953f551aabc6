//! The security of a `DefinitionBody`, and events for the same operations, in both types of APIs.

use tower_lambda_authorizer::openapi::{ApiDefinition, DefinitionError};

use crate::sam::listed;

/// The resource type after `AWS::Serverless::`, and the property that names the API in events.
const DIALECTS: [(&str, &str); 2] = [("Api", "RestApiId"), ("HttpApi", "ApiId")];

/// `GET /pets` is in the body and an event, `POST /pets` only in the body, `PUT /pets` only in an event.
struct Case {
    default: Option<&'static str>,
    /// Members of the body.
    root: &'static str,
    /// Members of the body's operation.
    operation: &'static str,
    /// Members of the events' properties.
    event: &'static str,
}

const CASE: Case = Case {
    default: None,
    root: "",
    operation: "",
    event: "",
};

impl Case {
    fn read(&self, dialect: (&str, &str)) -> Result<ApiDefinition, DefinitionError> {
        ApiDefinition::from_cloudformation(&self.text(dialect))
    }

    fn text(&self, (kind, id): (&str, &str)) -> String {
        let (root, operation, event) = (self.root, self.operation, self.event);
        let default = self.default.unwrap_or("NONE");
        format!(
            "
Resources:
  Gate:
    Type: AWS::Serverless::{kind}
    Properties:
      Auth:
        {{DefaultAuthorizer: {default}, Authorizers: {{a: {{FunctionArn: x, {payload}}}, b: {{FunctionArn: x, {payload}}}}}}}
      DefinitionBody:
        swagger: '2.0'
        paths: {{/pets: {{get: {{{operation}}}, post: {{{operation}}}}}}}
        {root}
  Pets:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Get: {{Type: {kind}, Properties: {{Path: /pets, Method: get, {id}: !Ref Gate, {event}}}}}
        Put: {{Type: {kind}, Properties: {{Path: /pets, Method: put, {id}: !Ref Gate, {event}}}}}
",
            payload = match kind {
                "HttpApi" => "AuthorizerPayloadFormatVersion: '2.0'",
                _ => "FunctionPayloadType: TOKEN",
            }
        )
    }

    /// For a REST API: both events are for the body's operation.
    fn read_without_put(&self) -> ApiDefinition {
        let text = self.text(DIALECTS[0]).replace("Method: put", "Method: get");
        ApiDefinition::from_cloudformation(&text).unwrap()
    }

    /// Events do not change a REST API's body, and they change an HTTP API's.
    fn assert(&self, rest: [&str; 2], http: [&str; 3]) {
        let [of_rest, of_http] = DIALECTS.map(|dialect| listed(&self.read(dialect).unwrap()));
        assert_eq!(of_rest, rest);
        assert_eq!(of_http, http);
    }
}

const GUARDED: &str = "security: [{a: []}]";

#[test]
fn an_event_without_auth_leaves_the_bodys_security() {
    for event in ["", "Auth: {}", "Auth: {Authorizer: a}"] {
        let put = match event {
            "Auth: {Authorizer: a}" => "PUT /pets a",
            _ => "PUT /pets -",
        };
        let case = Case {
            operation: GUARDED,
            event,
            ..CASE
        };
        case.assert(
            ["GET /pets a", "POST /pets a"],
            ["GET /pets a", "POST /pets a", put],
        );
    }
}

#[test]
fn the_default_applies_to_operations_without_security() {
    let default = Some("b");
    let case = Case {
        default,
        operation: GUARDED,
        ..CASE
    };
    case.assert(
        ["GET /pets a", "POST /pets a"],
        ["GET /pets a", "POST /pets a", "PUT /pets b"],
    );
    for operation in ["", "security: []"] {
        let case = Case {
            default,
            operation,
            ..CASE
        };
        case.assert(
            ["GET /pets b", "POST /pets b"],
            ["GET /pets b", "POST /pets b", "PUT /pets b"],
        );
        let event = "Auth: {Authorizer: NONE}";
        Case { event, ..case }.assert(
            ["GET /pets b", "POST /pets b"],
            ["GET /pets -", "POST /pets b", "PUT /pets -"],
        );
    }
}

#[test]
fn an_api_key_of_the_body_is_not_an_authorizer() {
    let case = Case {
        default: Some("b"),
        root: "securityDefinitions: {key: {type: apiKey, name: x-api-key, in: header}}",
        operation: "security: [{key: []}]",
        ..CASE
    };
    case.assert(
        ["GET /pets b", "POST /pets b"],
        ["GET /pets b", "POST /pets b", "PUT /pets b"],
    );
    let definition = case.read(DIALECTS[0]).unwrap();
    let written = definition.to_openapi();
    assert_eq!(
        written["paths"]["/pets"]["get"]["security"],
        serde_json::json!([{"b": [], "key": []}])
    );
    let event = "Auth: {Authorizer: NONE}";
    Case { event, ..case }.assert(
        ["GET /pets b", "POST /pets b"],
        ["GET /pets -", "POST /pets b", "PUT /pets -"],
    );
}

#[test]
fn an_api_key_for_all_operations_is_added_to_the_bodys_authorizer() {
    let case = Case {
        default: Some("b, ApiKeyRequired: true"),
        operation: GUARDED,
        ..CASE
    };
    let written = case.read(DIALECTS[0]).unwrap().to_openapi();
    for method in ["get", "post"] {
        assert_eq!(
            written["paths"]["/pets"][method]["security"],
            serde_json::json!([{"a": [], "api_key": []}])
        );
    }
}

#[test]
fn an_event_does_not_remove_the_bodys_security() {
    // SAM keeps it, and adds the event's.
    let case = Case {
        operation: GUARDED,
        event: "Auth: {Authorizer: NONE}",
        ..CASE
    };
    case.assert(
        ["GET /pets a", "POST /pets a"],
        ["GET /pets a", "POST /pets a", "PUT /pets -"],
    );
    let two = [
        ("HttpApi", "ApiId", "Auth: {Authorizer: b}"),
        (
            "Api",
            "RestApiId",
            "Auth: {Authorizer: b, OverrideApiAuth: true}",
        ),
    ];
    for (kind, id, event) in two {
        let error = Case { event, ..case }.read((kind, id)).unwrap_err();
        let error = error.to_string();
        assert!(
            error.contains("at `/Resources/Pets/Properties/Events/Get/Properties`: API Gateway allows one authorizer"),
            "{error}"
        );
    }
    let case = Case {
        operation: GUARDED,
        event: "Auth: {ApiKeyRequired: true, OverrideApiAuth: true}",
        ..CASE
    };
    let error = case.read(DIALECTS[0]).unwrap_err().to_string();
    assert!(error.contains("the operation `PUT /pets`"), "{error}");
    let definition = case.read_without_put();
    assert_eq!(listed(&definition), ["GET /pets a", "POST /pets a"]);
    let written = definition.to_openapi();
    assert_eq!(
        written["paths"]["/pets"]["get"]["security"],
        serde_json::json!([{"a": [], "api_key": []}])
    );
}

#[test]
fn the_roots_security_applies_if_neither_body_nor_event_has_any() {
    let case = Case {
        root: GUARDED,
        ..CASE
    };
    case.assert(
        ["GET /pets a", "POST /pets a"],
        ["GET /pets a", "POST /pets a", "PUT /pets a"],
    );
    let open = Case {
        operation: "security: []",
        ..case
    };
    let http = open.read(DIALECTS[1]).unwrap();
    assert_eq!(
        listed(&http),
        ["GET /pets -", "POST /pets -", "PUT /pets a"]
    );
    let event = "Auth: {Authorizer: NONE}";
    let http = Case { event, ..case }.read(DIALECTS[1]).unwrap();
    assert_eq!(
        listed(&http),
        ["GET /pets -", "POST /pets a", "PUT /pets -"]
    );
}

/// SAM changes nothing of an operation without an integration.
#[test]
fn an_event_does_not_replace_the_roots_security_of_an_operation_without_an_integration() {
    for (authorizer, replaced) in [("NONE", "GET /pets -"), ("b", "GET /pets b")] {
        let event = format!("Auth: {{OverrideApiAuth: true, Authorizer: {authorizer}}}").leak();
        let case = Case {
            default: Some("b"),
            root: GUARDED,
            event,
            ..CASE
        };
        let without = listed(&case.read_without_put());
        assert_eq!(without, ["GET /pets a", "POST /pets a"]);
        let with = Case {
            operation: "x-amazon-apigateway-integration: {type: mock}",
            ..case
        };
        assert_eq!(listed(&with.read_without_put()), [replaced, "POST /pets b"]);
    }
}
