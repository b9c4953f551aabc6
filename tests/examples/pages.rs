//! GitHub shows the lines that rustdoc hides, and a reader who copies them gets code that does not compile. So the
//! pages have none. And a page shows code that runs.

use std::{fs, path::Path};

use regex::Regex;

use crate::named_tests::missing_in;

#[test]
fn code_on_a_page_has_no_hidden_lines() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages: Vec<_> = ["docs", "docs/command"]
        .into_iter()
        .flat_map(|folder| fs::read_dir(root.join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    pages.retain(|page| page.extension().is_some_and(|it| it == "md"));
    assert!(pages.len() > 10, "{pages:?}");
    pages.push(root.join("README.md"));

    let mut hidden = Vec::new();
    for page in pages {
        let text = fs::read_to_string(&page).unwrap();
        let lines = hidden_lines(&text).map(|line| format!("{}: {line}", page.display()));
        hidden.extend(lines);
    }
    assert!(hidden.is_empty(), "{hidden:#?}");
}

#[test]
fn headings_attributes_and_comments_of_a_shell_are_not_hidden_lines() {
    let page = "# Title\n```rust\n# use a::B;\n#[test]\n    # f();\n#\n##b\n```\n```sh\n# now\n```\n\
                ```\n# g();\n```\n# End\n";
    let hidden: Vec<_> = hidden_lines(page).collect();
    assert_eq!(hidden, ["# use a::B;", "    # f();", "#", "# g();"]);
}

fn hidden_lines(page: &str) -> impl Iterator<Item = &str> {
    // A page begins with text, and each fence begins or ends code.
    let code = page.split("```").skip(1).step_by(2);
    // To rustdoc, code without a language is Rust, too.
    code.filter(|block| block.starts_with("rust") || block.starts_with('\n'))
        .flat_map(str::lines)
        .filter(|line| line.trim() == "#" || line.trim_start().starts_with("# "))
}

/// Another test checks that these texts are printed.
#[test]
fn the_page_about_causes_quotes_the_page_of_mistakes() {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mistakes = words(include_str!("../../docs/mistakes.md"));
    let page = include_str!("../../docs/why.md");
    let blocks = page.split("```text\n").skip(1);
    let quoted: Vec<_> = blocks
        .map(|behind| words(behind.split_once("```").unwrap().0))
        .collect();
    assert!(quoted.len() > 5, "{quoted:#?}");
    for text in quoted {
        assert!(mistakes.contains(&text), "not in docs/mistakes.md: {text}");
    }
}

#[test]
fn the_page_of_the_recipes_shows_their_project() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |file: &str| fs::read_to_string(root.join(file)).unwrap();
    let files = [
        "jwt.rs",
        "jwt/keys.rs",
        "jwt/verify.rs",
        "opaque_token.rs",
        "api_key.rs",
    ];
    let sources = files
        .map(|file| read(&format!("examples/recipes/src/{file}")))
        .concat();
    let page = read("docs/recipes.md");
    let mut blocks = page.split("```rust\n").skip(1).peekable();
    assert!(blocks.peek().is_some(), "the page has no code");
    for block in blocks {
        let (code, _) = block.split_once("```").unwrap();
        // A block may show several items that are apart in the project.
        for item in code.split("\n}\n\n") {
            assert!(
                sources.contains(item.trim_end()),
                "not in the project:\n{item}"
            );
        }
    }
}

#[test]
fn the_page_of_the_middleware_shows_the_whole_examples() {
    let page = include_str!("../../docs/tower-middleware.md");
    let blocks = |fence: &str| {
        let blocks = page.split(fence).skip(1);
        let blocks = blocks.map(|after| after.split_once("```").unwrap().0);
        blocks.collect::<Vec<_>>()
    };
    let whole = blocks("```rust\n");
    for middleware in [
        include_str!("../../examples/middleware/check.rs"),
        include_str!("../../examples/middleware/rate_limit.rs"),
    ] {
        assert!(whole.contains(&middleware), "{middleware}");
    }
    let program = include_str!("../../examples/middleware.rs");
    let parts = blocks("```rust,ignore\n");
    assert!(
        parts.len() > 1 && parts.iter().all(|part| program.contains(part)),
        "{parts:#?}"
    );
}

#[test]
fn the_pages_about_middleware_name_tests_files_and_items_that_exist() {
    let page = include_str!("../../docs/tower-middleware-rules.md");
    let mut missing = missing_in(include_str!("../../docs/tower-middleware.md"));
    missing.extend(missing_in(page));
    assert!(missing.is_empty(), "{missing:#?}");

    let place = Regex::new("`([A-Za-z_: ]+)`[^`.]* in `(src/[^`]+)`").unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut places = 0;
    for found in place.captures_iter(page) {
        places += 1;
        let (item, file) = (&found[1], &found[2]);
        let name = item.rsplit([':', ' ']).next().unwrap();
        let source = fs::read_to_string(root.join(file)).unwrap();
        let defines = Regex::new(&format!(r"(fn|struct|enum|for) {name}\b")).unwrap();
        assert!(defines.is_match(&source), "`{item}` in {file}");
    }
    assert!(places > 15, "{places}");
}
