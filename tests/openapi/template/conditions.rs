//! `Conditions`, `Fn::If` and the `Condition` of resources.

use tower_lambda_authorizer::openapi::{ApiDefinition, Template};

use super::{body, default_authorizer, problem, template};
use crate::sam::listed;

#[test]
fn conditions_select_a_branch() {
    let text =
        body("!If [Live, {get: {security: [{gate: []}]}}, {get: {security: [{other: []}]}}]");
    for (stage, expected) in [("live", "GET /paid gate"), ("test", "GET /paid other")] {
        let definition = template(&text).parameter("Stage", stage).api().unwrap();
        assert_eq!(listed(&definition), [expected]);
    }
}

#[test]
fn all_conditions_are_evaluated() {
    for (condition, is_true) in [
        ("!Equals [live, !Ref Stage]", true),
        ("!Equals [a, b]", false),
        ("!Equals [1, '1']", true),
        ("!Equals [true, 'true']", true),
        ("!Not [!Equals [a, b]]", true),
        ("!And [!Equals [a, a], Condition: Live]", true),
        ("!And [!Equals [a, a], Condition: Idle]", false),
        ("!Or [!Equals [a, b], Condition: Live]", true),
        ("!Or [!Equals [a, b], !Condition Idle]", false),
        // One of them is enough, whatever the other is.
        ("!Or [!Equals [a, a], !Equals [!Ref AWS::Region, x]]", true),
        (
            "!And [!Equals [a, b], !Equals [!Ref AWS::Region, x]]",
            false,
        ),
    ] {
        let text = body("{get: {security: !If [It, [{gate: []}], [{other: []}]]}}");
        let text = text.replace(
            "Conditions:\n",
            &format!("Conditions:\n  It: {condition}\n"),
        );
        let definition = template(&text).parameter("Stage", "live").api().unwrap();
        let expected = if is_true {
            "GET /paid gate"
        } else {
            "GET /paid other"
        };
        assert_eq!(listed(&definition), [expected], "{condition}");
    }
}

#[test]
fn numbers_keep_their_spelling() {
    let text = body("{get: {security: !If [It, [{gate: []}], [{other: []}]]}}");
    let read = |left: &str, right: &str| {
        let condition = format!("Conditions:\n  It: !Equals [{left}, {right}]\n");
        template(&text.replace("Conditions:\n", &condition))
            .parameter("Stage", "012345678901")
            .api()
    };
    for (left, right, expected) in [
        ("!Ref Stage", "012345678901", "GET /paid gate"),
        ("!Ref Stage", "'012345678901'", "GET /paid gate"),
        ("!Sub 'a${Stage}'", "a012345678901", "GET /paid gate"),
        (
            "!Join ['-', [2012-10-17, 1e3, 0x1F, 1.10]]",
            "2012-10-17-1e3-0x1F-1.10",
            "GET /paid gate",
        ),
        // As in YAML 1.1.
        ("yes", "'true'", "GET /paid gate"),
        ("'yes'", "'true'", "GET /paid other"),
        ("!Ref Stage", "12345678902", "GET /paid other"),
    ] {
        let definition = read(left, right).unwrap();
        assert_eq!(listed(&definition), [expected], "{left}, {right}");
    }
    // Readers disagree about these.
    for (left, right) in [
        ("!Ref Stage", "12345678901"),
        ("010", "8"),
        ("010", "10"),
        ("1.0", "1"),
        ("1e3", "1000"),
        ("0x1F", "31"),
        ("1_000", "1000"),
    ] {
        let problem = problem(read(left, right));
        assert!(
            problem.contains("the condition `It` is not known"),
            "{left}: {problem}"
        );
    }
    // As a time to live, this would be 8 or 10 seconds.
    let ttl = |ttl: &str| {
        let authorizer = format!("{{type: token, authorizerResultTtlInSeconds: {ttl}}}");
        ApiDefinition::from_openapi(&format!(
            "openapi: 3.0.1\npaths: {{}}\ncomponents: {{securitySchemes: {{a: {{type: apiKey, in: header, name: a, \
             x-amazon-apigateway-authorizer: {authorizer}}}}}}}"
        ))
    };
    assert!(ttl("10").is_ok() && ttl("'10'").is_ok());
    assert!(problem(ttl("010")).contains("expected a whole number, found `010`"));
}

#[test]
fn a_condition_that_matters_must_be_known() {
    for (operation, difference) in [
        (
            "!If [Live, {get: {security: [{gate: []}]}}, {get: {security: []}}]",
            "`GET /paid` depends on it",
        ),
        (
            "!If [Live, {get: {}}, !Ref AWS::NoValue]",
            "`GET /paid` depends on it",
        ),
        ("{!If [Live, get, put]: {}}", ""),
        (
            "{get: {security: [!If [Idle, {gate: []}, {nobody: []}]]}}",
            "`GET /paid` depends on it",
        ),
        (
            "{get: {security: [!If [Idle, {gate: []}, {gate: x}]]}}",
            "if it is false, at `/Resources/Shop/",
        ),
    ] {
        let text = body(operation);
        let Ok(template) = Template::from_text(&text) else {
            continue;
        };
        let problem = problem(template.api());
        assert!(problem.contains(difference), "{operation}: {problem}");
        assert!(
            problem.contains("set `Stage` with"),
            "{operation}: {problem}"
        );
        assert!(
            problem.contains("at `/Resources/Shop/Properties/Body/paths/~1paid"),
            "{problem}"
        );
    }
}

