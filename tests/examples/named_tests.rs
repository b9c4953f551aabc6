//! The tests and files that a page names.

use std::{fs, path::Path};

/// A test is written as `tests/file.rs::name`, or as the file of a whole test program, in backticks.
pub(crate) fn tests_in(line: &str) -> impl Iterator<Item = &str> {
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

/// What the page names and does not exist.
pub(crate) fn missing_in(page: &str) -> Vec<&str> {
    let named = page.lines().flat_map(tests_in);
    named.filter(|test| !exists(test)).collect()
}
