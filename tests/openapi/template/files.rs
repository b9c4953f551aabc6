//! Files that a template names: `AWS::Include`, `DefinitionUri`, `BodyS3Location`.

use super::{body, case, problem, template};
use crate::sam::listed;

#[test]
fn included_files_replace_their_transform() {
    let shop = "
openapi: 3.0.1
paths: {/secret: {get: {security: [{gate: []}]}}}
components: {securitySchemes: {gate: {type: apiKey, in: header, name: a, x-amazon-apigateway-authorizer: {type: token}}}}
";
    let alone = template(case!("07-include-alone"));
    let missing = problem(alone.api());
    assert!(missing.contains("/DefinitionBody`"), "{missing}");
    assert!(
        missing.contains("`AWS::Include` inserts `./shop.yaml` here, and its content is not known"),
        "{missing}"
    );
    let definition = alone
        .include("shop.yaml", "openapi: 3.0.1\npaths: {/a: {get: {}}}")
        .api();
    assert_eq!(listed(&definition.unwrap()), ["GET /a Gate"]);

    let beside = template(case!("06-include-beside-members"));
    let missing = problem(beside.api());
    assert!(
        missing.contains("/DefinitionBody/Fn::Transform`"),
        "{missing}"
    );
    assert!(missing.contains("`./shop.yaml`"), "{missing}");
    let definition = beside
        .include("./shop.yaml", shop)
        .api_named("Shop")
        .unwrap();
    let secret = definition
        .operations()
        .find(|it| it.to_string() == "GET /secret");
    assert_eq!(secret.unwrap().authorizer(), Some("gate"));
    // The file's `paths` replace those next to it.
    assert!(
        definition
            .operations()
            .all(|it| it.path() != "/placeholder")
    );
}

#[test]
fn files_can_be_included_anywhere() {
    let include = "Fn::Transform: {Name: AWS::Include, Parameters: {Location: f}}";
    let text = body("{get: {security: [{gate: []}]}}");
    for (from, to, file) in [
        (
            "get: {security: [{gate: []}]}",
            format!("get: {{{include}}}"),
            "security: [{gate: []}]",
        ),
        (
            "get: {security: [{gate: []}]}",
            include.to_owned(),
            "get: {security: [{gate: []}]}",
        ),
        (
            "Body:\n",
            format!("Body:\n        {include}\n"),
            "{\"info\": {}}",
        ),
        (
            "Resources:\n",
            format!("Resources:\n  {include}\n"),
            "Table: {Type: AWS::DynamoDB::Table}",
        ),
        (
            "Transform: [",
            "Transform: [{Name: AWS::Include, Parameters: {Location: f}}, ".to_owned(),
            "Conditions: {More: !Equals [a, b]}",
        ),
        (
            "Mappings:\n",
            format!("Mappings:\n  {include}\n"),
            "More: {a: {b: c}}",
        ),
        (
            "Conditions:\n",
            format!("Conditions:\n  {include}\n"),
            "More: !Equals [a, b]",
        ),
    ] {
        let text = text.replacen(from, &to, 1);
        assert!(text.contains("AWS::Include"));
        let definition = template(&text).include("f", file).api();
        assert_eq!(listed(&definition.unwrap()), ["GET /paid gate"], "{to}");
    }
}

#[test]
fn a_closure_reads_files() {
    let text = "
Parameters: {Bucket: {Type: String}}
Resources:
  Shop: {Type: AWS::Serverless::Api, Properties: {DefinitionBody: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: !Sub 's3://${Bucket}/shop.yaml'}}}}}
";
    let outer = "
openapi: 3.0.1
paths: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: ./paths.yaml}}}
";
    let read = |location: &str| match location {
        "s3://b/shop.yaml" | "s3://${Bucket}/shop.yaml" => Ok(outer.to_owned()),
        "./paths.yaml" => Ok("/a: {get: {}}".to_owned()),
        _ => Err(std::io::ErrorKind::NotFound.into()),
    };
    for template in [template(text), template(text).parameter("Bucket", "b")] {
        let definition = template.include_with(read).api().unwrap();
        assert_eq!(listed(&definition), ["GET /a -"]);
    }
    let without = template(text).include_with(|_| Err(std::io::ErrorKind::NotFound.into()));
    assert!(problem(without.api()).contains("`s3://${Bucket}/shop.yaml`"));
    let local = text.replace("s3://${Bucket}/", "");
    let without = template(&local).include_with(|_| Err(std::io::ErrorKind::NotFound.into()));
    assert!(
        problem(without.api())
            .contains("the file `shop.yaml`: the document cannot be read: entity not found")
    );
}

