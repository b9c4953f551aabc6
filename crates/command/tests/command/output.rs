//! Colours, and JSON for programs.

use serde_json::Value;

use crate::command::run_with;

const PETSTORE: &str = "tests/openapi/petstore.json";
const ANSWERS: &str = "crates/command/examples/answers.json";
const REQUEST: [&str; 5] = ["explain", PETSTORE, ANSWERS, "GET", "/pets/8"];

#[test]
fn colours_are_for_terminals_and_never_with_no_color() {
    let printed = |variables| run_with(&REQUEST, "", variables).output;
    let plain = printed(&[]);
    assert!(plain.starts_with("UNAUTHORIZED 401: "), "{plain}");
    // As if there were a terminal.
    let coloured = printed(&[("CLICOLOR_FORCE", "1")]);
    assert!(coloured.starts_with('\u{1b}'), "{coloured}");
    let never = [("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")];
    assert_eq!(printed(&never), plain);
    let json = [&REQUEST[..], &["--format", "json"]].concat();
    let json = run_with(&json, "", &[("CLICOLOR_FORCE", "1")]).output;
    assert!(serde_json::from_str::<Value>(&json).is_ok(), "{json}");
}

#[test]
fn errors_have_colours_for_terminals_only() {
    let errors = |variables| run_with(&["lint", "nowhere"], "", variables).errors;
    assert!(errors(&[]).starts_with("error: nowhere: "));
    assert!(errors(&[("CLICOLOR_FORCE", "1")]).starts_with('\u{1b}'));
}

#[test]
fn each_command_prints_json() {
    let table = run_with(
        &["table", "--format", "json", PETSTORE, ANSWERS, "-"],
        "GET / - open\nGET /pets/8 - allowed",
        &[],
    );
    let json: Value = serde_json::from_str(&table.output).unwrap();
    assert_eq!(table.code, 1);
    assert_eq!(json["lines"], 2);
    assert_eq!(json["differences"][0]["line"], 2);
    assert_eq!(json["differences"][0]["explanation"]["allowed"], false);

    let arn = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets/7";
    let policy = "crates/command/examples/policy.json";
    let keys = "aws:SourceIp=203.0.113.9";
    let policy = run_with(&["policy", "--format", "json", policy, arn, keys], "", &[]);
    let json: Value = serde_json::from_str(&policy.output).unwrap();
    assert_eq!(policy.code, 0);
    assert_eq!(json["findings"][1]["code"], "host-bits");
    assert!(json["explanation"].is_object());

    let routes = run_with(&["routes", "--format", "json", PETSTORE], "", &[]);
    let json: Value = serde_json::from_str(&routes.output).unwrap();
    assert_eq!(routes.code, 0);
    assert!(json["operations"].as_array().is_some_and(|it| it.len() > 2));
}
