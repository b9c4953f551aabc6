//! Prints the public API of a library, an item in each line, from the JSON that rustdoc writes.

use std::{env, path::Path, process::ExitCode};

use public_api::Builder;

/// The methods of derived traits. The line of the impl says the same.
const DERIVED_METHODS: [&str; 9] = [
    "::clone(&self)",
    "::cmp(&self, ",
    "::default() -> ",
    "::eq(&self, ",
    "::fmt(&self, ",
    "::hash<__H",
    "::ne(&self, ",
    "::partial_cmp(&self, ",
    "::serialize<__S>(",
];

/// Most types implement these, so only the types that do not are listed (`impl !Send for …`).
const USUAL_TRAITS: [&str; 3] = [
    " core::marker::Send for ",
    " core::marker::Sync for ",
    " core::marker::Unpin for ",
];

/// Impls that do not matter to users.
const COMPILER_TRAITS: [&str; 4] = [
    "core::marker::Freeze",
    "core::marker::StructuralPartialEq",
    "core::marker::UnsafeUnpin",
    "core::panic::unwind_safe::",
];

/// Items that everybody knows by their last names.
const WELL_KNOWN: [&str; 11] = [
    "alloc::string::",
    "alloc::vec::",
    "core::clone::",
    "core::cmp::",
    "core::convert::",
    "core::default::",
    "core::iter::traits::collect::",
    "core::marker::",
    "core::ops::function::",
    "core::option::",
    "core::result::",
];

fn main() -> ExitCode {
    let Some(file) = env::args_os().nth(1) else {
        eprintln!("usage: public-api-list target/doc/LIBRARY.json");
        return ExitCode::from(2);
    };
    let api = match Builder::from_rustdoc_json(&file)
        .omit_blanket_impls(true)
        .build()
    {
        Ok(api) => api,
        Err(error) => {
            eprintln!("{}: {error}", file.display());
            return ExitCode::FAILURE;
        }
    };
    let library = Path::new(&file).file_stem().unwrap_or_default();
    let library = format!("{}::", library.display());
    let items = api.items().map(ToString::to_string);
    for item in items.filter(|item| is_listed(item)) {
        println!("{}", without_paths(&item, &library));
    }
    ExitCode::SUCCESS
}

fn is_listed(item: &str) -> bool {
    let names_one_of = |texts: &[&str]| texts.iter().any(|text| item.contains(text));
    if item.starts_with("impl") {
        !names_one_of(&COMPILER_TRAITS) && !names_one_of(&USUAL_TRAITS)
    } else {
        !names_one_of(&DERIVED_METHODS)
    }
}

fn without_paths(item: &str, library: &str) -> String {
    let paths = WELL_KNOWN.iter().copied().chain([library]);
    paths.fold(item.to_owned(), |item, path| item.replace(path, ""))
}
