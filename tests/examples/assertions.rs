//! An example without assertions shows how to write something, but not what it does, and stays as it is when that changes.

use std::fs;

use crate::rustdoc::{examples, examples_in_file, sources};

#[test]
fn examples_assert_what_they_show() {
    let mut silent = Vec::new();
    let mut count = 0;
    for source in sources(&["src", "crates/execute-api-policy/src"]) {
        let text = fs::read_to_string(&source).unwrap();
        for example in examples_in_file(&source, &text) {
            count += 1;
            if !asserts(&example) {
                silent.push(format!("{}: {example:#?}", source.display()));
            }
        }
    }
    assert!(count > 200, "{count}");
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn an_assertion_is_a_macro_a_method_of_the_test_kit_or_a_table() {
    let example = |fence: &str, line: &str| {
        let source = format!("/// ```{fence}\n/// {line}\n/// ```\n");
        examples(&source).iter().all(|it| asserts(it))
    };
    assert!(example("", "assert_eq!(1 + 1, 2);"));
    assert!(example(
        "",
        "harness.get(\"/\").send().await.assert_allowed();"
    ));
    assert!(example("", "harness.run_table(\"GET / t allowed\").await;"));
    assert!(example("no_run", "let tier = RedisTier::connect(url)?;"));
    assert!(example("compile_fail,E0277", "Ok(load()?)"));
    assert!(!example(
        "",
        "let layer = layer.result_ttl(ttl)?; // assert_eq!(1, 1)"
    ));
    assert!(!example("", "# let _ = layer;"));
}

/// Whether an example asserts something when it runs, if it runs.
fn asserts(example: &[&str]) -> bool {
    let is_run = |fence: &&str| !fence.contains("no_run") && !fence.contains("compile_fail");
    let is_assertion = |line: &&str| {
        let (code, _) = line.split_once("// ").unwrap_or((line, ""));
        code.contains("assert") || code.contains(".run_table")
    };
    !example.first().is_some_and(is_run) || example.iter().any(is_assertion)
}
