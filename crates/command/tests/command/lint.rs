//! What the lint finds in authorizers, APIs and answers, and how it is written.

use std::{collections::HashSet, fs};

use serde_json::Value;

use crate::command::{check, project, run};

const TEMPLATE: &str = "crates/command/examples/template.yaml";
const AUTHORIZATION: &str = "method.request.header.Authorization";

/// The codes that are found in a document, with their severities.
fn found(document: &str) -> Vec<String> {
    let (code, printed) = run(&["lint", "--format", "json", "-"], document);
    assert!(code < 2, "{printed}");
    let json: Value = serde_json::from_str(&printed).unwrap();
    let found = json.as_array().unwrap().iter();
    let text = |finding: &Value, member: &str| finding[member].as_str().unwrap().to_owned();
    let found = found.map(|it| text(it, "severity") + " " + &text(it, "code"));
    found.collect()
}

fn token(source: &str, expression: &str) -> String {
    let expression = Value::from(expression);
    format!(
        r#"{{"type": "TOKEN", "identitySource": "{source}", "identityValidationExpression": {expression}}}"#
    )
}

#[test]
fn expressions_without_bearer_are_found() {
    let excluded = ["warning validation-excludes-bearer"];
    let by_choice = ["suggestion validation-excludes-bearer"];
    let none: [&str; 0] = [];
    assert_eq!(
        found(&token(AUTHORIZATION, r"[\w-]+\.[\w-]+\.[\w-]+")),
        excluded
    );
    assert_eq!(found(&token(AUTHORIZATION, r"^[A-Za-z0-9._-]+$")), excluded);
    assert_eq!(found(&token(AUTHORIZATION, r"\S+")), excluded);
    // Tokens of another shape.
    assert_eq!(found(&token(AUTHORIZATION, "[a-z]+ [a-z]+")), by_choice);
    assert_eq!(found(&token(AUTHORIZATION, "Bearer ")), by_choice);
    for fine in [
        "Bearer [^.]+",
        "(Bearer )?.+",
        ".*",
        r"(?i)bearer\s+.+",
        "[A-Z][a-z]+ .+",
    ] {
        assert_eq!(found(&token(AUTHORIZATION, fine)), none, "{fine}");
    }
    // Other headers do not have `Bearer `.
    assert_eq!(found(&token("method.request.header.x-token", r"\S+")), none);
    let default = r#"{"type": "REQUEST", "identitySource": "method.request.header.Authorization",
        "identityValidationExpression": "a"}"#;
    assert_eq!(found(default), none);
}

#[test]
fn expressions_that_nothing_matches_are_found() {
    let nothing = ["error validation-matches-nothing"];
    for expression in ["a$b", "^$", r"[^\s\S]", "\n", "\u{0}+", "b^a"] {
        assert_eq!(
            found(&token("method.request.header.x", expression)),
            nothing,
            "{expression}"
        );
    }
    // An expression that needs an exponential automaton is not decided.
    for fine in [
        r"(.*a.{30}){3}[\w]{200}a$b",
        "a",
        "é+",
        "(?x) a # all\n",
        r"\ba\b",
    ] {
        let none: [&str; 0] = [];
        assert_eq!(
            found(&token("method.request.header.x", fine)),
            none,
            "{fine}"
        );
    }
}

