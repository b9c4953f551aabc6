//! Mistakes that the compiler explains. It compiles the example `compiled_mistakes`, for which everything else is built
//! already. The compiler's own words change from version to version, so only the lines are compared that say what to write.

#[path = "../../../support/cargo.rs"]
mod cargo;

use std::{
    env,
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;

use super::page::{Part, Section};

const SOURCE: &str = include_str!("compiled.rs");
const FILE: &str = "tests/responses/explanations/mistakes/compiled.rs";
const EXAMPLE: &str = "compiled_mistakes";

/// What the example uses: the names of libraries, and what tells their packages from other versions of them.
const LIBRARIES: [(&str, &str); 3] = [
    ("http", "#http@1."),
    ("tower", "#tower@0.5."),
    ("tower_lambda_authorizer", ""),
];

/// A part of each line that says what to write, for each mistake.
const MISTAKES: [(&str, &[&str]); 5] = [
    (
        "a_closure_without_authorizer_fn",
        &["`{async closure", "= note: for a closure"],
    ),
    (
        "a_box_of_a_trait_object",
        &[
            "is not dyn compatible",
            "// Not `dyn`",
            "error[E0277]: `Box<dyn",
            "= note: for a `Box<dyn",
        ],
    ),
    (
        "a_question_mark_on_a_boxed_error",
        &["^ write `.or_unauthorized()?`"],
    ),
    (
        "a_function_with_another_error",
        &["to be a future that resolves to `Result<AuthorizerResponse, AuthorizerError>`"],
    ),
    (
        "an_inner_service_that_is_not_clone",
        &[
            "error[E0277]: the trait bound `Pets: Clone`",
            "help: consider annotating",
        ],
    ),
];

pub(super) fn part() -> Part {
    let messages = messages();
    let sections = MISTAKES.map(|(function, telling)| {
        let printed = messages.as_deref().and_then(|messages| {
            let lines = telling.iter().map(|part| line(messages, part));
            Some(lines.collect::<Option<Vec<_>>>()?.join("\n"))
        });
        Section::new(SOURCE, function, printed)
    });
    Part {
        title: "When it is compiled",
        sections: sections.into(),
    }
}

/// None if this is not the profile in which everything is built.
fn messages() -> Option<String> {
    if !cfg!(debug_assertions) {
        println!(
            "skipped: the compiler's messages, since this profile would build everything again"
        );
        return None;
    }
    // Not `cargo rustc`: it selects one package, whose dependencies then have other features than `cargo test` built them
    // with. So it would compile them again.
    let built = cargo::outside_of_cargo(env!("CARGO"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["build", "--quiet", "--locked", "--offline"])
        .args(["--example", EXAMPLE, "--message-format", "json"])
        .output();
    let built = match built {
        Ok(output) => output,
        Err(error) => {
            println!("skipped: the compiler's messages, since cargo cannot be run: {error}");
            return None;
        }
    };
    assert!(built.status.success(), "{built:?}");
    let compiled = compile(&String::from_utf8(built.stdout).unwrap());
    assert!(!compiled.status.success(), "the mistakes compile");
    Some(String::from_utf8(compiled.stderr).unwrap())
}

/// Compiles the example with its mistakes, and with the libraries that Cargo reports.
fn compile(reports: &str) -> Output {
    let folder = env!("CARGO_MANIFEST_DIR");
    let compiler = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut command = Command::new(compiler);
    command
        .current_dir(folder)
        .args(["--edition", "2024", "--crate-type", "lib"])
        .args([
            "--emit", "metadata", "--color", "never", "--cfg", "mistakes",
        ])
        .args(["--crate-name", EXAMPLE, FILE])
        .args(["--out-dir", env!("CARGO_TARGET_TMPDIR")]);
    for (name, package) in LIBRARIES {
        let library = library(reports, name, package);
        let dependencies = Path::new(&library).parent().unwrap();
        command
            .args(["--extern", &format!("{name}={library}"), "-L"])
            .arg(format!("dependency={}", dependencies.display()));
    }
    command.output().unwrap()
}

/// The file of the library with this name. Several versions of a package can be built.
fn library(reports: &str, name: &str, package: &str) -> String {
    let mut reports = reports
        .lines()
        .map(|report| serde_json::from_str::<Value>(report).unwrap());
    let found = reports.find_map(|report| {
        let is_it = report["target"]["name"] == name
            && report["package_id"]
                .as_str()
                .is_some_and(|id| id.contains(package));
        let files = report["filenames"].as_array().filter(|_| is_it)?;
        let mut files = files.iter().filter_map(Value::as_str);
        files
            .find(|file| file.ends_with(".rlib"))
            .map(str::to_owned)
    });
    found.unwrap_or_else(|| panic!("cargo does not report `{name}`"))
}

/// The first line with this text, without what differs between machines. None if this version of the compiler uses other
/// words of its own.
fn line(messages: &str, telling: &str) -> Option<String> {
    let mut lines = messages.lines();
    let Some(line) = lines.find(|line| line.contains(telling)) else {
        let is_ours = telling.starts_with("= note") || telling.starts_with("//");
        assert!(
            !is_ours,
            "the compiler does not print `{telling}`:\n{messages}"
        );
        println!("skipped: this compiler does not print `{telling}`");
        return None;
    };
    // The words of a label, without the lines that point to its place.
    if let Some((_, label)) = line.split_once("^ ") {
        return Some(label.to_owned());
    }
    let line = line.replace("tower_lambda_authorizer::", "");
    let line = match (line.find("closure@"), line.find("}`")) {
        (Some(begin), Some(end)) if begin < end => {
            [&line[..begin], "closure@src/main.rs", &line[end..]].concat()
        }
        _ => line,
    };
    // The place in the source of this crate.
    let line = match line.split_once(" |     ) -> ") {
        Some((_, signature)) => format!(") -> {signature}"),
        None => line,
    };
    Some(line.trim().to_owned())
}
