//! rustdoc hides lines that begin with `# `. If it hides an import that the other lines need, a reader who copies the
//! example gets code that does not compile.

use std::fs;

use regex::Regex;

use crate::rustdoc::{examples, examples_in_file, examples_of_page, sources};

#[test]
fn examples_show_the_imports_that_they_need() {
    let sources = sources(&["src", "crates/execute-api-policy/src", "crates/console/src"]);
    assert!(sources.len() > 200, "{}", sources.len());
    let mut hidden = Vec::new();
    for source in sources {
        let text = fs::read_to_string(&source).unwrap();
        let examples = examples_in_file(&source, &text);
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