#[test]
fn what_the_layer_refuses_comes_first() {
    let wrong = ["error configuration"];
    assert_eq!(found(r#"{"type": "REQUEST"}"#), wrong);
    assert_eq!(found(&token("method.request.header.x", "(")), wrong);
    assert_eq!(
        found(
            r#"{"type": "TOKEN", "identitySource": "method.request.header.x", "authorizerResultTtlInSeconds": 3601}"#
        ),
        wrong
    );
    let caching = r#"{"authorizerType": "REQUEST", "authorizerPayloadFormatVersion": "1.0", "enableSimpleResponses": true,
        "authorizerResultTtlInSeconds": 60, "identitySource": ["$request.header.a"]}"#;
    assert_eq!(found(caching), wrong);
    let template = "Resources: {A: {Type: AWS::Serverless::Api, Properties: {StageName: prod, Auth: {DefaultAuthorizer: x}}}}";
    let template = format!("Transform: AWS::Serverless-2016-10-31\n{template}");
    let (code, printed) = run(&["lint", "-"], &template);
    assert_eq!(code, 1, "{printed}");
    assert!(
        printed.starts_with("standard input: error[configuration]: at `/Resources/A/"),
        "{printed}"
    );
}

#[test]
fn simple_responses_that_are_cached_for_all_routes_are_found() {
    let authorizer = |sources: &str, ttl: u16, simple: &str| {
        format!(
            r#"{{"AuthorizerType": "REQUEST", "AuthorizerPayloadFormatVersion": "2.0", "EnableSimpleResponses": {simple},
            "AuthorizerResultTtlInSeconds": {ttl}, "IdentitySource": [{sources}]}}"#
        )
    };
    let header = r#""$request.header.Authorization""#;
    let route = r#""$request.header.Authorization", "$context.routeKey""#;
    let none: [&str; 0] = [];
    assert_eq!(
        found(&authorizer(header, 60, "true")),
        ["warning cached-across-routes"]
    );
    assert_eq!(
        found(&authorizer(header, 60, r#""true""#)),
        ["warning cached-across-routes"]
    );
    assert_eq!(found(&authorizer(header, 0, "true")), none);
    assert_eq!(found(&authorizer(header, 60, "false")), none);
    assert_eq!(found(&authorizer(route, 60, "true")), none);
}

#[test]
fn paths_without_the_preflights_of_others_are_found() {
    let document = |paths: &str| {
        format!(
            "openapi: 3.0.1\npaths: {{{paths}}}\ncomponents: {{securitySchemes: {{gate: {{type: apiKey, in: header, name: \
             Authorization, x-amazon-apigateway-authorizer: {{type: token}}}}}}}}"
        )
    };
    let guarded = "{security: [{gate: []}]}";
    let (any, with_options) = ("x-amazon-apigateway-any-method", "options: {security: []}");
    for (paths, count) in [
        (
            format!(
                "/a: {{get: {guarded}, {with_options}}}, /b: {{get: {guarded}, post: {guarded}}}"
            ),
            1,
        ),
        (
            format!(
                "/a: {{get: {guarded}, {with_options}}}, /b: {{get: {guarded}}}, /c: {{get: {guarded}}}"
            ),
            2,
        ),
        (
            format!("/a: {{get: {guarded}, {with_options}}}, /b: {{get: {{}}}}"),
            0,
        ),
        (
            format!("/a: {{get: {guarded}, {with_options}}}, /b: {{{any}: {guarded}}}"),
            0,
        ),
        (format!("/a: {{get: {guarded}}}, /b: {{get: {guarded}}}"), 0),
        (
            format!("/a: {{get: {guarded}}}, '/{{proxy+}}': {{{with_options}}}"),
            0,
        ),
    ] {
        let found = found(&document(&paths));
        let found = found.iter().filter(|it| *it == "note preflight-missing");
        assert_eq!(found.count(), count, "{paths}");
    }
}

#[test]
fn what_browsers_cannot_read_is_found() {
    let template = fs::read_to_string(project().join(TEMPLATE)).unwrap();
    let cors = |document: &str| {
        let found = found(document);
        found
            .iter()
            .filter(|it| *it == "warning cors-missing")
            .count()
    };
    assert_eq!(cors(&template), 2);
    let with = |responses: &[&str]| {
        let responses: Vec<_> = responses
            .iter()
            .map(|it| format!("{it}: {{ResponseParameters: {{Headers: {{access-control-allow-origin: \"'*'\"}}}}}}"))
            .collect();
        let responses = format!(
            "      GatewayResponses: {{{}}}\n      Cors:",
            responses.join(", ")
        );
        template.replace("      Cors:", &responses)
    };
    assert_eq!(cors(&with(&["DEFAULT_4XX"])), 1);
    assert_eq!(cors(&with(&["DEFAULT_4XX", "DEFAULT_5XX"])), 0);
    assert_eq!(cors(&with(&["UNAUTHORIZED", "DEFAULT_5XX"])), 1);
    assert_eq!(
        cors(&with(&["UNAUTHORIZED", "ACCESS_DENIED", "DEFAULT_5XX"])),
        0
    );
    // Nothing is for browsers.
    assert_eq!(cors(&template.replace("      Cors:", "      Name:")), 0);
}

#[test]
fn preflights_and_operations_without_an_authorizer_are_found() {
    let template = fs::read_to_string(project().join(TEMPLATE)).unwrap();
    let preflight = |it: &&String| *it == "warning preflight-guarded";
    let guarded = template.replace("AddDefaultAuthorizerToCorsPreflight: false", "");
    assert_eq!(found(&template).iter().filter(preflight).count(), 0);
    assert_eq!(found(&guarded).iter().filter(preflight).count(), 3);
    let open = |it: &&String| *it == "note open-operation";
    assert_eq!(found(&template).iter().filter(open).count(), 1);
    let unused = template.replace("DefaultAuthorizer: customers", "");
    assert!(found(&unused).contains(&"warning unused-authorizer".to_owned()));
    assert!(!found(&template).contains(&"warning unused-authorizer".to_owned()));
}

#[test]
fn recorded_answers_are_checked_against_the_cache() {
    let one_method = r#"{"principalId": "ann", "policyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets"}]}}"#;
    let folder = std::env::temp_dir();
    let authorizer = |ttl: u16| {
        let file = folder.join(format!("ttl-{ttl}-{}.json", std::process::id()));
        let text = format!(
            r#"{{"type": "TOKEN", "identitySource": "method.request.header.x", "authorizerResultTtlInSeconds": {ttl}}}"#
        );
        fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let with =
        |ttl: u16, answers: &str| run(&["lint", &authorizer(ttl), "--answers", "-"], answers);
    let (code, printed) = with(300, one_method);
    let line = "standard input: warning[one-method-while-caching] Statement[0].Resource[0]: only";
    assert!(printed.starts_with(line), "{printed}");
    assert_eq!(code, 1);
    assert_eq!(with(0, one_method), (0, String::new()));

    let several = format!(
        r#"{{"answersByToken": {{"a": {{"errorMessage": "Unauthorized"}}, "s3cr3t": {one_method}, "t": {{"context": []}}}}}}"#
    );
    let (code, printed) = with(300, &several);
    assert_eq!(code, 1);
    assert!(
        printed.contains("[one-method-while-caching] answer 2: Statement[0]"),
        "{printed}"
    );
    assert!(
        printed.contains("error[unusable-answer] answer 3: "),
        "{printed}"
    );
    assert!(!printed.contains("s3cr3t"), "{printed}");
    check(
        &["lint", TEMPLATE, "--answers", "-"],
        "no",
        2,
        "record the JSON",
    );
}

#[test]
fn an_answer_among_the_files_is_checked_like_one_of_an_option() {
    let answer = "crates/command/examples/answer.json";
    let (_, of_option) = run(&["lint", TEMPLATE, "--answers", answer], "");
    let (_, of_file) = run(&["lint", answer, TEMPLATE], "");
    assert_eq!(of_option, of_file);
    let alone = r#"{"principalId": "ann", "policyDocument": {"Version": "2012-10-17", "Statement": []}, "context": []}"#;
    assert_eq!(found(alone), ["error unusable-answer"]);
}

#[test]
fn an_api_without_any_authorizer_is_found() {
    let api = |security: &str| {
        format!(r#"{{"openapi": "3.0.1", "paths": {{"/pets": {{"get": {{{security}}}}}}}}}"#)
    };
    assert_eq!(found(&api("")), ["note open-api"]);
    let none = r#"{"openapi": "3.0.1", "paths": {}}"#;
    assert!(!found(none).contains(&"note open-api".to_owned()));
    let template = fs::read_to_string(project().join(TEMPLATE)).unwrap();
    assert!(!found(&template).contains(&"note open-api".to_owned()));
}

/// The layer refuses each of these at the first request with 500.
#[test]
fn an_answer_that_no_authorizer_of_the_document_can_use_is_found() {
    let answer = |rest: &str| {
        format!(
            r#"{{"principalId": "ann", "policyDocument": {{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow",
            "Action": "execute-api:Invoke", "Resource": "*"}}]}}{rest}}}"#
        )
    };
    let nested = answer(r#", "context": {"groups": ["a"]}"#);
    let no_principal = answer("").replace(r#""principalId": "ann", "#, "");
    let simple = r#"{"isAuthorized": true}"#.to_owned();
    let folder = std::env::temp_dir();
    let authorizer = |name: &str, text: &str| {
        let file = folder.join(format!("usable-{name}-{}.json", std::process::id()));
        fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let rest = authorizer(
        "rest",
        r#"{"type": "TOKEN", "identitySource": "method.request.header.x", "identityValidationExpression": "Bearer .+"}"#,
    );
    let by_parameter = authorizer(
        "parameter",
        r#"{"type": "REQUEST", "identitySource": "method.request.querystring.x"}"#,
    );
    let http = authorizer(
        "http",
        r#"{"authorizerType": "REQUEST", "identitySource": ["$request.header.x"], "authorizerPayloadFormatVersion": "2.0"}"#,
    );
    for (document, answer, problem) in [
        (&*rest, &nested, "the context's `groups` is a list"),
        (&*by_parameter, &nested, "the context's `groups` is a list"),
        (&*rest, &no_principal, ""),
        (&*rest, &simple, "only HTTP APIs have simple responses"),
        (&*http, &nested, ""),
        (&*http, &no_principal, "it has no `principalId`"),
        (&*http, &simple, "simple responses are off"),
        (TEMPLATE, &nested, "the context's `groups` is a list"),
    ] {
        let (_, printed) = run(&["lint", document, "--answers", "-"], answer);
        let line = printed
            .lines()
            .find(|line| line.contains("[unusable-answer]"));
        match problem {
            "" => assert_eq!(line, None, "{document}"),
            problem => assert!(
                line.is_some_and(|it| it.contains(problem)),
                "{document}: {printed}"
            ),
        }
    }
    // Nobody says which of the two has answered.
    let (_, printed) = run(&["lint", &rest, &http, "--answers", "-"], &nested);
    assert!(!printed.contains("unusable-answer"), "{printed}");
}

#[test]
fn all_apis_of_a_template_and_all_files_are_checked() {
    let template = r#"
Transform: AWS::Serverless-2016-10-31
Resources:
  Front:
    Type: AWS::Serverless::Api
    Properties: &api {StageName: prod, Auth: {Authorizers: {gate: {FunctionArn: !GetAtt Gate.Arn}}}}
  Back:
    Type: AWS::Serverless::Api
    Properties: *api
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Front: {Type: Api, Properties: {RestApiId: !Ref Front, Path: /front, Method: get}}
        Back: {Type: Api, Properties: {RestApiId: !Ref Back, Path: /back, Method: get}}
"#;
    let (code, printed) = run(&["lint", "-"], template);
    assert_eq!(code, 1);
    assert!(printed.contains("] Front authorizer `gate`: "), "{printed}");
    assert!(printed.contains("] Back authorizer `gate`: "), "{printed}");
    let policy = "crates/command/examples/policy.json";
    let (code, printed) = run(&["lint", "-", policy], template);
    assert_eq!(code, 1);
    assert!(
        printed.contains("standard input: warning[unused-authorizer]"),
        "{printed}"
    );
    assert!(
        printed.contains(&format!("{policy}:15: warning[host-bits]")),
        "{printed}"
    );
    check(&["lint", "-"], "Resources: [", 2, "standard input: ");
    check(&["lint", "nowhere"], "", 2, "nowhere: ");
}

#[test]
fn findings_have_their_line_if_it_is_certain() {
    let lines = |arguments: &[&str], input: &str| {
        let json = [&["lint", "--format", "json"], arguments].concat();
        let (_, printed) = run(&json, input);
        let json: Value = serde_json::from_str(&printed).unwrap();
        let found = json.as_array().unwrap().iter();
        let found = found.map(|it| (it["code"].as_str().unwrap().to_owned(), it["line"].as_u64()));
        found.collect::<Vec<_>>()
    };
    let is = |code: &str, line| (code.to_owned(), line);
    let bearer = "validation-excludes-bearer";
    assert_eq!(
        lines(&[TEMPLATE], ""),
        [
            is(bearer, Some(13)),
            is("open-operation", Some(29)),
            is("cors-missing", None),
            is("cors-missing", None),
            is("note", None)
        ]
    );
    assert_eq!(
        lines(&["crates/command/examples/policy.json"], ""),
        [
            is("allow-misses-parent", Some(8)),
            is("host-bits", Some(15))
        ]
    );
    let twice = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "/pets"},
        {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "/pets"}]}"#;
    assert!(lines(&["-"], twice).contains(&is("resource-not-an-arn", None)));
}

