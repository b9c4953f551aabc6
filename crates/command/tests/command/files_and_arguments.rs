//! Files and arguments that people may use: the output, which contains no tokens, and the exit code.

use crate::command::{check, run};

const ANSWER: &str = "crates/command/examples/answer.json";
const PETSTORE: &str = "tests/openapi/petstore.json";
const API: &str = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets";

#[test]
fn the_type_of_api_is_detected_from_the_configuration() {
    let token = "authorization: s3cr3t";
    let http = r#"{"authorizerType": "REQUEST", "identitySource": ["$request.header.Authorization"],
        "authorizerPayloadFormatVersion": "2.0", "enableSimpleResponses": true}"#;
    let websocket = r#"{"authorizerType": "REQUEST", "identitySource": ["route.request.header.Authorization"]}"#;
    let rest = r#"{"type": "TOKEN", "identitySource": "method.request.header.Authorization"}"#;
    let request = ["explain", "--api", API, "-", ANSWER, "GET", "/pets", token];
    check(&request, rest, 0, "prod/GET/pets");
    check(&request, http, 1, "simple responses are on");
    check(&request, websocket, 1, "prod/$connect");

    // This configuration does not show its type.
    let every = r#"{"authorizerType": "REQUEST"}"#;
    let typed = [
        "explain",
        "--api-type",
        "websocket",
        "-",
        ANSWER,
        "GET",
        "/",
    ];
    check(&typed, every, 1, "/$connect");
    check(
        &["explain", "-", ANSWER, "GET", "/"],
        every,
        2,
        "no identity source was given",
    );
}

#[test]
fn a_whole_api_is_read_from_each_kind_of_document() {
    let pets = ["GET", "/pets/7", "authorization: keeper ann"];
    let answers = "crates/command/examples/answers.json";
    let swagger = "tests/openapi/petstore.swagger.yaml";
    for document in [PETSTORE, swagger] {
        let request = [&["explain", document, answers], &pets[..]].concat();
        check(&request, "", 1, "(`NoSeven`) denies");
    }
    let sam = [
        "explain",
        "tests/openapi/sam.yaml",
        ANSWER,
        "GET",
        "/nowhere",
    ];
    check(&sam, "", 1, "MISSING_AUTHENTICATION_TOKEN 403");

    // With a name, neither the path nor the other authorizer matters.
    let named = [
        "explain",
        "--authorizer",
        "tenants",
        PETSTORE,
        ANSWER,
        "GET",
        "/nowhere",
    ];
    check(&named, "", 1, "`method.request.header.x-tenant` is missing");

    let keys = r#"{"openapi": "3.0.1", "paths": {"/": {"get": {"security": [{"keys": []}]}}},
        "components": {"securitySchemes": {"keys": {"type": "apiKey", "in": "header", "name": "x-api-key"}}}}"#;
    check(
        &["explain", "-", ANSWER, "GET", "/"],
        keys,
        2,
        "confirm that with `--leave-unchecked keys`",
    );
    let elsewhere = [
        "explain",
        "--leave-unchecked",
        "keys",
        "-",
        ANSWER,
        "GET",
        "/",
    ];
    check(&elsewhere, keys, 0, "it has no authorizer");
}

#[test]
fn conditions_on_the_source_ip_and_tls_are_evaluated() {
    let condition = r#"{"policyDocument": {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {
        "IpAddress": {"aws:SourceIp": "203.0.113.0/24"}, "Bool": {"aws:SecureTransport": "true"}}}}}"#;
    let config = "crates/command/examples/authorizer.json";
    let asked = ["GET", "/?tenant=a", "authorization: s3cr3t"];
    let from = |address| {
        [
            &["explain", "--source-ip", address, config, "-"],
            &asked[..],
        ]
        .concat()
    };
    check(&from("203.0.113.9"), condition, 0, "allowed");
    check(&from("192.0.2.1"), condition, 1, "ACCESS_DENIED 403");
    check(
        &from("somewhere"),
        condition,
        2,
        "'--source-ip <ADDRESS>': this is not an IP address",
    );
}