#[test]
fn a_definition_in_another_file_can_be_supplied() {
    for (resource, location, name) in [
        (
            "AWS::Serverless::Api",
            "DefinitionUri: ./shop.yaml",
            "./shop.yaml",
        ),
        (
            "AWS::Serverless::Api",
            "DefinitionUri: {Bucket: b, Key: k}",
            "s3://b/k",
        ),
        (
            "AWS::Serverless::HttpApi",
            "DefinitionUri: s3://b/k",
            "s3://b/k",
        ),
        (
            "AWS::ApiGateway::RestApi",
            "BodyS3Location: {Bucket: b, Key: !Ref Key}",
            "s3://b/k",
        ),
        // As the CDK writes it.
        (
            "AWS::ApiGateway::RestApi",
            "BodyS3Location: {Bucket: !Sub 'assets-${AWS::AccountId}-${AWS::Region}', Key: k.yaml}",
            "s3://assets-${AWS::AccountId}-${AWS::Region}/k.yaml",
        ),
    ] {
        let text = format!(
            "Parameters: {{Key: {{Type: String, Default: k}}}}\nResources: {{Shop: {{Type: '{resource}', Properties: {{{location}}}}}}}"
        );
        let missing = problem(template(&text).api());
        assert!(
            missing.contains("supply its content with `Template::include` under the name `")
                && missing.contains(name),
            "{missing}"
        );
        let file = "openapi: 3.0.1\npaths: {/a: {get: {}}}";
        let definition = template(&text).include(name, file).api();
        assert_eq!(listed(&definition.unwrap()), ["GET /a -"], "{location}");
        // An error in it names the file.
        let wrong = template(&text)
            .include(name, "openapi: 3.0.1\npaths: {/a: {gett: {}}}")
            .api();
        assert!(problem(wrong).starts_with(&format!(
            "at `{}#/paths/~1a/gett`: ",
            name.trim_start_matches("./")
        )));
    }
}

#[test]
fn a_file_that_the_template_does_not_name_is_reported() {
    let text = "
Parameters: {Stage: {Type: String}}
Conditions: {Live: !Equals [!Ref Stage, live]}
Resources:
  Shop:
    Type: AWS::ApiGateway::RestApi
    Properties:
      Body: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: !If [Live, ./live.yaml, !Sub './${Stage}.yaml']}}}
  F: {Type: AWS::Lambda::Function, Properties: {Code: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: code.yaml}}}}}
  Other: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: HTTP, BodyS3Location: {Bucket: !Ref Stage, Key: k}}}
";
    let file = "openapi: 3.0.1\npaths: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: paths.yaml}}}";
    let whole = template(text)
        .parameter("Stage", "test")
        .include("test.yaml", file)
        .include("./paths.yaml", "/a: {get: {}}");
    assert!(whole.api_named("Shop").unwrap().notes().is_empty());
    // The template also names files in a branch that is not chosen, in other resources and in other APIs.
    let more = whole
        .clone()
        .include("live.yaml", file)
        .include("./code.yaml", "{}")
        .include("s3://test/k", file);
    assert!(more.api_named("Shop").unwrap().notes().is_empty());
    let misspelt = whole.include("tests.yaml", file);
    let notes = misspelt.api_named("Shop").unwrap().notes();
    assert_eq!(
        notes,
        [
            "the file `tests.yaml` was supplied, but the template does not name it; check the spelling"
        ]
    );
    let missing = template(text)
        .parameter("Stage", "test")
        .include("test.yml", file);
    let error = problem(missing.api_named("Shop"));
    assert!(
        error.contains("`AWS::Include` inserts `./test.yaml` here, and its content is not known"),
        "{error}"
    );
    assert!(
        error.contains("\n- at `/`: the file `test.yml` was supplied"),
        "{error}"
    );
}
