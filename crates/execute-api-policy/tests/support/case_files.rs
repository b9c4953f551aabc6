//! Finds the case files: the project's own, and those of the folder in `EXTRA_CASES`.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// The names and texts of all files of a kind (`gateway`, `policy`), in a stable order.
pub(crate) fn case_files(kind: &str) -> Vec<(String, String)> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let own = own_case_files(package, kind).into_iter();
    own.chain(extra_case_files(package, kind)).collect()
}

/// Those of a package.
pub(crate) fn own_case_files(package: &Path, kind: &str) -> Vec<(String, String)> {
    read_all(json_files_below(&package.join("tests/cases").join(kind)))
}

/// Those of the folder in `EXTRA_CASES`.
pub(crate) fn extra_case_files(package: &Path, kind: &str) -> Vec<(String, String)> {
    let Some(extra) = env::var_os("EXTRA_CASES") else {
        return Vec::new();
    };
    let extra = workspace_of(package).join(extra);
    read_all(json_files_below(&extra.join(kind)))
}

fn read_all(files: Vec<PathBuf>) -> Vec<(String, String)> {
    let read = |file: PathBuf| {
        let text =
            fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        (file.display().to_string(), text)
    };
    files.into_iter().map(read).collect()
}

/// Cargo runs the tests of each package in the package's folder, but `EXTRA_CASES` is relative to the folder in which
/// Cargo was started.
fn workspace_of(package: &Path) -> &Path {
    let mut folders = package.ancestors();
    let workspace = folders.find(|folder| folder.join("Cargo.lock").exists());
    workspace.unwrap_or(package)
}

fn json_files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            println!("no folder {}", folder.display());
            continue;
        };
        for path in entries.map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|extension| extension == "json")
            {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}
