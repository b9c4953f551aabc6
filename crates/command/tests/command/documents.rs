//! Templates with parameters, files beside them and several APIs.

use std::fs;

use crate::command::{check, run};

const TWO: &str = r#"
Transform: AWS::Serverless-2016-10-31
Resources:
  Front: {Type: AWS::Serverless::Api, Properties: {StageName: prod}}
  Back: {Type: AWS::Serverless::Api, Properties: {StageName: prod}}
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Front: {Type: Api, Properties: {RestApiId: !Ref Front, Path: /front, Method: get}}
        Back: {Type: Api, Properties: {RestApiId: !Ref Back, Path: /back, Method: get}}
"#;

#[test]
fn one_of_several_apis_is_chosen() {
    check(&["routes", "-"], TWO, 2, "`--logical-id ID`");
    check(
        &["routes", "-", "--logical-id", "Back"],
        TWO,
        0,
        "GET /back",
    );
    check(&["routes", "-", "--logical-id", "Side"], TWO, 2, "Side");
}

#[test]
fn parameters_have_their_values() {
    let template = r#"
Parameters: {Stage: {Type: String, AllowedValues: [live, test]}}
Conditions: {IsTest: !Equals [!Ref Stage, test]}
Transform: AWS::Serverless-2016-10-31
Resources:
  Shop: {Type: AWS::Serverless::Api, Properties: {StageName: !Ref Stage}}
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      Events: {One: {Type: Api, Properties: {RestApiId: !Ref Shop, Path: /one, Method: get}}}
  Debug:
    Type: AWS::Serverless::Function
    Condition: IsTest
    Properties:
      Events: {Dump: {Type: Api, Properties: {RestApiId: !Ref Shop, Path: /dump, Method: get}}}
"#;
    let with = |value| ["routes", "-", "--parameter", value];
    check(
        &["routes", "-"],
        template,
        2,
        "with `--parameter NAME=VALUE`",
    );
    check(&with("Stage=test"), template, 0, "GET /dump");
    let (code, live) = run(&with("Stage=live"), template);
    assert_eq!(code, 0, "{live}");
    assert!(!live.contains("/dump"), "{live}");
    check(&with("Stage=prod"), template, 2, "Stage");
    check(&with("Stag=test"), template, 2, "Stag");
    check(&with("test"), template, 2, "write NAME=VALUE");
}

const SHOP: &str = r#"
Transform: AWS::Serverless-2016-10-31
Parameters: {Stage: {Type: String, Default: live}}
Resources:
  Shop:
    Type: AWS::Serverless::Api
    Properties:
      StageName: !Ref Stage
      Auth: {DefaultAuthorizer: gate, Authorizers: {gate: {FunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:gate"}}}
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      Events: {One: {Type: Api, Properties: {RestApiId: !Ref Shop, Path: /one, Method: get}}}
"#;

/// A policy that denies a path of the deployed stage denies it here, too.
#[test]
fn policies_are_for_the_stage_of_the_template() {
    let template = SHOP;
    let folder = tempfile::tempdir().unwrap();
    let answer = folder.path().join("answer.json");
    let policy = r#"{"policyDocument": {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": "*", "Resource": "arn:aws:execute-api:*:*:*/live/GET/one"}]}}"#;
    fs::write(&answer, policy).unwrap();
    let explain = |options: &[&str], code: i32, arn: &str| {
        let answer = answer.to_str().unwrap();
        let request = ["GET", "/one", "Authorization: t"];
        let arguments = [&["explain", "-", answer], &request[..], options].concat();
        check(&arguments, template, code, &format!("{arn}/GET/one"));
    };
    explain(&[], 1, ":placeholder/live");
    explain(&["--parameter", "Stage=test"], 0, ":placeholder/test");
    explain(&["--authorizer", "gate"], 1, ":placeholder/live");
    explain(&["--stage", "beta"], 0, ":placeholder/beta");
    let api = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/v1";
    explain(&["--api", api], 0, api);
    let arguments = ["explain", "-", "--stage", "a/b", "GET", "/one"];
    check(&arguments, template, 2, "`a/b`");
}

/// Without `--api`, the API is not known, but the stage of the template is.
#[test]
fn a_policy_of_any_api_denies_without_an_api() {
    let template = SHOP;
    let folder = tempfile::tempdir().unwrap();
    let answer = folder.path().join("answer.json");
    let policy = r#"{"policyDocument": {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": "*",
         "Resource": "arn:aws:execute-api:eu-west-1:123456789012:abc123/live/*/one"}]}}"#;
    fs::write(&answer, policy).unwrap();
    let explain = |options: &[&str], code: i32, text: &str| {
        let answer = answer.to_str().unwrap();
        let request = ["GET", "/one", "Authorization: t"];
        let arguments = [&["explain", "-", answer], &request[..], options].concat();
        check(&arguments, template, code, text);
    };
    let remedy = "`--api arn:aws:execute-api:REGION:ACCOUNT:API-ID/live`";
    explain(&[], 1, remedy);
    explain(&["--authorizer", "gate"], 1, remedy);
    explain(&["--stage", "beta"], 0, ":placeholder/beta");
    let api = |id: &str| format!("arn:aws:execute-api:eu-west-1:123456789012:{id}/live");
    explain(&["--api", &api("abc123")], 1, "abc123");
    explain(&["--api", &api("other")], 0, "other");
}

