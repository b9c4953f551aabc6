//! The events and the `Globals` of SAM's templates.

use tower_lambda_authorizer::openapi::ApiDefinition;

use super::{HTTP, REST, problem, sam};
use crate::sam::listed;

#[test]
fn an_event_does_not_change_a_rest_apis_own_body() {
    let template = include_str!("../../cases/templates/03-event-none-on-own-body.yaml");
    let definition = ApiDefinition::from_cloudformation(template).unwrap();
    assert_eq!(listed(&definition), ["GET /bill Gate"]);
    let overriding = template.replace(
        "Authorizer: NONE",
        "Authorizer: NONE, OverrideApiAuth: true",
    );
    let error = ApiDefinition::from_cloudformation(&overriding).unwrap_err();
    assert!(
        error.to_string().contains("the operation `ANY /extra`"),
        "{error}"
    );
    let overriding = overriding.replace("Path: /extra, Method: any", "Path: /bill, Method: get");
    let definition = ApiDefinition::from_cloudformation(&overriding).unwrap();
    assert_eq!(listed(&definition), ["GET /bill -"]);
}

#[test]
fn merged_definitions_have_the_security_of_the_events() {
    let template = include_str!("../../cases/templates/05-merge-definitions.yaml");
    let definition = ApiDefinition::from_cloudformation(template).unwrap();
    assert_eq!(listed(&definition), ["GET /bill B"]);
    // An event without `Auth` does not remove the security.
    let silent = template.replace(", Auth: {Authorizer: B}", "");
    let definition = ApiDefinition::from_cloudformation(&silent).unwrap();
    assert_eq!(listed(&definition), ["GET /bill A"]);
    let added = template.replace("Path: /bill, Method: get", "Path: /more, Method: get");
    let definition = ApiDefinition::from_cloudformation(&added).unwrap();
    assert_eq!(listed(&definition), ["GET /bill A", "GET /more B"]);
    let both = template
        .replace("Method: get,", "Method: any,")
        .replace("{get:", "{x-amazon-apigateway-any-method:");
    let error = ApiDefinition::from_cloudformation(&both)
        .unwrap_err()
        .to_string();
    assert!(error.contains("`ANY /bill` as well"), "{error}");
}

#[test]
fn a_state_machines_events_create_operations() {
    let template = include_str!("../../cases/templates/10-state-machine-events.yaml");
    let definition = ApiDefinition::from_cloudformation(template).unwrap();
    assert_eq!(listed(&definition), ["GET /look Gate", "POST /start Gate"]);
}

#[test]
fn globals_that_an_api_ignores_do_not_open_it() {
    let events = "E: {Type: Api, Properties: {RestApiId: !Ref Shop, Path: /a, Method: get}}";
    let definition = ApiDefinition::from_cloudformation(&sam(REST, events)).unwrap();
    assert_eq!(listed(&definition), ["GET /a A", "OPTIONS /a -"]);
    for ignored in ["'*'", "[Auth]"] {
        let api = REST.replacen('{', &format!("{{IgnoreGlobals: {ignored}, "), 1);
        let definition = ApiDefinition::from_cloudformation(&sam(&api, events)).unwrap();
        assert_eq!(listed(&definition), ["GET /a A", "OPTIONS /a A"]);
    }
}

#[test]
fn any_auth_of_an_http_apis_event_selects_the_default_authorizer_for_options_as_well() {
    let events = |auth: &str| {
        format!(
            "E: {{Type: HttpApi, Properties: {{ApiId: !Ref Shop, Path: /a, Method: options, Auth: {auth}}}}}"
        )
    };
    for (auth, expected) in [
        ("{}", "OPTIONS /a -"),
        ("{AuthorizationScopes: [x]}", "OPTIONS /a A"),
    ] {
        let definition = ApiDefinition::from_cloudformation(&sam(HTTP, &events(auth))).unwrap();
        assert_eq!(listed(&definition), [expected], "{auth}");
    }
    let api = HTTP.replace("DefaultAuthorizer: A, ", "");
    let error = problem(&sam(&api, &events("{AuthorizationScopes: [x]}")));
    assert!(error.contains("names no `Authorizer`"), "{error}");
}

#[test]
fn the_string_false_is_refused_as_a_flag() {
    let api = REST.replace(
        "{DefaultAuthorizer",
        "{AddDefaultAuthorizerToCorsPreflight: 'false', DefaultAuthorizer",
    );
    let events = "E: {Type: Api, Properties: {RestApiId: !Ref Shop, Path: /a, Method: get}}";
    let error = problem(&sam(&api, events));
    assert!(error.contains("reads every string as true"), "{error}");
}

#[test]
fn events_that_do_not_name_an_api_of_their_type_are_refused() {
    for (api, events, expected) in [
        (
            REST,
            "E: {Type: HttpApi, Properties: {ApiId: !Ref Shop, Path: /a, Method: get}}",
            "`Shop` does not accept events of the type `HttpApi`",
        ),
        (
            REST,
            "E: {Type: Api, Properties: {RestApiId: !Ref Elsewhere, Path: /a, Method: get}}",
            "`Elsewhere` has no value",
        ),
        (
            REST,
            "E: {Type: Api, Properties: {RestApiId: Elsewhere, Path: /a, Method: get}}",
            "the template has no API `Elsewhere`",
        ),
    ] {
        let error = problem(&sam(api, events));
        assert!(error.contains(expected), "{error}");
    }
    let named_as_sam = sam(REST, "E: {Type: Api, Properties: {Path: /a, Method: get}}")
        .replace("Shop:", "ServerlessRestApi:");
    let error = problem(&named_as_sam);
    assert!(error.contains("replaces this resource"), "{error}");
}

#[test]
fn members_that_sam_ignores_are_noted() {
    let events = "E: {Type: Api, Properties: {RestApiId: !Ref Shop, Path: /a, Method: get, Auth: {Authorise: A}}}";
    let api = REST.replace(
        "FunctionArn: x",
        "FunctionArn: x, EnableSimpleResponses: true",
    );
    let definition = ApiDefinition::from_cloudformation(&sam(&api, events)).unwrap();
    let notes = definition.notes().join("\n");
    for dropped in [
        "`EnableSimpleResponses` at `/Resources/Shop/",
        "`Authorise` at `/Resources/F/",
    ] {
        assert!(notes.contains(dropped), "{notes}");
    }
}
