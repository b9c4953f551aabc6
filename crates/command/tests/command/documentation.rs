//! Runs every command of the documentation, and compares its output with the lines below it.

use std::{fs, path::Path};

use crate::{
    command::project,
    transcript::{commands_of, run},
};

#[test]
fn the_page_about_the_command_is_true() {
    replay("docs/command.md");
}

#[test]
fn the_page_about_other_proxies_is_true() {
    replay("docs/forward-auth.md");
}

#[test]
fn what_the_page_about_refusals_shows_is_true() {
    replay("docs/why.md");
}

#[test]
fn the_readme_of_the_command_is_true() {
    replay("crates/command/README.md");
}

fn replay(file: &str) {
    let text = fs::read_to_string(project().join(file)).unwrap();
    let steps = commands_of(text.lines());
    assert!(!steps.is_empty(), "{file} has no commands");
    let binary = Path::new(env!("CARGO_BIN_EXE_lambda-authorizer"));
    let folder = binary.parent().unwrap().display();
    let project = project().display();
    for step in steps {
        let command = format!(
            "PATH='{folder}':\"$PATH\"; cd '{project}'\n{}",
            step.command
        );
        let printed = run(&command, "");
        assert_eq!(
            printed.trim_end(),
            step.prints.trim_end(),
            "{file}: {}",
            step.command
        );
    }
}
