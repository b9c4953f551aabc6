//! Members that SAM reads before CloudFormation evaluates conditions.

use tower_lambda_authorizer::openapi::Template;

use super::{REST, problem, sam};
use crate::sam::listed;

#[test]
fn members_that_sam_reads_early_must_not_be_conditional() {
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
fn files_and_loops_must_not_create_conditional_members_either() {
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
