//! Lists of routes, and what changed in them.

use std::{fs, path::PathBuf};

use serde_json::Value;

use crate::command::{check, project, run};

const TEMPLATE: &str = "crates/command/examples/template.yaml";

fn template() -> String {
    fs::read_to_string(project().join(TEMPLATE)).unwrap()
}

/// Writes a list of the template's routes.
fn list(name: &str, format: &str) -> PathBuf {
    let (code, printed) = run(&["routes", "--format", format, TEMPLATE], "");
    assert_eq!(code, 0, "{printed}");
    let file = std::env::temp_dir().join(format!("routes-{name}-{}", std::process::id()));
    fs::write(&file, printed).unwrap();
    file
}

#[test]
fn nothing_has_changed() {
    for format in ["text", "json"] {
        let file = list(&format!("same-{format}"), format);
        let arguments = ["routes", TEMPLATE, "--check", file.to_str().unwrap()];
        check(&arguments, "", 0, "6 operations, nothing changed");
        // As a checkout on Windows has it.
        let windows = fs::read_to_string(&file).unwrap().replace('\n', "\r\n");
        fs::write(&file, windows).unwrap();
        check(&arguments, "", 0, "nothing changed");
        fs::remove_file(file).unwrap();
    }
}

/// No layer could be made of it, and a list by name would show only one of the two.
#[test]
fn operations_that_cannot_be_told_apart_are_an_error() {
    let template = template().replace("Path: /health, Method: get", "Path: /orders/, Method: get");
    check(
        &["routes", "-"],
        &template,
        2,
        "the operation `GET /orders`: the same method of the same path is defined twice",
    );
}

#[test]
fn what_became_open_comes_first() {
    let open = template().replace("DefaultAuthorizer: customers", "");
    for format in ["text", "json"] {
        let file = list(&format!("open-{format}"), format);
        let arguments = ["routes", "-", "--check", file.to_str().unwrap()];
        let (code, printed) = run(&arguments, &open);
        assert_eq!(code, 1, "{printed}");
        let first: Vec<_> = printed.lines().take(3).collect();
        assert_eq!(first[0], "OPEN: GET /orders became open");
        assert_eq!(first[1], "OPEN: GET /orders/{id} became open");
        assert!(first[2].starts_with("--- "), "{printed}");
        fs::remove_file(file).unwrap();
    }
}

#[test]
fn new_open_operations_are_named_too() {
    let file = list("new", "text");
    let arguments = ["routes", "-", "--check", file.to_str().unwrap()];
    let health = "Path: /health, Method: get";
    let more = template().replace(health, "Path: /health, Method: post");
    let (code, printed) = run(&arguments, &more);
    assert_eq!(code, 1);
    assert!(
        printed.starts_with("OPEN: POST /health is new and open\n"),
        "{printed}"
    );
    assert!(printed.contains("\n-GET /health "), "{printed}");

    // A change that lets less through is one, too.
    let guarded = template().replace(", Auth: {Authorizer: NONE}", "");
    let (code, printed) = run(&arguments, &guarded);
    assert_eq!(code, 1);
    assert!(printed.starts_with("--- "), "{printed}");

    let json = [&arguments[..], &["--format", "json"]].concat();
    let (code, printed) = run(&json, &more);
    let json: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(code, 1);
    assert_eq!(json["becameOpen"][0], "POST /health is new and open");
    fs::remove_file(file).unwrap();
}

#[test]
fn another_scheme_is_less_than_a_lambda_authorizer() {
    let document = |scheme: &str| {
        format!(
            r#"{{"openapi": "3.0.1", "paths": {{"/": {{"get": {{"security": [{{"{scheme}": []}}]}}}}}},
            "components": {{"securitySchemes": {{
                "key": {{"type": "apiKey", "in": "header", "name": "x-api-key"}},
                "gate": {{"type": "apiKey", "in": "header", "name": "auth",
                    "x-amazon-apigateway-authorizer": {{"type": "token"}}}}}}}}}}"#
        )
    };
    let (_, before) = run(&["routes", "-"], &document("gate"));
    let file = std::env::temp_dir().join(format!("routes-less-{}", std::process::id()));
    fs::write(&file, before).unwrap();
    let arguments = ["routes", "-", "--check", file.to_str().unwrap()];
    let less = "LESS GUARDED: GET / is no longer guarded by a Lambda authorizer\n--- ";
    check(&arguments, &document("key"), 1, less);
    fs::remove_file(file).unwrap();
}

#[test]
fn an_operation_that_is_gone_may_be_served_by_another() {
    let document = |orders: &str| {
        format!(
            r#"{{"openapi": "3.0.1", "paths": {{{orders} "/{{proxy+}}": {{"x-amazon-apigateway-any-method": {{}}}}}},
            "components": {{"securitySchemes": {{"gate": {{"type": "apiKey", "in": "header", "name": "auth",
                "x-amazon-apigateway-authorizer": {{"type": "token"}}}}}}}}}}"#
        )
    };
    let orders = r#""/orders": {"get": {"security": [{"gate": []}]}},"#;
    let (_, before) = run(&["routes", "-"], &document(orders));
    let file = std::env::temp_dir().join(format!("routes-gone-{}", std::process::id()));
    fs::write(&file, before).unwrap();
    let arguments = ["routes", "-", "--check", file.to_str().unwrap()];
    check(
        &arguments,
        &document(orders),
        0,
        "2 operations, nothing changed",
    );
    let (code, printed) = run(&arguments, &document(""));
    assert_eq!(code, 1, "{printed}");
    assert!(
        printed.starts_with("GONE: GET /orders was guarded; "),
        "{printed}"
    );
    fs::remove_file(file).unwrap();
}

#[test]
fn long_names_and_default_routes_are_compared_as_they_are_printed() {
    let long = format!("/{}", "a".repeat(300));
    let document = format!(
        r#"{{"openapi": "3.0.1", "x-amazon-apigateway-importexport-version": "1.0", "paths": {{"{long}": {{"get": {{}}}},
        "/$default": {{"x-amazon-apigateway-any-method": {{"isDefaultRoute": true}}}}}}}}"#
    );
    for format in ["text", "json"] {
        let (_, before) = run(&["routes", "--format", format, "-"], &document);
        let file =
            std::env::temp_dir().join(format!("routes-{format}-long-{}", std::process::id()));
        fs::write(&file, before).unwrap();
        let arguments = ["routes", "-", "--check", file.to_str().unwrap()];
        check(&arguments, &document, 0, "2 operations, nothing changed");
        fs::remove_file(file).unwrap();
    }
}

#[test]
fn a_file_that_is_not_a_list_is_an_error() {
    check(
        &["routes", TEMPLATE, "--check", "-"],
        "GET /pets",
        2,
        "lambda-authorizer routes",
    );
    let remedy =
        "this is not a list of routes; write one with `lambda-authorizer routes DOCUMENT > FILE`";
    for json in ["{}", "{", "[]"] {
        check(&["routes", TEMPLATE, "--check", "-"], json, 2, remedy);
    }
    check(
        &["routes", TEMPLATE, "--check", "nowhere"],
        "",
        2,
        "nowhere: ",
    );
    let authorizer = "crates/command/examples/authorizer.json";
    check(&["routes", authorizer], "", 2, "this is one authorizer");
    let policy = "crates/command/examples/policy.json";
    check(&["routes", policy], "", 2, "this is a policy");
}
