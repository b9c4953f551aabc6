//! Files and words that are not what the user thinks they are.

use crate::command::{check, run};

const ANSWER: &str = "crates/command/examples/answer.json";
const API: &str = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets";

#[test]
fn a_file_that_is_taken_for_a_method_is_named() {
    let config = "crates/command/examples/authorizer.json";
    check(
        &["explain", config, "answer", "GET", "/pets"],
        "",
        2,
        "`answer` is taken for the method of the request, because it consists only of letters; if it is a file with an answer, \
         write `./answer`",
    );
}

#[test]
fn an_empty_policy_is_named_as_such() {
    for text in ["", " \n"] {
        check(
            &["policy", "-", API],
            text,
            2,
            "standard input: the file is empty; pass a `policyDocument`",
        );
    }
}

#[test]
fn yaml_in_braces_is_not_taken_for_json() {
    let document = "{openapi: 3.0.1, paths: {/pets: {get: {}}}}";
    check(&["routes", "-"], document, 0, "GET /pets");
    let policy = "{Statement: {Effect: Allow, Action: '*', Resource: '*'}}";
    check(&["policy", "-", API], policy, 2, "this is a policy in YAML");
    check(
        &["explain", "-", ANSWER, "GET", "/"],
        "{type: TOKEN}",
        2,
        "one authorizer as JSON",
    );
}

#[test]
fn a_document_that_guards_nothing_has_a_note() {
    let open = "openapi: 3.0.1\npaths: {/pets: {get: {}}}\n";
    let nothing =
        "note: standard input: no operation has an authorizer, so anyone may call each of them";
    check(&["explain", "-", "GET", "/pets"], open, 0, nothing);
    let guarded = "crates/command/examples/template.yaml";
    let (_, printed) = run(&["explain", guarded, ANSWER, "GET", "/health"], "");
    assert!(!printed.contains("no operation has"), "{printed}");
    let (_, printed) = run(
        &["explain", "-", "GET", "/pets"],
        "openapi: 3.0.1\npaths: {}\n",
    );
    assert!(!printed.contains("no operation has"), "{printed}");
}

#[cfg(unix)]
#[test]
fn a_path_that_leads_nowhere_is_an_error_with_a_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let around = folder.path().join("around.json");
    std::os::unix::fs::symlink(&around, &around).unwrap();
    let around = around.display().to_string();
    let in_a_file = format!("{ANSWER}/x");
    let long = "x".repeat(5000);
    for (file, problem) in [
        (around.as_str(), "around.json: "),
        (in_a_file.as_str(), "answer.json/x: "),
        (long.as_str(), "xxx: "),
        ("", "an empty file name: there is no such file"),
    ] {
        for command in [&["lint", file][..], &["policy", file, API]] {
            check(command, "", 2, problem);
            check(command, "", 2, "; check the path");
        }
    }
}
