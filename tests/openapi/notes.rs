//! The report notes settings that decide who may call what, but are not read.

use tower_lambda_authorizer::openapi::{ApiDefinition, Template};

use crate::never_opened::sam;

#[test]
fn restrictions_on_who_reaches_the_api_are_noted() {
    for (properties, expected) in [
        ("Policy: {Statement: []}", "resource policy"),
        ("EndpointConfiguration: PRIVATE", "private"),
        ("EndpointConfiguration: {Type: PRIVATE}", "private"),
        (
            "Parameters: {endpointConfigurationTypes: PRIVATE}",
            "private",
        ),
        (
            "Domain: {MutualTlsAuthentication: {TruststoreUri: x}}",
            "certificate",
        ),
        (
            "DefinitionBody: {openapi: 3.0.1, paths: {}, servers: [{x-amazon-apigateway-endpoint-configuration: \
             {vpcEndpointIds: [x]}}]}",
            "private",
        ),
    ] {
        let api = format!("{{Type: AWS::Serverless::Api, Properties: {{{properties}}}}}");
        let definition = ApiDefinition::from_cloudformation(&sam(&api, "")).unwrap();
        let notes = definition.notes();
        assert!(
            notes.len() == 1 && notes[0].contains(expected),
            "{properties}: {notes:?}"
        );
    }
}

#[test]
fn the_preflights_that_sam_adds_are_noted() {
    let events = "E: {Type: Api, Properties: {RestApiId: !Ref Shop, Path: /a, Method: METHOD}}";
    for (method, cors, is_noted) in [
        ("get", "Cors: \"'*'\"", true),
        ("get", "Cors: {AllowOrigin: \"'*'\"}", true),
        ("options", "Cors: \"'*'\"", false),
        ("get", "Name: a", false),
    ] {
        let api = format!("{{Type: AWS::Serverless::Api, Properties: {{{cors}}}}}");
        let template = sam(&api, &events.replace("METHOD", method));
        let definition = ApiDefinition::from_cloudformation(&template).unwrap();
        let notes = definition.notes();
        let is_about_cors = |note: &String| note.contains("OPTIONS operation for `Cors`");
        assert_eq!(
            notes.iter().any(is_about_cors),
            is_noted,
            "{method} {cors}: {notes:?}"
        );
    }
}

/// The API's definition, or a method of a template such as that of the CDK.
#[test]
fn preflights_that_api_gateway_answers_are_noted_once() {
    const DOCUMENT: &str =
        "openapi: 3.0.1\npaths: {/a: {METHOD: {x-amazon-apigateway-integration: {type: TYPE}}},
        /b: {METHOD: {x-amazon-apigateway-integration: {type: TYPE}}}}";
    const TEMPLATE: &str = "Resources: {Shop: {Type: AWS::ApiGateway::RestApi}, A: {Type: AWS::ApiGateway::Method, Properties: {
        RestApiId: !Ref Shop, ResourceId: !GetAtt Shop.RootResourceId, HttpMethod: METHOD, Integration: {Type: TYPE}}}}";
    let read = |text: &str| match text {
        DOCUMENT => ApiDefinition::from_openapi,
        _ => ApiDefinition::from_cloudformation,
    };
    for (text, method, kind, is_noted) in [
        (DOCUMENT, "options", "mock", true),
        (DOCUMENT, "options", "MOCK", true),
        (DOCUMENT, "options", "http_proxy", false),
        (DOCUMENT, "options", "null", false),
        (DOCUMENT, "get", "mock", false),
        (TEMPLATE, "OPTIONS", "MOCK", true),
        (TEMPLATE, "OPTIONS", "AWS_PROXY", false),
        (TEMPLATE, "GET", "MOCK", false),
    ] {
        let filled = text.replace("METHOD", method).replace("TYPE", kind);
        let notes = read(text)(&filled).unwrap().notes();
        let noted = notes
            .iter()
            .filter(|note| note.contains("a `mock` integration"));
        assert_eq!(noted.count(), usize::from(is_noted), "{filled}: {notes:?}");
    }
}

const SHOP: &str = "
Resources:
  Shop: {Type: AWS::ApiGateway::RestApi, Properties: PROPERTIES}
  Other: {Type: AWS::ApiGateway::RestApi}
  D: {Type: AWS::ApiGateway::DomainName, Properties: {DomainName: x, MutualTlsAuthentication: {TruststoreUri: s}}}
";

