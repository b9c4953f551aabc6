//! Unusual templates and documents, some of them recorded in `tests/cases/templates`.

use tower_lambda_authorizer::openapi::ApiDefinition;

use super::{case, template};
use crate::sam::listed;

#[test]
fn recorded_templates_are_read() {
    let cors = ApiDefinition::from_cloudformation(case!("11-cors-function")).unwrap();
    assert_eq!(listed(&cors), ["GET /look Gate"]);
    assert!(
        cors.notes().iter().any(|note| note.contains("CORS")),
        "{:?}",
        cors.notes()
    );

    for name in [case!("13-closing-bracket"), case!("14-member-twice")] {
        let definition = ApiDefinition::from_cloudformation(name).unwrap();
        assert_eq!(definition.operations().count(), 0);
    }

    let conditions = template(case!("16-conditions"));
    assert_eq!(listed(&conditions.api().unwrap()), ["GET /paid Gate"]);
    assert!(conditions.api().unwrap().notes()[0].contains("`Stage=live`"));
    let other = conditions.parameter("Stage", "test").api().unwrap();
    assert_eq!(listed(&other), Vec::<String>::new());
}

#[test]
fn unknown_cors_settings_are_not_an_error() {
    let conditions = "Conditions: {Wide: !Equals [!Ref AWS::Region, a]}\n";
    let rest = "Resources: {Shop: {Type: AWS::Serverless::Api, Properties: {Cors: VALUE, Auth: {AddDefaultAuthorizerToCorsPreflight: false}}}, F: {Type: AWS::Serverless::Function, Properties: {Events: {Look: {Type: Api, Properties: {RestApiId: !Ref Shop, Path: /look, Method: get}}}}}}";
    for (cors, preflight) in [
        (
            "!If [Wide, {AllowOrigin: \"'*'\"}, !Ref AWS::NoValue]",
            false,
        ),
        ("!If [Wide, \"'*'\", \"'a'\"]", true),
        ("{AllowOrigin: !Ref AWS::Region}", true),
        ("!Ref AWS::Region", true),
        ("!Ref AWS::NoValue", false),
    ] {
        let text = conditions.to_owned() + &rest.replace("VALUE", cors);
        let definition = template(&text).api().unwrap();
        let expected: &[_] = if preflight {
            &["GET /look -", "OPTIONS /look -"]
        } else {
            &["GET /look -"]
        };
        assert_eq!(listed(&definition), expected, "{cors}");
    }
    // In an HTTP API, whether the condition is known or not.
    let unknown =
        case!("11-cors-function").replace("!Equals [a, a]", "!Equals [!Ref AWS::Region, a]");
    let function = case!("11-cors-function").replace(
        "!If [Wide, {AllowOrigins: [\"*\"]}, !Ref AWS::NoValue]",
        "!GetAtt Cors.Settings",
    );
    assert_ne!(function, case!("11-cors-function"));
    for text in [case!("11-cors-function"), &*unknown, &*function] {
        let definition = ApiDefinition::from_cloudformation(text).unwrap();
        assert_eq!(listed(&definition), ["GET /look Gate"]);
        assert!(definition.notes()[0].contains("CORS"));
    }
    let body = "openapi: 3.0.1\npaths: {/a: {get: {}}}\nx-amazon-apigateway-cors: {Fn::If: [Wide, {}, {}]}";
    assert_eq!(
        listed(&ApiDefinition::from_openapi(body).unwrap()),
        ["GET /a -"]
    );
}

#[test]
fn a_duplicate_member_is_an_error_where_it_matters() {
    for (text, expected) in [
        (
            "Resources: {Shop: {Type: AWS::Serverless::HttpApi, Properties: {Auth: {}, Auth: {}}}}",
            Some("the member `Auth` is there twice at line 1"),
        ),
        (
            "Resources: {Shop: {Type: AWS::Serverless::HttpApi}, Shop: {Type: AWS::Serverless::HttpApi}}",
            Some("the member `Shop` is there twice"),
        ),
        (
            "Resources: {Shop: {Type: AWS::Serverless::HttpApi, Metadata: {a: 1, a: 2}}}",
            None,
        ),
        (
            "Outputs: {a: 1, a: 2}\nResources: {Shop: {Type: AWS::Serverless::HttpApi}}",
            None,
        ),
        (
            "Resources: {Shop: {Type: AWS::ApiGateway::RestApi, Properties: {Body: {openapi: 3.0.1, paths: {/a: {post: {}, post: {}}}}}}}",
            Some(
                "at `/Resources/Shop/Properties/Body/paths/~1a`: the member `post` is there twice",
            ),
        ),
        (
            "Resources: {Shop: {Type: AWS::ApiGateway::RestApi, Properties: {Body: {openapi: 3.0.1, paths: {/a: {post: {responses: {a: 1, a: 2}}}}}}}}",
            None,
        ),
        (
            "{\"Resources\": {\"Shop\": {\"Type\": \"AWS::Serverless::HttpApi\", \"Type\": \"x\"}}}",
            Some("the member `Type` is there twice at line 1"),
        ),
        (
            "{\"Resources\": {\"Shop\": {\"Type\": \"AWS::Serverless::HttpApi\", \"Metadata\": {\"a\": 1, \"a\": 2}}}}",
            None,
        ),
    ] {
        let read = ApiDefinition::from_cloudformation(text);
        match (read, expected) {
            (Ok(_), None) => {}
            (Err(error), Some(expected)) => {
                assert!(error.to_string().contains(expected), "{text}: {error}");
            }
            (read, _) => panic!("{text}: {read:?}"),
        }
    }
}

#[test]
fn an_empty_identity_source_is_none() {
    let scheme = "{type: apiKey, in: header, name: Unused, x-amazon-apigateway-authorizer: {type: request, \
                  identitySource: '', authorizerResultTtlInSeconds: 0}}";
    let document = format!(
        "openapi: 3.0.1\npaths: {{/a: {{get: {{security: [{{gate: []}}]}}}}}}\ncomponents: {{securitySchemes: {{gate: {scheme}}}}}"
    );
    let definition = ApiDefinition::from_openapi(&document).unwrap();
    let (_, authorizer) = definition.authorizers().next().unwrap();
    assert_eq!(authorizer.identity_source(), None);
    let template = "
Resources:
  Shop: {Type: AWS::ApiGateway::RestApi}
  Gate: {Type: AWS::ApiGateway::Authorizer, Properties: {RestApiId: !Ref Shop, Type: REQUEST, IdentitySource: ''}}
";
    let definition = ApiDefinition::from_cloudformation(template).unwrap();
    let (_, authorizer) = definition.authorizers().next().unwrap();
    assert_eq!(authorizer.identity_source(), None);
}
