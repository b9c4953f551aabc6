//! The report of a whole API, and errors that are reported together.

use tower_lambda_authorizer::{
    AuthorizerResponse, authorizer_fn,
    openapi::{ApiDefinition, DefinitionError, Guarding, ReportedOperation, UnknownRoutes},
};

const SHOP: &str = "
openapi: 3.0.1
paths:
  /: {get: {}}
  /bills:
    get: {security: [{gate: []}]}
    put: {security: [{gate: [], key: []}]}
    post: {security: [{people: [mail]}]}
    delete: {x-amazon-apigateway-auth: {type: AWS_IAM}}
components:
  securitySchemes:
    gate: {type: apiKey, in: header, name: a, x-amazon-apigateway-authorizer: {type: token}}
    key: {type: apiKey, in: header, name: x-api-key}
    people: {type: apiKey, in: header, name: a, x-amazon-apigateway-authorizer: {type: cognito_user_pools}}
";

fn shop() -> ApiDefinition {
    ApiDefinition::from_openapi(SHOP).unwrap()
}

#[test]
fn each_operation_is_in_the_report() {
    let report = shop().leave_unchecked("key").unwrap().report();
    assert_eq!(
        report.to_string(),
        "\
a REST API with 5 operations: 1 open, 2 guarded here, 2 to be checked elsewhere

operation      authorizer  other schemes                             guarding
GET /          -           -                                         OPEN
DELETE /bills  -           AWS_IAM (IAM authorization (`awsSigv4`))  to be checked elsewhere
GET /bills     gate        -                                         guarded here
POST /bills    -           people (a Cognito user pool authorizer)   to be checked elsewhere
PUT /bills     gate        key (an API key)                          guarded here

all other requests are refused
"
    );
    let operations = report.operations().iter();
    let guardings: Vec<_> = operations.map(ReportedOperation::guarding).collect();
    use Guarding::{CheckedElsewhere, Guarded, Open};
    assert_eq!(
        guardings,
        [Open, CheckedElsewhere, Guarded, CheckedElsewhere, Guarded]
    );
    let put = &report.operations()[4];
    assert_eq!(
        (put.method(), put.path(), put.authorizer()),
        ("PUT", "/bills", Some("gate"))
    );
    assert!(put.other_schemes()[0].is_left_unchecked());
}

#[test]
fn the_report_serializes_to_json() {
    let report = serde_json::to_value(shop().report()).unwrap();
    assert_eq!(report["apiType"], "a REST API");
    assert_eq!(
        report["operations"][4],
        serde_json::json!({
            "operation": "PUT /bills",
            "method": "PUT",
            "path": "/bills",
            "guarding": "guarded",
            "authorizer": "gate",
            "otherSchemes": [{"name": "key", "kind": "an API key", "leftUnchecked": false}],
        })
    );
    assert_eq!(report["operations"][3]["guarding"], "checkedElsewhere");
}

#[test]
fn the_report_shows_what_is_dangerous() {
    let open = shop()
        .unknown_routes(UnknownRoutes::PassOn)
        .report()
        .to_string();
    assert!(
        open.contains("all other requests are let through, without any authorizer"),
        "{open}"
    );
    let policy = SHOP.to_owned() + "x-amazon-apigateway-policy: {}\n";
    let policy = ApiDefinition::from_openapi(&policy).unwrap().report();
    assert!(
        policy
            .to_string()
            .contains("\nnote: the API's resource policy is not evaluated"),
        "{policy}"
    );
    assert_eq!(policy.notes().len(), 1);
}

#[test]
fn long_names_do_not_break_the_table() {
    let name = "n\\n".repeat(250);
    let text = SHOP.replace("gate", &format!("\"{name}\""));
    let report = ApiDefinition::from_openapi(&text)
        .unwrap()
        .report()
        .to_string();
    assert!(report.lines().all(|line| line.len() < 500), "{report}");
    assert_eq!(report.lines().count(), 10);
}

#[test]
fn all_errors_of_a_document_are_reported_together() {
    let text = SHOP
        .replace("get: {}", "gett: {}")
        .replace(
            "get: {security: [{gate: []}]}",
            "get: {security: [{gate: x}]}",
        )
        .replace("type: AWS_IAM", "type: IAM");
    let error = ApiDefinition::from_openapi(&text).unwrap_err();
    let DefinitionError::Several { problems } = &error else {
        panic!("{error}");
    };
    assert_eq!(problems.len(), 3);
    let text = error.to_string();
    assert!(
        text.starts_with("3 problems:\n- at `/paths/~1/gett`: "),
        "{text}"
    );
    for place in [
        "/paths/~1bills/get/security/0/gate",
        "/paths/~1bills/delete/x-amazon-apigateway-auth/type",
    ] {
        assert!(text.contains(&format!("\n- at `{place}`: ")), "{text}");
    }
}

#[test]
fn all_schemes_that_something_else_must_check_are_reported_together() {
    let error = shop().into_layer().unwrap_err();
    let text = error.to_string();
    for part in [
        "`AWS_IAM` is IAM authorization",
        "`key` is an API key",
        "`people` is a Cognito user pool authorizer",
        "the code does not supply: `gate`",
    ] {
        assert!(text.contains(part), "{text}");
    }
    let gate = authorizer_fn(|_| async { Ok(AuthorizerResponse::allow("*")) });
    let mut definition = shop().authorizer("gate", gate).unwrap();
    for scheme in ["AWS_IAM", "key", "people"] {
        definition = definition.leave_unchecked(scheme).unwrap();
    }
    assert!(definition.into_layer().is_ok());
}