#[test]
fn tables_have_the_format_of_the_testing_kit() {
    let config = r#"{"type": "TOKEN", "identitySource": "method.request.header.x-token"}"#;
    let file = std::env::temp_dir().join(format!("why-{}.json", std::process::id()));
    std::fs::write(&file, config).unwrap();
    let file = file.to_str().unwrap();
    let table = [
        "table",
        "--api",
        API,
        "--token-header",
        "X-Token",
        file,
        ANSWER,
        "-",
    ];
    let fine = "# all\nMethod Path Token Outcome\n  get /pets \"Bearer s3cr3t\" ALLOWED # fine\nGET /dogs s3cr3t Denied\nGET /pets - 401\nGET /pets \"-\" allow\nGET /dogs t deny";
    check(&table, fine, 0, "5 lines, 0 unexpected outcomes");
    check(
        &table,
        "GET /pets - open",
        1,
        "standard input:1: GET /pets: expected to be open",
    );
    check(
        &table,
        "\nGET /pets s3cr3t denied:",
        2,
        "standard input:2: this is not an outcome",
    );
    check(&table, "GET /pets s3cr3t 200", 2, "the status of a refusal");
    check(
        &table,
        "GET /pets Bearer s3cr3t allowed",
        2,
        "double quotes",
    );
    check(
        &table,
        "GET /pets \"s3cr3t allowed",
        2,
        "the quotes are not closed",
    );
    check(&table, "GET pets s3cr3t allowed", 2, "this is not a path");
    check(&table, "# nothing", 2, "it has no lines");
    std::fs::remove_file(file).unwrap();
}

#[test]
fn an_error_shows_the_place_of_invalid_input() {
    let config = "crates/command/examples/authorizer.json";
    check(
        &["explain", config, "/nowhere/pets"],
        "",
        2,
        "there is no file `/nowhere/pets`; if it is a path of the API, write the method before it: `GET /nowhere/pets`",
    );
    let requests = ["explain", config, ANSWER, "-"];
    check(
        &requests,
        "GET /pets\ns3cr3t",
        2,
        "standard input:2: a header has no colon",
    );
    check(
        &requests,
        "GET /pets\n\nbody\n###\ns3cr3t",
        2,
        "standard input:5: a request begins",
    );
    check(&requests, "# s3cr3t", 2, "it has no request");
    check(
        &["explain", config, "-", "GET", "/"],
        "Unauthorized",
        2,
        "record the JSON that the function returned",
    );
    let by_token = r#"{"answersByToken": {}}"#;
    let asked = [
        "explain",
        config,
        "-",
        "GET",
        "/?tenant=a",
        "authorization: s3cr3t",
    ];
    check(
        &asked,
        by_token,
        2,
        "a token that is not among `answersByToken`",
    );
    check(
        &["explain", "nowhere.json", ANSWER, "GET", "/"],
        "",
        2,
        "nowhere.json: ",
    );
    check(
        &["explain", "--api", "a1b2c3", config, ANSWER, "GET", "/"],
        "",
        2,
        "write arn:aws:",
    );
    check(
        &["explain", "--jsn", config, ANSWER, "GET", "/"],
        "",
        2,
        "there is no option `--jsn` here",
    );
    for arguments in [
        &[][..],
        &["policy"],
        &["lint"],
        &["explain", config],
        &["explain", config, ANSWER],
        &["table", config, ANSWER],
    ] {
        check(arguments, "", 2, "lambda-authorizer");
    }
}

#[test]
fn only_warnings_and_errors_of_lint_fail_a_build() {
    let policy = |resource: &str| {
        format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "{resource}"}}}}"#
        )
    };
    let all = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod";
    check(
        &["lint", "-"],
        &policy(&format!("{all}/GET/pets/*")),
        0,
        "suggestion[",
    );
    check(&["lint", "-"], &policy("/pets"), 1, "error[");
}

