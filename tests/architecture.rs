//! The picture of the modules in ARCHITECTURE.md equals the code: each module uses only modules below it. The page lists the
//! exceptions with their reasons. And what the crates of the workspace use of each other can be published.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Its hidden items differ between versions of the policy language.
const HIDDEN: &str = "execute_api_policy::layer_only";

type Dependency = (String, String);

const PICTURE: &str = include_str!("../ARCHITECTURE.md");

#[test]
fn modules_use_only_the_modules_below_them() {
    let floors = floors();
    let exceptions = exceptions();
    let floor = |module: &str| {
        let found = floors.iter().position(|modules| modules.contains(module));
        found.unwrap_or_else(|| panic!("`{module}` is not in the picture of ARCHITECTURE.md"))
    };
    let upwards: BTreeSet<_> = dependencies()
        .into_iter()
        .filter(|(module, used)| floor(module) <= floor(used))
        .collect();
    let unexplained: Vec<_> = upwards.difference(&exceptions).collect();
    assert!(
        unexplained.is_empty(),
        "these use a module that is not below them: {unexplained:?}"
    );
    let gone: Vec<_> = exceptions.difference(&upwards).collect();
    assert!(gone.is_empty(), "these exceptions are not needed: {gone:?}");
}

#[test]
fn the_picture_has_all_modules_and_no_other() {
    let drawn: BTreeSet<_> = floors().into_iter().flatten().collect();
    assert_eq!(drawn, modules());
}

#[test]
fn a_crate_that_uses_hidden_items_requires_exactly_the_version_that_has_them() {
    let version = include_str!("../Cargo.toml")
        .split_once("[workspace.package]\nversion = \"")
        .and_then(|(_, after)| after.split_once('"'));
    let (version, _) = version.expect("the version");
    let mut exact = Vec::new();
    for folder in ["", "crates/command", "crates/console"] {
        let manifest = root().join(folder).join("Cargo.toml");
        let manifest = fs::read_to_string(manifest).expect("a manifest");
        let uses_hidden = files_in(root().join(folder).join("src"))
            .iter()
            .any(|file| {
                let source = fs::read_to_string(file).expect("a source file");
                source.contains(HIDDEN)
            });
        let required = format!("\nexecute-api-policy = {{ version = \"={version}\",");
        let is_exact = manifest.contains(&required);
        assert!(is_exact || !uses_hidden, "`{folder}` must have{required}");
        exact.extend(is_exact.then_some(folder));
    }
    assert_eq!(exact, [""], "the crates that use hidden items");
}

#[test]
fn the_layer_has_every_public_item_of_the_policy_language_and_no_hidden_one() {
    let exported = |source: &str, from: &str| {
        let (_, after) = source.split_once(from).expect("the list");
        let (list, _) = after.split_once("};").expect("its end");
        let names = list.split(|character: char| !character.is_alphanumeric() && character != '_');
        let names = names.filter(|name| name.starts_with(char::is_uppercase));
        names.map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let layer = include_str!("../src/policy.rs");
    let language = include_str!("../crates/execute-api-policy/src/lib.rs");
    let here = exported(layer, "pub use execute_api_policy::{");
    assert_eq!(here, exported(language, "pub use self::{"));
    assert!(here.len() > 30, "{here:?}");
    let lists = layer.matches("\npub use execute_api_policy").count();
    assert_eq!(lists, 1, "the list of what is public");
}

#[test]
fn paths_are_found_in_lists_and_outside_of_use_lines() {
    let source = "use crate::{\n    api::{Api, x::Y},\n    clock::{self, Clock},\n};\nuse crate::error::E;\n\
                  /// [`Api`](crate::layer::Api)\nfn f() -> crate::service::F { crate::Root }";
    let found: Vec<_> = used(source).into_iter().collect();
    assert_eq!(found, ["Root", "api", "clock", "error", "service"]);
}

/// The lines of the block after a heading: in the picture one floor each, the highest first.
fn floors() -> Vec<BTreeSet<String>> {
    let (_, after) = PICTURE
        .split_once("<!-- modules -->\n\n```text\n")
        .expect("the picture");
    let (picture, _) = after.split_once("```").expect("its end");
    let floor = |line: &str| {
        let modules = line.split_whitespace();
        modules.map(str::to_owned).collect()
    };
    let mut floors: Vec<_> = picture.lines().map(floor).collect();
    floors.reverse();
    floors
}

/// Items that begin with "`module` uses `module`".
fn exceptions() -> BTreeSet<Dependency> {
    let exception = |line: &str| {
        let (module, after) = line.strip_prefix("- `")?.split_once("` uses `")?;
        let (used, _) = after.split_once('`')?;
        Some((module.to_owned(), used.to_owned()))
    };
    PICTURE.lines().filter_map(exception).collect()
}

fn dependencies() -> BTreeSet<Dependency> {
    let modules = modules();
    let mut dependencies = BTreeSet::new();
    for module in &modules {
        for file in files(module) {
            let source = fs::read_to_string(file).expect("a source file");
            let used = used(&source).into_iter();
            let others = used.filter(|used| modules.contains(used) && used != module);
            dependencies.extend(others.map(|used| (module.clone(), used)));
        }
    }
    dependencies
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn source() -> PathBuf {
    root().join("src")
}

/// Folders and files in `src/`, without `lib.rs`, which only puts them together.
fn modules() -> BTreeSet<String> {
    let entries = fs::read_dir(source()).expect("src/");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let names = paths
        .filter(|path| path.is_dir() || is_code(path))
        .map(|path| {
            let name = path.file_stem().expect("a name");
            name.to_str().expect("a name in ASCII").to_owned()
        });
    names.filter(|name| name != "lib").collect()
}

fn files(module: &str) -> Vec<PathBuf> {
    let folder = source().join(module);
    if !folder.is_dir() {
        return vec![folder.with_extension("rs")];
    }
    files_in(folder)
}

fn files_in(folder: PathBuf) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if is_code(&path) {
                files.push(path);
            }
        }
    }
    files
}

/// Not the links of a page.
fn is_code(path: &Path) -> bool {
    path.extension().is_some_and(|it| it == "rs")
}

/// The first name after each `crate::` that is not in a comment.
fn used(source: &str) -> BTreeSet<String> {
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    let code: Vec<_> = source.lines().filter(is_code).collect();
    let code = code.join("\n");
    let mut used = BTreeSet::new();
    for after in code.split("crate::").skip(1) {
        match after.strip_prefix('{') {
            Some(list) => used.extend(outermost(list)),
            None => used.extend(name(after)),
        }
    }
    used
}

/// The first name of each item in a list of paths.
fn outermost(list: &str) -> Vec<String> {
    let mut names = Vec::new();
    let (mut depth, mut begins) = (0_usize, true);
    for (at, character) in list.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => begins = true,
            character if begins && character.is_alphabetic() => {
                names.extend(name(&list[at..]));
                begins = false;
            }
            _ => (),
        }
    }
    names
}

fn name(text: &str) -> Option<String> {
    let end = text.find(|character: char| !character.is_alphanumeric() && character != '_');
    let name = &text[..end.unwrap_or(text.len())];
    (!name.is_empty()).then(|| name.to_owned())
}
