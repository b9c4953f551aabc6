//! The code in `docs/recipes.md` is the code of this project.

use std::{fs, path::Path};

#[test]
fn the_page_shows_this_project() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |file: &str| fs::read_to_string(project.join(file)).unwrap();
    let files = [
        "jwt.rs",
        "jwt/keys.rs",
        "jwt/verify.rs",
        "opaque_token.rs",
        "api_key.rs",
    ];
    let sources = files.map(|file| read(&format!("src/{file}"))).concat();
    let page = read("../../docs/recipes.md");
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