/// The members that SARIF 2.1.0 requires, and the values that it allows.
#[test]
fn sarif_has_its_required_members() {
    let answer = "crates/command/examples/answer.json";
    let arguments = ["lint", "--format", "sarif", TEMPLATE, "--answers", answer];
    let (code, printed) = run(&arguments, "");
    assert_eq!(code, 1, "{printed}");
    let log: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(log["version"], "2.1.0");
    assert!(
        log["$schema"]
            .as_str()
            .unwrap()
            .ends_with("sarif-2.1.0.json")
    );
    let run = &log["runs"][0];
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "lambda-authorizer");
    let levels = ["none", "note", "warning", "error"];
    let is_level = |it: &Value| levels.contains(&it.as_str().unwrap());
    let rules = driver["rules"].as_array().unwrap();
    let mut ids = HashSet::new();
    for rule in rules {
        assert!(
            ids.insert(rule["id"].as_str().unwrap()),
            "{rule} is there twice"
        );
        assert!(
            !rule["shortDescription"]["text"]
                .as_str()
                .unwrap()
                .is_empty()
        );
        assert!(is_level(&rule["defaultConfiguration"]["level"]));
    }
    let results = run["results"].as_array().unwrap();
    assert!(results.len() > 3, "{results:?}");
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(is_level(&result["level"]));
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        let location = &result["locations"][0]["physicalLocation"];
        let uri = location["artifactLocation"]["uri"].as_str().unwrap();
        assert!([TEMPLATE, answer].contains(&uri), "{uri}");
        let line = location["region"]["startLine"].as_u64().unwrap();
        let expected = match result["ruleId"].as_str().unwrap() {
            "validation-excludes-bearer" => 13,
            "open-operation" => 29,
            _ => 1,
        };
        assert_eq!(line, expected);
    }
    let (code, printed) = crate::command::run(
        &["lint", "--format", "sarif", "-"],
        &token("method.request.header.x", "a"),
    );
    let log: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(
        (code, &log["runs"][0]["results"]),
        (0, &Value::Array(Vec::new()))
    );
}

#[test]
fn sarif_names_files_by_their_uri() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a template.yaml");
    fs::copy(project().join(TEMPLATE), &file).unwrap();
    let file = file.to_str().unwrap();
    let absolute = format!("file://{}", file.replace(' ', "%20"));
    let relative = format!("./{TEMPLATE}");
    for (file, uri) in [(file, &*absolute), (&relative, TEMPLATE)] {
        let (_, printed) = run(&["lint", "--format", "sarif", file], "");
        let log: Value = serde_json::from_str(&printed).unwrap();
        let location = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
        assert_eq!(location["artifactLocation"]["uri"], uri);
    }
}
