//! Checks that every test in `SECURITY.md` exists, and that every attack in it has a test.

use std::{fs, path::Path};

/// A test is written as `tests/file.rs::name`, or as the file of a whole test program, in backticks.
fn tests_in(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').filter(|word| {
        ["tests/", "src/", "crates/"]
            .iter()
            .any(|folder| word.starts_with(folder))
    })
}

fn exists(test: &str) -> bool {
    let (file, name) = match test.split_once("::") {
        Some((file, name)) => (file, Some(name)),
        None => (test, None),
    };
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let text = fs::read_to_string(file).unwrap_or_default();
    let is_there = |name| {
        let start = text.find(&format!("fn {name}("));
        // The attribute is in the lines before it.
        start.is_some_and(|start| {
            let above = text[..start].lines().rev().take(4);
            above.into_iter().any(|line| line.contains("test"))
        })
    };
    name.map_or(!text.is_empty(), is_there)
}

#[test]
fn every_test_in_the_threat_model_exists() {
    let text = include_str!("../../SECURITY.md");
    let missing: Vec<_> = text
        .lines()
        .flat_map(tests_in)
        .filter(|test| !exists(test))
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_attack_has_a_test() {
    let text = include_str!("../../SECURITY.md");
    let (_, tables) = text.split_once("## What was tried").unwrap();
    let (tables, _) = tables.split_once("\n## ").unwrap();
    let is_row = |line: &&str| {
        let is_head = line.starts_with("| Way around") || line.starts_with("|---");
        line.starts_with('|') && !is_head
    };
    let rows: Vec<_> = tables.lines().filter(is_row).collect();
    assert!(rows.len() > 20, "{}", rows.len());
    let without: Vec<_> = rows
        .iter()
        .filter(|row| tests_in(row).next().is_none())
        .collect();
    assert!(without.is_empty(), "{without:#?}");
}
