//! What AWS guards and was once let through here: documents and templates of `tests/cases/templates`.

use tower_lambda_authorizer::openapi::{ApiDefinition, Template};

use crate::sam::listed;

#[test]
fn root_security_guards_a_rest_api() {
    let document = include_str!("../cases/templates/01-root-security-rest.yaml");
    let definition = ApiDefinition::from_openapi(document).unwrap();
    assert_eq!(
        listed(&definition),
        ["ANY /echo/{text} gate", "GET /open-or-not gate"]
    );
}

#[test]
fn a_user_pool_at_the_root_has_to_be_checked_elsewhere() {
    let document = include_str!("../cases/templates/02-root-security-rest-cognito.yaml");
    let definition = ApiDefinition::from_openapi(document).unwrap();
    let error = definition.clone().into_layer().unwrap_err().to_string();
    assert!(
        error.contains("`people` is a Cognito user pool authorizer") && error.contains("`GET /a`"),
        "{error}"
    );
    let definition = definition.checked_elsewhere("people").unwrap();
    assert!(definition.into_layer().is_ok());
}

#[test]
fn an_event_changes_nothing_in_a_rest_apis_own_body() {
    let template = include_str!("../cases/templates/03-event-none-on-own-body.yaml");
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
fn merged_definitions_have_the_events_security() {
    let template = include_str!("../cases/templates/05-merge-definitions.yaml");
    let definition = ApiDefinition::from_cloudformation(template).unwrap();
    assert_eq!(listed(&definition), ["GET /bill B"]);
    // An event that says nothing takes nothing away.
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
fn the_marker_for_no_authorizer_is_not_a_scheme() {
    let template = include_str!("../cases/templates/08-none-of-a-processed-template.yaml");
    let definition = ApiDefinition::from_cloudformation(template).unwrap();
    assert_eq!(listed(&definition), ["GET /free -", "GET /paid Gate"]);
    let written = definition.to_openapi();
    assert_eq!(
        written["paths"]["/free"]["get"]["security"],
        serde_json::json!([])
    );
    // A scheme of that name is one, but SAM could not tell.
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
fn an_undefined_name_beside_an_authorizer_is_to_be_checked_elsewhere() {
    let document = include_str!("../cases/templates/09-undefined-api-key.yaml");
    let definition = ApiDefinition::from_openapi(document).unwrap();
    assert_eq!(listed(&definition), ["PUT /bill Gate"]);
    let again = ApiDefinition::from_openapi(&definition.to_openapi().to_string()).unwrap();
    assert_eq!(again.to_openapi(), definition.to_openapi());
    let error = definition.clone().into_layer().unwrap_err().to_string();
    assert!(
        error.contains("`api_key` is not defined in the document"),
        "{error}"
    );
    assert!(definition.checked_elsewhere("api_key").is_ok());
}

#[test]
fn an_undefined_name_alone_is_to_be_checked_elsewhere() {
    let document = include_str!("../cases/templates/09-undefined-api-key.yaml");
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
            && error.contains("checked_elsewhere(`api_key`)"),
        "{error}"
    );
    let definition = definition.checked_elsewhere("api_key").unwrap();
    assert!(definition.into_layer().is_ok());
    // At the root.
    let root = "openapi: 3.0.1\nsecurity: [{gone: []}]\npaths: {/a: {get: {}}}";
    let definition = ApiDefinition::from_openapi(root).unwrap();
    assert!(definition.clone().into_layer().is_err());
    assert!(definition.checked_elsewhere("gone").is_ok());
    // An authorizer that SAM does not know is its own error.
    let events = "E: {Type: Api, Properties: {RestApiId: !Ref Shop, Path: /a, Method: get, Auth: {Authorizer: B}}}";
    let error = problem(&sam(REST, events));
    assert!(error.contains("`B` is not a security scheme"), "{error}");
}

#[test]
fn a_state_machines_events_make_operations() {
    let template = include_str!("../cases/templates/10-state-machine-events.yaml");
    let definition = ApiDefinition::from_cloudformation(template).unwrap();
    assert_eq!(listed(&definition), ["GET /look Gate", "POST /start Gate"]);
}

/// A template of one API of SAM and one function.
pub(crate) fn sam(api: &str, events: &str) -> String {
    format!(
        "
Transform: AWS::Serverless-2016-10-31
Globals: {{Api: {{Auth: {{AddDefaultAuthorizerToCorsPreflight: false}}}}}}
Resources:
  Shop: {api}
  F: {{Type: AWS::Serverless::Function, Properties: {{Events: {{{events}}}}}}}
"
    )
}

fn problem(template: &str) -> String {
    let read = ApiDefinition::from_cloudformation(template);
    read.unwrap_err().to_string()
}

const REST: &str = "{Type: AWS::Serverless::Api, Properties: {StageName: s, Cors: \"'*'\", Auth: {DefaultAuthorizer: A, \
                    Authorizers: {A: {FunctionArn: x}}}}}";
const HTTP: &str = "{Type: AWS::Serverless::HttpApi, Properties: {Auth: {DefaultAuthorizer: A, Authorizers: {A: \
                    {FunctionArn: x, AuthorizerPayloadFormatVersion: '2.0'}}}}}";

#[test]
fn globals_that_an_api_ignores_open_nothing() {
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
fn an_http_apis_event_that_says_anything_means_the_default_for_options_as_well() {
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
fn a_flag_that_is_a_text_is_refused_where_sam_takes_it_for_true() {
    let api = REST.replace(
        "{DefaultAuthorizer",
        "{AddDefaultAuthorizerToCorsPreflight: 'false', DefaultAuthorizer",
    );
    let events = "E: {Type: Api, Properties: {RestApiId: !Ref Shop, Path: /a, Method: get}}";
    let error = problem(&sam(&api, events));
    assert!(error.contains("reads every string as true"), "{error}");
}

#[test]
fn events_that_name_no_api_of_their_type_are_refused() {
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
fn what_sam_drops_is_noted() {
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

#[test]
fn managed_overrides_guard_the_route_of_a_target() {
    let template = include_str!("../cases/templates/17-managed-overrides.yaml");
    let definition = ApiDefinition::from_cloudformation(template).unwrap();
    assert_eq!(listed(&definition), ["$default Gate"]);
    let of_other = template.replace(
        "Properties: {ApiId: !Ref Shop, Route",
        "Properties: {ApiId: !Ref Other, Route",
    );
    let definition = ApiDefinition::from_cloudformation(&of_other);
    // No authorizer is supplied for nothing.
    assert_eq!(listed(&definition.unwrap()), ["$default -"]);
}

#[test]
fn managed_overrides_that_guard_nothing_are_refused() {
    let template = include_str!("../cases/templates/17-managed-overrides.yaml");
    let misspelt = template.replace("Route:", "route:");
    let error = problem(&misspelt);
    assert!(
        error.contains("the member `route` is not allowed here"),
        "{error}"
    );
    let untargeted = template.replace("Target:", "Description:");
    assert_ne!(untargeted, template);
    let error = problem(&untargeted);
    assert!(error.contains("this API has no `Target`"), "{error}");
}

#[test]
fn an_operation_that_hangs_on_the_condition_of_a_function_is_refused() {
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
    // To SAM an operation without an integration is the event's.
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
fn what_makes_another_api_of_a_template_is_refused_by_name() {
    let whole = |head: &str, api: &str| {
        format!("{head}\nResources: {{Shop: {{Type: AWS::ApiGateway::RestApi, {api}}}}}")
    };
    let empty = "Properties: {Body: {openapi: 3.0.1, paths: {}}}";
    for (head, api, expected) in [
        (
            "Transform: [AWS::Serverless-2016-10-31, Mine]",
            empty,
            "at `/Transform/1`: it is not known how the macro `Mine`",
        ),
        ("Transform: Mine", empty, "the macro `Mine`"),
        ("Transform: {Name: Mine}", empty, "the macro `Mine`"),
        ("Transform: !Ref Mine", empty, "at `/Transform"),
        (
            "Transform: {Name: AWS::Include, Parameters: {Location: s3://b/k}}",
            empty,
            "`AWS::Include` inserts `s3://b/k`",
        ),
        (
            "Fn::Transform: {Name: Mine}",
            empty,
            "`Fn::Transform` cannot be evaluated",
        ),
        (
            "",
            "Properties: {CloneFrom: abc}",
            "at `/Resources/Shop/Properties/CloneFrom`: the API is a copy",
        ),
        (
            "",
            "Properties: {Parameters: {basepath: prepend}, Body: {swagger: '2.0', basePath: /v1, paths: {}}}",
            "at `/Resources/Shop/Properties/Parameters/basepath`: API Gateway adds the base path",
        ),
        (
            "",
            "Fn::Transform: {Name: Mine}, Properties: {Body: {openapi: 3.0.1, paths: {}}}",
            "`Fn::Transform` cannot be evaluated",
        ),
    ] {
        let error = problem(&whole(head, api));
        assert!(error.contains(expected), "{head} {api}: {error}");
    }
    for head in [
        "",
        "Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]",
    ] {
        assert!(ApiDefinition::from_cloudformation(&whole(head, empty)).is_ok());
    }
}

#[test]
fn attributes_name_authorizers_and_apis() {
    let template = "
Resources:
  Shop: {Type: AWS::ApiGateway::RestApi}
  Gate: {Type: AWS::ApiGateway::Authorizer, Properties: {RestApiId: !GetAtt Shop.RestApiId, Type: TOKEN}}
  Get:
    Type: AWS::ApiGateway::Method
    Properties: {RestApiId: !GetAtt [Shop, RestApiId], ResourceId: !GetAtt Shop.RootResourceId, HttpMethod: GET,
                 AuthorizationType: CUSTOM, AuthorizerId: !GetAtt Gate.AuthorizerId}
";
    let definition = ApiDefinition::from_cloudformation(template).unwrap();
    assert_eq!(listed(&definition), ["GET / Gate"]);
    let untyped = template.replace("AuthorizationType: CUSTOM", "AuthorizationType: NONE");
    let error = problem(&untyped);
    assert!(error.contains("/AuthorizerId`: without"), "{error}");
}

#[test]
fn what_sam_decides_before_conditions_may_not_be_conditional() {
    let events =
        "E: {Type: Api, Properties: {RestApiId: !Ref Shop, Path: /a, Method: get, Auth: EVENT}}";
    let no = "!If [Never, {Authorizer: NONE}, !Ref AWS::NoValue]";
    for (api, auth, place) in [
        (
            "DefaultAuthorizer: A, AddDefaultAuthorizerToCorsPreflight: !If [Never, true, false]",
            "{}",
            "/Resources/Shop/Properties/Auth/AddDefaultAuthorizerToCorsPreflight",
        ),
        (
            "DefaultAuthorizer: A, ApiKeyRequired: !Ref AWS::NoValue",
            "{}",
            "/Resources/Shop/Properties/Auth/ApiKeyRequired",
        ),
        (
            "DefaultAuthorizer: A",
            no,
            "/Resources/F/Properties/Events/E/Properties/Auth",
        ),
        (
            "DefaultAuthorizer: A",
            "{Authorizer: !If [Never, NONE, A]}",
            "/Resources/F/Properties/Events/E/Properties/Auth/Authorizer",
        ),
    ] {
        let template = sam(
            &REST.replace("DefaultAuthorizer: A", api),
            &events.replace("EVENT", auth),
        )
        .replace(
            "Resources:",
            "Conditions: {Never: !Equals [a, b]}\nResources:",
        );
        let error = problem(&template);
        assert!(
            error.contains(&format!("at `{place}`: SAM reads this before")),
            "{error}"
        );
    }
    let globals = sam(REST, "").replace("Preflight: false", "Preflight: !If [Never, true, false]");
    assert!(problem(&globals).contains("/Globals/Api/Auth/AddDefault"));
}

#[test]
fn what_files_and_loops_make_may_not_be_conditional_either() {
    let told = |api: &str, event: &str| {
        let text = format!(
            "
Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]
Conditions: {{Never: !Equals [a, b]}}
Resources:
  Shop: {api}
  F: {{Type: AWS::Serverless::Function, Properties: {{Events: {{{event}}}}}}}
"
        );
        let file = |location: &str| {
            Ok(match location {
                "auth" => "DefaultAuthorizer: !If [Never, A, !Ref AWS::NoValue]\nAuthorizers: {A: {FunctionArn: x}}",
                "api" => "Type: AWS::Serverless::Api\nProperties: {StageName: s, Auth: {DefaultAuthorizer: !If [Never, A, NONE], Authorizers: {A: {FunctionArn: x}}}}",
                "event" => "Type: Api\nProperties: {RestApiId: !Ref Shop, Path: /a, Method: get, Auth: {Authorizer: !If [Never, A, NONE]}}",
                _ => return Err(std::io::ErrorKind::NotFound.into()),
            }
            .to_owned())
        };
        let read = Template::from_text(&text).unwrap().include_with(file).api();
        read.map_err(|error| error.to_string())
    };
    let plain = "E: {Type: Api, Properties: {RestApiId: !Ref Shop, Path: /a, Method: get}}";
    let looped = "Fn::ForEach::Loop: [N, [a], {'E${N}': {Type: Api, Properties: {RestApiId: !Ref Shop, Path: /a, Method: get, Auth: {Authorizer: VALUE}}}}]";
    let include = |name: &str| {
        format!("Fn::Transform: {{Name: AWS::Include, Parameters: {{Location: {name}}}}}")
    };
    let api = REST.replace(
        "Auth: {DefaultAuthorizer: A, Authorizers: {A: {FunctionArn: x}}}",
        &format!("Auth: {{{}}}", include("auth")),
    );
    assert_ne!(api, REST);
    for (api, event) in [
        (&*api, plain),
        (&*format!("{{{}}}", include("api")), plain),
        (REST, &*format!("E: {{{}}}", include("event"))),
        (REST, &*looped.replace("VALUE", "!If [Never, A, NONE]")),
    ] {
        let error = told(api, event).unwrap_err();
        assert!(
            error.contains("SAM reads this before conditions are evaluated"),
            "{api}, {event}: {error}"
        );
    }
    let definition = told(REST, &looped.replace("VALUE", "A")).unwrap();
    assert_eq!(listed(&definition), ["GET /a A", "OPTIONS /a A"]);
}

#[test]
fn an_event_of_a_function_that_is_not_there_opens_nothing() {
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
    let template = include_str!("../cases/templates/05-merge-definitions.yaml");
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
    // SAM writes `Fn::If` beside the members of the body's operation.
    for condition in ["!Equals [a, a]", "!Equals [!Ref AWS::Region, a]"] {
        let text = conditional(condition);
        assert_ne!(text, template);
        let error = problem(&text);
        assert!(
            error.contains("`GET /bill` as well, and a function has a condition"),
            "{condition}: {error}"
        );
    }
    // The same of two events, in either order.
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
    // An operation that only the event makes is none of the body's.
    let added = conditional("!Equals [a, a]")
        .replace("Path: /bill, Method: get", "Path: /more, Method: get");
    let definition = ApiDefinition::from_cloudformation(&added).unwrap();
    assert_eq!(listed(&definition), ["GET /bill A", "GET /more B"]);
}

#[test]
fn options_at_one_of_two_spellings_is_refused() {
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
fn two_events_of_one_operation_are_refused_if_the_function_of_one_is_not_there() {
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