#[test]
fn a_condition_does_not_matter_if_its_branches_agree() {
    for operation in [
        "!If [Live, {get: {security: [{gate: []}], summary: a}}, {get: {security: [{gate: []}]}}]",
        "{get: {security: !If [Live, [{gate: []}], !If [Idle, [{gate: []}], [{gate: [x]}]]]}}",
        "{get: {security: [{gate: !If [Live, [x], []]}]}}",
        "{get: {security: [{gate: []}], x-amazon-apigateway-integration: !If [Live, {a: 1}, !Ref AWS::NoValue]}}",
        "{get: {security: [{gate: []}, !If [Live, {gate: []}, !Ref AWS::NoValue]]}}",
    ] {
        let definition = template(&body(operation)).api().unwrap();
        assert_eq!(listed(&definition), ["GET /paid gate"], "{operation}");
    }
}

#[test]
fn a_resource_whose_condition_is_false_is_absent() {
    let text = "
Parameters: {Stage: {Type: String}}
Conditions: {Live: !Equals [!Ref Stage, live]}
Resources:
  Shop: {Type: AWS::ApiGateway::RestApi}
  Gate: {Type: AWS::ApiGateway::Authorizer, Properties: {RestApiId: !Ref Shop, Type: TOKEN, IdentitySource: method.request.header.a}}
  Table: {Type: AWS::DynamoDB::Table, Condition: Live}
  Free: {Type: AWS::ApiGateway::Method, Condition: Live, Properties: {RestApiId: !Ref Shop, HttpMethod: GET, ResourceId: !GetAtt Shop.RootResourceId}}
  Paid: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Shop, HttpMethod: PUT, ResourceId: !Sub '${Shop.RootResourceId}', AuthorizationType: CUSTOM, AuthorizerId: !Ref Gate}}
";
    let of_stage = |text: &str, stage| template(text).parameter("Stage", stage).api();
    assert_eq!(
        listed(&of_stage(text, "live").unwrap()),
        ["GET / -", "PUT / Gate"]
    );
    assert_eq!(listed(&of_stage(text, "test").unwrap()), ["PUT / Gate"]);
    let unknown = problem(template(text).api());
    assert!(
        unknown.contains("at `/Resources/Free/Condition`: the condition `Live` is not known"),
        "{unknown}"
    );
    assert!(unknown.contains("`GET /` depends on it"), "{unknown}");

    // An absent authorizer cannot guard.
    let text = text.replace(
        "Type: AWS::ApiGateway::Authorizer,",
        "Type: AWS::ApiGateway::Authorizer, Condition: Live,",
    );
    assert!(of_stage(&text, "live").is_ok());
    let gone = problem(of_stage(&text, "test"));
    assert!(gone.contains("`Gate` is not a security scheme"), "{gone}");
}

#[test]
fn conditions_of_other_resources_do_not_matter() {
    let mut text = default_authorizer("gate");
    let mut conditions = String::from("Conditions:\n");
    for index in 0..20 {
        conditions.push_str(&format!(
            "  C{index}: !Equals [!Ref AWS::Region, r{index}]\n"
        ));
        text.push_str(&format!(
            "  F{index}: {{Type: AWS::Serverless::Function, Condition: C{index}, Properties: {{Timeout: !If [C{index}, 1, 2]}}}}\n"
        ));
    }
    let definition = template(&(text + &conditions)).api().unwrap();
    assert_eq!(listed(&definition), ["GET /paid gate"]);
}

#[test]
fn apis_are_listed() {
    let text = "
Parameters: {Stage: {Type: String}}
Conditions: {Live: !Equals [!Ref Stage, live]}
Resources:
  A: {Type: AWS::ApiGateway::RestApi, Properties: {Name: a}}
  B: {Type: AWS::ApiGatewayV2::Api, Condition: Live, Properties: {Name: b, ProtocolType: HTTP}}
  C: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: b, ProtocolType: WEBSOCKET}}
  F: {Type: AWS::Serverless::Function, Properties: {Events: {E: {Type: Api, Properties: {Path: /, Method: get}}}}}
";
    assert_eq!(
        template(text).apis().unwrap(),
        ["A", "ServerlessRestApi", "B"]
    );
    let gone = template(text).parameter("Stage", "test");
    assert_eq!(gone.apis().unwrap(), ["A", "ServerlessRestApi"]);
    assert!(problem(gone.api()).contains("several APIs: `A`, `ServerlessRestApi`"));
    assert!(gone.api_named("A").is_ok());
    assert!(problem(gone.api_named("B")).contains("no REST or HTTP API `B`"));
}
