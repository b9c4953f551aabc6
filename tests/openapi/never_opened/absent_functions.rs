//! Events of functions that have a condition.

use tower_lambda_authorizer::openapi::ApiDefinition;

use super::{HTTP, REST, problem, sam};
use crate::sam::listed;

#[test]
fn an_operation_that_depends_on_a_functions_condition_is_refused() {
    let body = |integration: &str| {
        format!(
            "{{Type: AWS::Serverless::HttpApi, Properties: {{DefinitionBody: {{openapi: 3.0.1, paths: {{/a: {{get: {{security: \
             [{{own: []}}]{integration}}}}}}}, components: {{securitySchemes: {{own: {{type: apiKey, in: header, name: a, \
             x-amazon-apigateway-authorizer: {{type: request, authorizerPayloadFormatVersion: '2.0'}}}}}}}}}}}}}}"
        )
    };
    let event = "E: {Type: HttpApi, Properties: {ApiId: !Ref Shop, Path: /a, Method: get}}";
    let absent = |api: &str| {
        let text = sam(api, event).replace(
            "Resources:",
            "Conditions: {Never: !Equals [a, b]}\nResources:",
        );
        text.replace("F: {", "F: {Condition: Never, ")
    };
    // SAM treats an operation without an integration as part of the event.
    let error = problem(&absent(&body("")));
    assert!(
        error.contains("the condition of this event's function is false"),
        "{error}"
    );
    let whole = absent(&body(", x-amazon-apigateway-integration: {type: mock}"));
    let definition = ApiDefinition::from_cloudformation(&whole).unwrap();
    assert_eq!(listed(&definition), ["GET /a own"]);
}

#[test]
fn an_event_of_an_absent_function_opens_nothing() {
    let template = |auth: &str| {
        let body = "DefinitionBody: {openapi: 3.0.1, paths: {/a: {get: {x-amazon-apigateway-integration: {type: mock}}}}}, ";
        let api = HTTP.replace("Properties: {", &format!("Properties: {{{body}"));
        let events = format!(
            "E: {{Type: HttpApi, Properties: {{ApiId: !Ref Shop, Path: /a, Method: get, Auth: {auth}}}}}"
        );
        let events = format!(
            "{events}, More: {{Type: HttpApi, Properties: {{ApiId: !Ref Shop, Path: /b, Method: get}}}}"
        );
        let template = sam(&api, &events).replace(
            "Resources:",
            "Conditions: {Never: !Equals [a, b]}\nResources:",
        );
        template.replace("F: {", "F: {Condition: Never, ")
    };
    let definition = ApiDefinition::from_cloudformation(&template("{}")).unwrap();
    assert_eq!(listed(&definition), ["GET /a A"]);
    let error = problem(&template("{Authorizer: NONE}"));
    assert!(
        error.contains("the condition of this event's function is false"),
        "{error}"
    );
}

#[test]
fn a_conditional_event_is_not_merged_with_an_operation() {
    let template = include_str!("../../cases/templates/05-merge-definitions.yaml");
    let conditional = |condition: &str| {
        template
            .replace(
                "Resources:",
                &format!("Conditions: {{Maybe: {condition}}}\nResources:"),
            )
            .replace(
                "Type: AWS::Serverless::Function",
                "Type: AWS::Serverless::Function\n    Condition: Maybe",
            )
    };
    // SAM writes `Fn::If` next to the members of the body's operation.
    for condition in ["!Equals [a, a]", "!Equals [!Ref AWS::Region, a]"] {
        let text = conditional(condition);
        assert_ne!(text, template);
        let error = problem(&text);
        assert!(
            error.contains("`GET /bill` as well, and a function has a condition"),
            "{condition}: {error}"
        );
    }
    // The same for two events, in either order.
    for (first, second) in [("Maybe", ""), ("", "Maybe")] {
        let condition = |name: &str| match name {
            "" => String::new(),
            name => format!("Condition: {name}, "),
        };
        let events = |auth: &str| {
            format!(
                "Type: AWS::Serverless::Function, Properties: {{Events: {{Bill: {{Type: Api, Properties: {{RestApiId: !Ref \
                 Shop, Path: /more, Method: get, Auth: {{Authorizer: {auth}}}}}}}}}}}"
            )
        };
        let text = template.replace(
            "Resources:",
            "Conditions: {Maybe: !Equals [a, a]}\nResources:",
        ) + &format!("  A1: {{{}{}}}\n", condition(first), events("A"))
            + &format!("  B1: {{{}{}}}\n", condition(second), events("B"));
        let error = problem(&text);
        assert!(
            error.contains("`GET /more` as well, and a function"),
            "{error}"
        );
    }
    // An operation that only the event defines is not in the body.
    let added = conditional("!Equals [a, a]")
        .replace("Path: /bill, Method: get", "Path: /more, Method: get");
    let definition = ApiDefinition::from_cloudformation(&added).unwrap();
    assert_eq!(listed(&definition), ["GET /bill A", "GET /more B"]);
}

#[test]
fn options_at_one_of_two_spellings_of_a_path_is_refused() {
    let event = |path: &str, method: &str, auth: &str| {
        format!(
            "{{Type: Api, Properties: {{RestApiId: !Ref Shop, Path: {path}, Method: {method}, Auth: {auth}}}}}"
        )
    };
    let one = event("/a", "options", "{Authorizer: NONE}");
    let two = event("/a/", "get", "{}");
    let absent = "  Gone: {Condition: Never, Type: AWS::Serverless::Function, Properties: {Events: {E: TWO}}}\n";
    let absent = sam(
        REST,
        &format!("E: {}", event("/a", "any", "{Authorizer: A}")),
    )
    .replace(
        "Resources:",
        "Conditions: {Never: !Equals [a, b]}\nResources:",
    ) + &absent.replace("TWO", &two);
    assert!(problem(&absent).contains("the path `/a` is written with and without a slash"));
    let error = problem(&sam(REST, &format!("E: {one}, F: {two}")));
    assert!(
        error.contains("the path `/a` is written with and without a slash"),
        "{error}"
    );
}

#[test]
fn two_events_of_one_operation_are_refused_if_one_function_is_absent() {
    let event = "{Type: Api, Properties: {RestApiId: !Ref Shop, Path: /a, Method: get}}";
    let template = sam(REST, &format!("E: {event}")).replace(
        "Resources:",
        "Conditions: {Never: !Equals [a, b]}\nResources:",
    );
    for id in ["A", "Z"] {
        let gone = format!(
            "  {id}: {{Condition: Never, Type: AWS::Serverless::Function, Properties: {{Events: {{E: {event}}}}}}}\n"
        );
        let error = problem(&(template.clone() + &gone));
        assert!(
            error.contains("`GET /a` as well, and the condition of its function is false"),
            "{id}: {error}"
        );
    }
}
