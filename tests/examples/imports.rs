//! rustdoc hides lines that begin with `# `. If it hides an import that the other lines need, who copies the example gets
//! code that does not compile.

use std::{
    fs,
    path::{Path, PathBuf},
};

use regex::Regex;

#[test]
fn examples_show_the_imports_that_they_need() {
    let sources = sources();
    assert!(sources.len() > 200, "{}", sources.len());
    let mut hidden = Vec::new();
    for source in sources {
        let text = fs::read_to_string(&source).unwrap();
        let is_page = source.extension().is_some_and(|it| it == "md");
        let examples = if is_page {
            examples_of_page(&text)
        } else {
            examples(&text)
        };
        let names = examples.into_iter().flat_map(|it| hidden_imports(&it));
        hidden.extend(names.map(|name| format!("{}: {name}", source.display())));
    }
    assert!(hidden.is_empty(), "{hidden:#?}");
}

#[test]
fn an_import_is_hidden_if_only_rustdoc_sees_it() {
    let source = "
        /// ```
        /// # use a::{B, c::D, Unused};
        /// # use a::Trait as _;
        /// # let hidden = Unused::new();
        /// use a::E;
        ///
        /// let b = B::new(D, E);
        /// ```
        fn f() {}
        //! ```text
        //! # use a::B;
        //! B
        //! ```
    ";
    let found: Vec<_> = examples(source)
        .iter()
        .map(|it| hidden_imports(it))
        .collect();
    assert_eq!(found, [["B", "D"]]);

    let page =
        "# A title\n\n```\n# use a::B;\nlet b = B;\n```\nText.\n```sh\n# use a::B;\nB\n```\n";
    let found: Vec<_> = examples_of_page(page)
        .iter()
        .map(|it| hidden_imports(it))
        .collect();
    assert_eq!(found, [["B"]]);
}

/// The Rust files of the crates that a reader finds on docs.rs, and the pages next to them that they include.
fn sources() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let crates = ["src", "crates/execute-api-policy/src", "crates/console/src"];
    let mut folders: Vec<_> = crates.map(|it| root.join(it)).into();
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

/// The lines of each example in the documentation of a file, without the signs of the comment.
fn examples(source: &str) -> Vec<Vec<&str>> {
    let comments = source.lines().map(str::trim_start).map(|line| {
        let comment = line
            .strip_prefix("///")
            .or_else(|| line.strip_prefix("//!"));
        comment.map(|it| it.strip_prefix(' ').unwrap_or(it))
    });
    examples_in(comments)
}

/// The same for a page that rustdoc includes.
fn examples_of_page(page: &str) -> Vec<Vec<&str>> {
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

/// The names that hidden lines import and other lines use.
fn hidden_imports(example: &[&str]) -> Vec<String> {
    let import = Regex::new(r"(?m)^use ([^;]*);").unwrap();
    let hidden = example.iter().filter_map(|line| line.strip_prefix("# "));
    let hidden = hidden.collect::<Vec<_>>().join("\n");
    let shown = example.iter().filter(|line| !line.starts_with("# "));
    let shown = shown.copied().collect::<Vec<_>>().join("\n");
    let shown = import.replace_all(&shown, "");
    let words: Vec<_> = words(&shown).collect();
    let imported = import.captures_iter(&hidden).flat_map(|found| {
        let paths = found.get(1).map_or("", |it| it.as_str());
        // The name is what stands at the end of a path.
        let ends = paths.split([',', '}']).map(str::trim_end);
        ends.filter_map(|path| self::words(path).last())
    });
    let used = imported.filter(|name| *name != "_" && words.contains(name));
    used.map(str::to_owned).collect()
}

fn words(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.split(|character: char| !character.is_alphanumeric() && character != '_')
        .filter(|word| !word.is_empty())
}
