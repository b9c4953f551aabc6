//! The files of the page: nothing in them needs a laxer policy than the console's, and nothing comes from elsewhere.

use std::{fs, path::Path};

fn files() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("page");
    let files = fs::read_dir(folder).unwrap().map(|entry| {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, fs::read_to_string(path).unwrap())
    });
    files.collect()
}

/// The opening tags of a document.
fn tags(text: &str) -> impl Iterator<Item = &str> {
    text.split('<')
        .skip(1)
        .map(|tag| tag.split('>').next().unwrap())
}

#[test]
fn scripts_and_styles_are_files() {
    let (_, index) = files()
        .into_iter()
        .find(|(name, _)| name == "index.html")
        .unwrap();
    for tag in tags(&index) {
        let lower = tag.to_ascii_lowercase();
        assert!(
            !lower.starts_with("script") || lower.contains("src="),
            "<{tag}>"
        );
        assert!(lower.split_whitespace().next() != Some("style"), "<{tag}>");
        assert!(!lower.contains(" style="), "<{tag}>");
        let attributes = lower.split_whitespace().skip(1);
        let mut names = attributes
            .filter_map(|attribute| attribute.split_once('='))
            .map(|(name, _)| name);
        assert!(!names.any(|name| name.starts_with("on")), "<{tag}>");
        assert!(!lower.contains("javascript:"), "<{tag}>");
    }
    for (name, text) in files() {
        for sink in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
            ".style.cssText",
            "setAttribute(\"style\"",
            "createContextualFragment",
            "DOMParser",
        ] {
            assert!(
                !name.ends_with(".js") || !text.contains(sink),
                "{name}: {sink}"
            );
        }
    }
}

#[test]
fn nothing_is_loaded_from_elsewhere() {
    for (name, text) in files() {
        let text = text.replace("http://www.w3.org/2000/svg", "");
        for elsewhere in ["http://", "https://", "url(//", "=\"//", "@import"] {
            assert!(!text.contains(elsewhere), "{name}: {elsewhere}");
        }
    }
}