#[test]
fn a_policy_is_checked_against_its_api() {
    let policy = |head: &str| {
        format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": "execute-api:Invoke",
            "Resource": "arn:aws:execute-api:{head}/*"}}}}"#
        )
    };
    for (head, finding) in [
        (
            "eu-west-2:123456789012:a1b2c3d4e5/prod",
            "the region is `eu-west-2`",
        ),
        (
            "eu-west-1:210987654321:a1b2c3d4e5/prod",
            "the account is `210987654321`",
        ),
        ("eu-west-1:123456789012:xyz/prod", "the API id is `xyz`"),
        (
            "eu-west-1:123456789012:a1b2c3d4e5/dev",
            "the stage is `dev`",
        ),
    ] {
        let policy = policy(head);
        check(&["lint", "-"], &policy, 0, "");
        check(&["lint", "--api", API, "-"], &policy, 1, finding);
        check(&["lint", "-", "--api", API], &policy, 1, finding);
        check(&["policy", "--api", API, "-", API], &policy, 1, finding);
    }
    let right = policy("eu-west-1:123456789012:a1b2c3d4e5/prod");
    let (code, printed) = run(&["lint", "--api", API, "-"], &right);
    assert_eq!((code, &*printed), (0, ""));
    check(&["policy", "--api", API, "-", API], &right, 0, "allowed");
    check(
        &["lint", "--api", "prod", "-"],
        &right,
        2,
        "'--api <ARN>': write arn:aws:execute-api",
    );
    check(
        &["lint", "-", "--api"],
        &right,
        2,
        "a value is required for '--api <ARN>'",
    );
    check(
        &["lint", "--stage", "prod", "-"],
        &right,
        2,
        "there is no option `--stage` here",
    );
}

#[test]
fn a_method_in_small_letters_is_noticed() {
    check(
        &["explain", PETSTORE, ANSWER, "get", "/pets/7"],
        "",
        1,
        "to do       write the method as `GET`: methods are written in capitals\n",
    );
}

/// Someone passes the wrong file, or the right one at the wrong place.
#[test]
fn a_file_that_is_not_a_document_is_reported_in_plain_words() {
    let known = "a SAM or CloudFormation template, an OpenAPI export, or one authorizer as JSON";
    for (text, problem) in [
        ("", format!("the file is empty; pass {known}")),
        (" \n", format!("the file is empty; pass {known}")),
        (
            "hello",
            format!("it has neither `Resources` nor `openapi`; pass {known}"),
        ),
        (
            r#"{"principalId": "a", "policyDocument": {}}"#,
            format!(
                "this is an answer of a function; pass {known}, and behind it the answer; `lint` and `policy` check an answer by itself"
            ),
        ),
        (
            r#"{"Parameters": {}}"#,
            format!("unknown field `Parameters`; pass {known}"),
        ),
    ] {
        check(
            &["explain", "-", "GET", "/"],
            text,
            2,
            &format!("error: standard input: {problem}\n"),
        );
    }
    check(
        &["policy", "-", API],
        "Resources: {}",
        2,
        "this is not a policy in JSON; pass a `policyDocument`, or check a template with `lambda-authorizer lint`",
    );
    let mixed = "Transform: AWS::Serverless-2016-10-31
Resources:
  Shop: {Type: AWS::Serverless::HttpApi}
  Back:
    Type: AWS::Serverless::Function
    Properties: {Events: {A: {Type: HttpApi, Properties: {Path: /, Method: GET}}}}
";
    check(
        &["routes", "-"],
        mixed,
        2,
        "error: standard input: the template has several APIs: `Shop`, `ServerlessHttpApi` (SAM creates `ServerlessHttpApi` for \
         events without `ApiId`); choose one with `--logical-id ID`",
    );
}

#[test]
fn a_request_may_have_too_many_headers() {
    let petstore = "tests/openapi/petstore.json";
    let arguments = [
        "explain",
        petstore,
        "crates/command/examples/answers.json",
        "-",
    ];
    let headers: String = (0..40_000).map(|n| format!("a{n}: b\n")).collect();
    let request = format!("GET /pets\n{headers}");
    check(&arguments, &request, 2, "too many headers");
}