fn shop(properties: &str, resource: &str) -> Vec<String> {
    let text = SHOP.replace("PROPERTIES", properties) + "  X: " + resource + "\n";
    let template = Template::from_text(&text).unwrap();
    assert!(template.api_named("Other").unwrap().notes().is_empty());
    template.api_named("Shop").unwrap().notes()
}

#[test]
fn resources_that_receive_the_api_are_noted() {
    for (resource, expected) in [
        (
            "{Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: x, Parameters: {Api: !Ref Shop}}}",
            "nested stacks receive this API",
        ),
        (
            "{Type: AWS::Serverless::Application, Properties: {Location: x, Parameters: {Root: !GetAtt Shop.RootResourceId}}}",
            "nested stacks receive this API",
        ),
        (
            "{Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: x, Parameters: {Api: !Sub 'a-${Shop}'}}}",
            "nested stacks receive this API",
        ),
        (
            "{Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: x, Parameters: {Api: !Sub ['${ Shop.Arn }-${a}', {a: b}]}}}",
            "nested stacks receive this API",
        ),
        (
            "{Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: x, Parameters: {Api: !Sub ['${a}-', {a: !Ref Shop}]}}}",
            "nested stacks receive this API",
        ),
        (
            "{Type: 'My::Org::Shop::MODULE', Properties: {Api: !Ref Shop}}",
            "modules and custom resources receive this API",
        ),
        (
            "{Type: 'Custom::Routes', Properties: {Api: !Ref Shop}}",
            "modules and custom resources receive this API",
        ),
        (
            "{Type: AWS::WAFv2::WebACLAssociation, Properties: {ResourceArn: !Sub 'arn:aws:apigateway:x::/restapis/${Shop}/stages/s'}}",
            "firewalls are not evaluated",
        ),
        (
            "{Type: AWS::ApiGateway::BasePathMapping, Properties: {RestApiId: !Ref Shop, DomainName: !Ref D}}",
            "requires client certificates",
        ),
    ] {
        let notes = shop("{}", resource);
        let is_named = notes[0].ends_with(": `X`") || expected.contains("certificate");
        assert!(
            notes.len() == 1 && notes[0].contains(expected) && is_named,
            "{resource}: {notes:?}"
        );
    }
    // A resource that does not receive the API, or that receives something with a similar name, has no note.
    for resource in [
        "{Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: x, Parameters: {Api: Shop}}}",
        "{Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: x, Parameters: {Api: !Sub '${Shops}'}}}",
        "{Type: AWS::CloudFormation::Stack, DependsOn: Shop, Properties: {TemplateURL: x}}",
        "{Type: AWS::Lambda::Permission, Properties: {SourceArn: !Sub 'arn:aws:execute-api:x:1:${Shop}/*'}}",
        "{Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref Shop, StageName: s}}",
    ] {
        assert_eq!(shop("{}", resource), [""; 0], "{resource}");
    }
}

#[test]
fn settings_of_the_api_that_are_not_applied_are_noted() {
    let nothing = "{Type: AWS::SNS::Topic}";
    let notes = shop("{Mode: merge}", nothing);
    assert!(
        notes.len() == 1 && notes[0].contains("earlier deployments"),
        "{notes:?}"
    );
    assert!(shop("{Mode: overwrite}", nothing).is_empty());

    // Keys from authorizers matter only if operations need keys.
    let key = "{openapi: 3.0.1, paths: {}, components: {securitySchemes: {k: {type: apiKey, in: header, name: x-api-key}}}}";
    let with = |source: &str, body: &str| {
        shop(
            &format!("{{ApiKeySourceType: {source}, Body: {body}}}"),
            nothing,
        )
    };
    let notes = with("AUTHORIZER", key);
    assert!(
        notes.len() == 1 && notes[0].contains("usageIdentifierKey"),
        "{notes:?}"
    );
    assert!(with("HEADER", key).is_empty());
    assert!(with("AUTHORIZER", "{openapi: 3.0.1, paths: {}}").is_empty());
    let document = "
openapi: 3.0.1
paths: {}
components: {securitySchemes: {k: {type: apiKey, in: header, name: x-api-key}}}
x-amazon-apigateway-api-key-source: AUTHORIZER
";
    let notes = ApiDefinition::from_openapi(document).unwrap().notes();
    assert!(
        notes.len() == 1 && notes[0].contains("usageIdentifierKey"),
        "{notes:?}"
    );
}

