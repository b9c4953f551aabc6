//! Finds the examples in the documentation of the crates.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The Rust files in these folders of the repository, and the pages next to them that they include.
pub(crate) fn sources(folders: &[&str]) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders: Vec<_> = folders.iter().map(|it| root.join(it)).collect();
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs" || it == "md") {
                sources.push(path);
            }
        }
    }
    sources
}

/// The examples in the text of a file.
pub(crate) fn examples_in_file<'t>(path: &Path, text: &'t str) -> Vec<Vec<&'t str>> {
    if path.extension().is_some_and(|it| it == "md") {
        examples_of_page(text)
    } else {
        examples(text)
    }
}

/// The lines of each example in the documentation of a file, without the signs of the comment. The first line is the fence.
pub(crate) fn examples(source: &str) -> Vec<Vec<&str>> {
    let comments = source.lines().map(str::trim_start).map(|line| {
        let comment = line
            .strip_prefix("///")
            .or_else(|| line.strip_prefix("//!"));
        comment.map(|it| it.strip_prefix(' ').unwrap_or(it))
    });
    examples_in(comments)
}

/// The same for a page that rustdoc includes.
pub(crate) fn examples_of_page(page: &str) -> Vec<Vec<&str>> {
    examples_in(page.lines().map(Some))
}

/// A line that is `None` is not documentation.
fn examples_in<'l>(lines: impl Iterator<Item = Option<&'l str>>) -> Vec<Vec<&'l str>> {
    let mut examples = Vec::new();
    let mut open: Option<Vec<&str>> = None;
    for line in lines {
        let Some(line) = line else {
            open = None;
            continue;
        };
        match (line.starts_with("```"), open.take()) {
            (true, Some(example)) => examples.push(example),
            (true, None) => open = Some(vec![line]),
            (false, Some(mut example)) => {
                example.push(line);
                open = Some(example);
            }
            (false, None) => {}
        }
    }
    let is_rust = |fence: &str| {
        fence == "```"
            || ["rust", "fail", "no_run"]
                .iter()
                .any(|it| fence.contains(it))
    };
    examples.retain(|example| example.first().is_some_and(|fence| is_rust(fence)));
    examples
}
