//! Files that do not parse, and files whose members decide what they are.

use crate::command::check;

const API: &str = "arn:aws:execute-api:us-east-1:123456789012:abc/prod/GET/x";

/// Every command that reads a document or a policy.
const READERS: [&[&str]; 4] = [
    &["lint", "-"],
    &["routes", "-"],
    &["explain", "-", "GET", "/"],
    &["policy", "-", API],
];

#[test]
fn the_syntax_error_comes_first_with_its_place() {
    let statement = r#""Effect": "Allow", "Action": "a", "Resource": "*""#;
    for (text, problem) in [
        // A policy with a trailing comma, cut off, and with a mistake in front of the comma.
        (
            r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",}]}"#.to_owned(),
            "as JSON: trailing comma at line 1 column 60",
        ),
        (
            format!(r#"{{"Version": "2012-10-17", "Statement": [{{{statement}}}]"#),
            "as JSON: EOF while parsing an object at line 1 column 92",
        ),
        (
            format!("{{\"Version\": \"2012-10-17\",\n\"Statement\": [{{{statement},}}]}}"),
            "as JSON: trailing comma at line 2 column 66",
        ),
        // A template and an export in one line.
        (
            r#"{"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"A": {},}}"#.to_owned(),
            "as JSON: trailing comma at line 1 column 66",
        ),
        (
            r#"{"info": {}, "openapi": "3.0.1", "paths": {"/a": {},}}"#.to_owned(),
            "as JSON: trailing comma at line 1 column 53",
        ),
        // One authorizer, and an answer.
        (
            r#"{"type": "TOKEN",}"#.to_owned(),
            "as JSON: trailing comma at line 1 column 18",
        ),
        (
            r#"{"principalId": "a", "policyDocument": {}"#.to_owned(),
            "as JSON: EOF while parsing an object at line 1 column 41",
        ),
        // YAML.
        ("a: [\n".to_owned(), "as YAML: "),
        (
            "AWSTemplateFormatVersion: x\n  Resources:\n    A: 1\n".to_owned(),
            "as YAML: mapping values are not allowed in this context at line 2 column 12",
        ),
        ("Statement:\n- {Effect: Allow\n".to_owned(), "as YAML: "),
    ] {
        for reader in READERS {
            let expected = format!("error: standard input: the document cannot be read: {problem}");
            check(reader, &text, 2, &expected);
            check(reader, &text, 2, " at line ");
        }
    }
}

/// Some are in one line, some are indented, and some have a member of another kind inside.
#[test]
fn members_at_the_top_decide_what_a_file_is() {
    let policy = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "/a"}}"#;
    check(&["lint", "-"], policy, 1, "error[");
    check(&["lint", "-"], &format!("\u{feff}{policy}"), 1, "error[");
    check(&["routes", "-"], policy, 2, "this is a policy");

    let template = "  Transform: AWS::Serverless-2016-10-31\n  Resources: {A: {Type: AWS::Serverless::Api, \
                    Properties: {StageName: prod, DefinitionBody: {openapi: 3.0.1, paths: {/a: {get: {}}}}}}}\n";
    check(&["routes", "-"], template, 0, "GET /a");
    let quoted = "'openapi' : 3.0.1\npaths: {/a: {get: {}}}\n";
    check(&["routes", "-"], quoted, 0, "GET /a");

    // Only a line of a text begins like a template, and only a member inside is called like one.
    let text = "openapi: 3.0.1\ninfo:\n  description: \"\nResources\n\"\npaths: {/a: {get: {}}}\n";
    check(&["routes", "-"], text, 0, "GET /a");
    let similar = "ResourcesOfOthers: {}\n";
    check(
        &["routes", "-"],
        similar,
        2,
        "it has neither `Resources` nor `openapi`",
    );
}

#[test]
fn a_policy_in_yaml_is_told_to_be_one() {
    let policy = "Version: '2012-10-17'\nStatement: {Effect: Allow, Action: '*', Resource: '*'}\n";
    for reader in [&["lint", "-"][..], &["policy", "-", API]] {
        let expected = "error: standard input: this is a policy in YAML, and authorizers return JSON; write it as JSON\n";
        check(reader, policy, 2, expected);
    }
    check(&["routes", "-"], policy, 2, "this is a policy");
}