#[test]
fn all_errors_of_a_template_are_reported_together() {
    let text = "
Resources:
  Shop: {Type: AWS::ApiGateway::RestApi}
  A: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Shop, HttpMethod: FETCH, ResourceId: !GetAtt Shop.RootResourceId}}
  B: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Shop, HttpMethod: GET, ResourceId: !Ref Gone}}
  C: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Shop, HttpMethod: PUT, ResourceId: !GetAtt Shop.RootResourceId, AuthorizationType: SOME}}
";
    let error = ApiDefinition::from_cloudformation(text)
        .unwrap_err()
        .to_string();
    for place in [
        "A/Properties/HttpMethod",
        "B/Properties/ResourceId",
        "C/Properties/AuthorizationType",
    ] {
        assert!(
            error.contains(&format!("\n- at `/Resources/{place}`: ")),
            "{error}"
        );
    }
}

/// Two templates with the same gateway responses: a SAM template, and a plain one.
const RESPONSES: [&str; 3] = [
    "
Transform: AWS::Serverless-2016-10-31
Parameters: {Origin: {Type: String}}
Conditions: {Live: !Equals [!Ref Origin, live]}
Resources:
  Shop:
    Type: AWS::Serverless::Api
    Properties:
      StageName: s
      GatewayResponses:
        ACCESS_DENIED: {StatusCode: STATUS, ResponseParameters: {Headers: {a: VALUE, b: \"'b'\"}}}
  F: {Type: AWS::Serverless::Function, Properties: {Events: {E: {Type: Api, Properties: {RestApiId: !Ref Shop, Path: /a, Method: get}}}}}
",
    "
Parameters: {Origin: {Type: String}}
Conditions: {Live: !Equals [!Ref Origin, live]}
Resources:
  Shop: {Type: AWS::ApiGateway::RestApi}
  M: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Shop, ResourceId: !GetAtt Shop.RootResourceId, HttpMethod: GET}}
  G:
    Type: AWS::ApiGateway::GatewayResponse
    Properties:
      RestApiId: !Ref Shop
      ResponseType: ACCESS_DENIED
      StatusCode: STATUS
      ResponseParameters: {gatewayresponse.header.a: VALUE, gatewayresponse.header.b: \"'b'\"}
",
    "
Parameters: {Origin: {Type: String}}
Conditions: {Live: !Equals [!Ref Origin, live]}
Resources:
  Shop:
    Type: AWS::ApiGateway::RestApi
    Properties:
      Body:
        openapi: 3.0.1
        paths: {/a: {get: {}}}
        x-amazon-apigateway-gateway-responses:
          ACCESS_DENIED:
            statusCode: STATUS
            responseParameters: {gatewayresponse.header.a: VALUE, gatewayresponse.header.b: \"'b'\"}
",
];

#[test]
fn unknown_parts_of_gateway_responses_are_left_out_and_noted() {
    let read = |template: &str, status: &str, value: &str| {
        let text = template.replace("STATUS", status).replace("VALUE", value);
        ApiDefinition::from_cloudformation(&text).unwrap()
    };
    let responses = |definition: &ApiDefinition| {
        definition.to_openapi()["x-amazon-apigateway-gateway-responses"].clone()
    };
    for template in RESPONSES {
        let known = read(template, "'418'", "\"'a'\"");
        assert!(known.notes().is_empty(), "{:?}", known.notes());
        let parameters = responses(&known)["ACCESS_DENIED"]["responseParameters"].clone();
        assert_eq!(parameters["gatewayresponse.header.a"], "'a'");

        let unknown = read(template, "!Ref Origin", "!Sub \"'${Origin}'\"");
        let notes = unknown.notes();
        assert!(
            notes.len() == 2
                && notes
                    .iter()
                    .all(|note| note.starts_with("the part of a gateway response at `/"))
                && notes
                    .iter()
                    .any(|note| note.to_lowercase().contains("/statuscode` is left out")),
            "{notes:?}"
        );
        let parameters = responses(&unknown)["ACCESS_DENIED"]["responseParameters"].clone();
        assert_eq!(
            parameters,
            serde_json::json!({"gatewayresponse.header.b": "'b'"})
        );
        assert!(unknown.into_layer().is_ok());

        // An unknown condition is tried both ways.
        let conditional = read(template, "!If [Live, 418, 419]", "\"'a'\"");
        assert_eq!(
            responses(&conditional)["ACCESS_DENIED"]["statusCode"],
            "418"
        );
        let notes = conditional.notes();
        assert!(notes[0].contains("depend on conditions"), "{notes:?}");
    }
    // The type of the response may be unknown as well. Its API must still be known.
    let plain = RESPONSES[1]
        .replace("STATUS", "418")
        .replace("VALUE", "\"'a'\"");
    let nameless = plain.replace("ResponseType: ACCESS_DENIED", "ResponseType: !Ref Origin");
    let definition = ApiDefinition::from_cloudformation(&nameless).unwrap();
    assert!(definition.notes()[0].contains("/Resources/G/Properties/ResponseType"));
    let elsewhere = plain.replace("RestApiId: !Ref Shop\n", "RestApiId: !ImportValue x\n");
    assert!(ApiDefinition::from_cloudformation(&elsewhere).is_err());
}