/// As `serve` decides with the same option.
#[test]
fn case_is_ignored_with_an_option() {
    let api = r#"{
        "openapi": "3.0.1",
        "paths": {
            "/admin": {"get": {"security": [{"gate": []}]}},
            "/pets/{id}": {"get": {"security": [{"gate": []}]}},
            "/{proxy+}": {"get": {}}
        },
        "components": {"securitySchemes": {"gate": {
            "type": "apiKey", "name": "Authorization", "in": "header",
            "x-amazon-apigateway-authorizer": {"type": "token", "authorizerUri": "gate"}
        }}}
    }"#;
    let folder = tempfile::tempdir().unwrap();
    let answer = folder.path().join("answer.json");
    let policy = r#"{"principalId": "ann", "policyDocument": {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": "*", "Resource": "arn:aws:execute-api:*:*:*/*/GET/pets/ann"}]}}"#;
    fs::write(&answer, policy).unwrap();
    let answer = answer.to_str().unwrap();
    let explain = |options: &[&str], request: &[&str], code: i32, expected: &str| {
        let arguments = [&["explain", "-", answer], request, options].concat();
        check(&arguments, api, code, expected);
    };
    let ignoring = ["--ignore-case"];
    explain(&[], &["GET", "/ADMIN"], 0, "");
    explain(&ignoring, &["GET", "/ADMIN"], 1, "Authorization");
    let pets = ["GET", "/pets/ANN", "Authorization: t"];
    explain(&[], &pets, 0, "");
    explain(&ignoring, &pets, 1, "because case is ignored");
    explain(
        &[&ignoring[..], &["--authorizer", "gate"]].concat(),
        &pets,
        1,
        "because case is ignored",
    );
    let table = folder.path().join("table.txt");
    fs::write(
        &table,
        "GET /ADMIN - unauthorized\nGET /pets/ANN t denied\nGET /pets/BOB t allowed\n",
    )
    .unwrap();
    let table = table.to_str().unwrap();
    check(&["table", "-", answer, table, "--ignore-case"], api, 0, "");
    check(&["table", "-", answer, table], api, 1, "");
}

#[test]
fn files_that_a_template_names_are_beside_it_or_given() {
    let folder = std::env::temp_dir().join(format!("beside-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let api = r#"{"openapi": "3.0.1", "paths": {"/named": {"get": {}}}}"#;
    let template = r#"
Transform: AWS::Serverless-2016-10-31
Resources:
  Shop: {Type: AWS::Serverless::Api, Properties: {StageName: prod, DefinitionUri: api.json}}
"#;
    let file = folder.join("template.yaml");
    fs::write(&file, template).unwrap();
    let file = file.to_str().unwrap();
    check(&["routes", file], "", 2, "api.json");
    let given = folder.join("given.json");
    fs::write(&given, api.replace("named", "given")).unwrap();
    let include = format!("api.json={}", given.display());
    check(
        &["routes", file, "--include", &include],
        "",
        0,
        "GET /given",
    );
    fs::write(folder.join("api.json"), api).unwrap();
    check(&["routes", file], "", 0, "GET /named");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_file_that_cannot_be_read_is_named_with_what_to_do() {
    check(
        &["routes", "nowhere.yaml"],
        "",
        2,
        "nowhere.yaml: there is no such file",
    );
    check(&["routes", "crates"], "", 2, "crates: this is a folder");
    check(
        &["routes", "-"],
        "{\n  \"Resources\": {",
        2,
        "line 2 column",
    );
    check(&["routes", "-"], "{\"openapi\": [", 2, "line 1 column");
    check(&["routes", "-"], "Resources: [", 2, "line ");
    check(&["routes", "-"], "", 2, "the file is empty");
    let words = ["explain", "-", "crates/command/examples/answer.json", "GET"];
    check(
        &words,
        r#"{"type": "REQUEST", "authorizerResultTtlInSeconds": 0}"#,
        2,
        "write `GET /PATH`",
    );
}

/// The policies of a deployed function name a stage that the command does not know.
#[test]
fn a_policy_for_a_stage_leads_to_the_option_that_names_it() {
    let answer = r#"{"principalId": "ann", "policyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:*:*:*/prod/GET/pets"}]}}"#;
    let config = "crates/command/examples/authorizer.json";
    let request = [
        "explain",
        config,
        "-",
        "GET",
        "/pets?tenant=a",
        "authorization: s3cr3t",
    ];
    let named = "`--api arn:aws:execute-api:REGION:ACCOUNT:API-ID/prod`";
    check(&request, answer, 1, named);
    let api = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod";
    let with_api = [&request[..], &["--api", api]].concat();
    check(&with_api, answer, 0, "allowed");
}