#[test]
fn defaults_that_decide_who_may_call_what_are_noted() {
    let text = "
Parameters:
  Kind: {Type: String, Default: NONE}
  Part: {Type: String, Default: bills}
  Names: {Type: CommaDelimitedList, Default: 'Part, Kind'}
  Size: {Type: Number, Default: 128}
  Stage: {Type: String, Default: live}
Resources:
  Shop: {Type: AWS::ApiGateway::RestApi, Properties: {Name: !Ref Stage}}
  S: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref Shop, StageName: !Ref Stage}}
  F: {Type: AWS::Serverless::Function, Properties: {MemorySize: !Ref Size}}
  R: {Type: AWS::ApiGateway::Resource, Properties: {RestApiId: !Ref Shop, ParentId: !GetAtt Shop.RootResourceId, PathPart: x}}
  M: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Shop, ResourceId: !Ref R, HttpMethod: GET, AuthorizationType: NONE}}
";
    let notes = |from: &str, to: &str| {
        let text = text.replace(from, to);
        Template::from_text(&text).unwrap().api().unwrap().notes()
    };
    assert!(notes("", "").is_empty());
    for (from, to, expected) in [
        (
            "AuthorizationType: NONE",
            "AuthorizationType: !Ref Kind",
            "`Kind=NONE`",
        ),
        (
            "AuthorizationType: NONE",
            "AuthorizationType: !Sub '${Kind}'",
            "`Kind=NONE`",
        ),
        (
            "PathPart: x",
            "PathPart: !Join ['-', [a, !Ref Part]]",
            "`Part=bills`",
        ),
        (
            "PathPart: x",
            "PathPart: !Sub ['${a}-', {a: !Ref Part}]",
            "`Part=bills`",
        ),
        (
            "PathPart: x",
            "PathPart: !Select [0, !Split ['-', !Ref Part]]",
            "`Part=bills`",
        ),
    ] {
        let notes = notes(from, to);
        assert!(
            notes.len() == 1
                && notes[0].contains(expected)
                && notes[0].contains("template's defaults"),
            "{to}: {notes:?}"
        );
    }
    // The name of a file, and what a loop creates.
    let file = "openapi: 3.0.1\npaths: {}";
    for text in [
        "Parameters: {Stage: {Type: String, Default: live}}
Resources: {Shop: {Type: AWS::ApiGateway::RestApi, Properties: {BodyS3Location: {Bucket: b, Key: !Sub '${Stage}.yaml'}}}}",
        "Parameters: {Stage: {Type: String, Default: live}}
Resources: {Shop: {Type: AWS::ApiGateway::RestApi, Properties: {Body: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: !Sub './${Stage}.yaml'}}}}}}",
        "Transform: AWS::LanguageExtensions
Parameters: {Stage: {Type: CommaDelimitedList, Default: live}}
Resources: {Shop: {Type: AWS::ApiGateway::RestApi}, Fn::ForEach::S: [N, !Ref Stage, {'R${N}': {Type: AWS::SNS::Topic}}]}",
    ] {
        let template = Template::from_text(text).unwrap();
        let template = template.include_with(move |_| Ok(file.to_owned()));
        let notes = template.api().unwrap().notes();
        assert!(notes.len() == 1 && notes[0].contains("Stage="), "{text}: {notes:?}");
    }
    let told = text.replace("AuthorizationType: NONE", "AuthorizationType: !Ref Kind");
    let told = Template::from_text(&told)
        .unwrap()
        .parameter("Kind", "NONE");
    assert!(told.api().unwrap().notes().is_empty());
}

#[test]
fn operations_of_an_api_outside_the_template_are_noted() {
    for api in [
        "a1b2c3d4e5",
        "'{{resolve:ssm:/shop/api}}'",
        "!Ref Given",
        "!GetAtt Gone.RestApiId",
    ] {
        let resource = format!(
            "{{Type: AWS::ApiGateway::Method, Properties: {{RestApiId: {api}, ResourceId: r, HttpMethod: GET, \
             AuthorizationType: AWS_IAM}}}}"
        );
        let text = "Parameters: {Given: {Type: String}}".to_owned()
            + &SHOP.replace("PROPERTIES", "{}")
            + "  X: "
            + &resource;
        let definition = Template::from_text(&text)
            .unwrap()
            .api_named("Shop")
            .unwrap();
        let notes = definition.notes();
        assert!(
            notes.len() == 1
                && notes[0]
                    .starts_with("some operations name an API that the template does not have"),
            "{api}: {notes:?}"
        );
    }
}
