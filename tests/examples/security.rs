//! Checks that every test in `SECURITY.md` exists, and that every attack in it has a test.

use crate::named_tests::{missing_in, tests_in};

#[test]
fn every_test_in_the_threat_model_exists() {
    let text = include_str!("../../SECURITY.md");
    let missing = missing_in(text);
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
