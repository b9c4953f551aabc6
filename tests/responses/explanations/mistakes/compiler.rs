//! Mistakes that the compiler explains. It compiles the example `compiled_mistakes`, for which everything else is built
//! already. The compiler's own words change from version to version, so only the lines are compared that say what to write.

use std::{env, process::Command};

use super::page::{Part, Section};

const SOURCE: &str = include_str!("compiled.rs");

/// A part of each line that says what to write, for each mistake.
const MISTAKES: [(&str, &[&str]); 3] = [
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
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let compiled = Command::new(cargo)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args([
            "rustc",
            "--quiet",
            "--locked",
            "--offline",
            "--color",
            "never",
        ])
        .args([
            "--package",
            env!("CARGO_PKG_NAME"),
            "--example",
            "compiled_mistakes",
        ])
        .args(["--", "--cfg", "mistakes"])
        .output();
    let output = match compiled {
        Ok(output) => output,
        Err(error) => {
            println!("skipped: the compiler's messages, since cargo cannot be run: {error}");
            return None;
        }
    };
    assert!(!output.status.success(), "the mistakes compile");
    Some(String::from_utf8(output.stderr).unwrap())
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
