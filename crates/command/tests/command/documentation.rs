//! Runs every command of the documentation, and compares its output with the lines below it.
//!
//! A command that ends with `&` is a server. It runs until the end of the page, on a port of its own: the port of the page is
//! replaced in the commands behind it. What it prints later belongs to the command that caused it, as on a terminal.

use std::{fs, path::Path, process::Command};

use crate::{
    background::Background,
    command::project,
    skipped::skipped,
    transcript::{Step, commands_of, has_curl, run},
};

#[test]
fn the_tour_of_the_command_is_true() {
    replay("docs/command.md");
}

#[test]
fn the_pages_about_the_command_are_true() {
    let pages = fs::read_dir(project().join("docs/command")).unwrap();
    let pages = pages.map(|page| page.unwrap().file_name().into_string().unwrap());
    // These have no commands, or none whose output can be compared.
    let shown = pages.filter(|page| !["frameworks.md", "service.md"].contains(&page.as_str()));
    let replayed = shown.map(|page| replay(&format!("docs/command/{page}")));
    assert_eq!(replayed.count(), 6);
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

#[test]
fn the_part_of_the_readme_about_the_command_is_true() {
    let readme = fs::read_to_string(project().join("README.md")).unwrap();
    let (_, part) = readme.split_once("\n## Without Rust\n").unwrap();
    let (part, _) = part.split_once("\n## ").unwrap();
    replay_text("README.md", part);
}

fn replay(file: &str) {
    replay_text(file, &fs::read_to_string(project().join(file)).unwrap());
}

fn replay_text(file: &str, text: &str) {
    let steps = commands_of(text.lines());
    assert!(!steps.is_empty(), "{file} has no commands");
    let mut background = Background::default();
    for step in steps {
        if let Some(program) = missing(&step.command) {
            skipped(&format!("`{}`: {program} is missing", step.command));
            continue;
        }
        let printed = play(&step, &mut background);
        assert_eq!(printed, step.prints.trim_end(), "{file}: {}", step.command);
    }
}

fn play(step: &Step, background: &mut Background) -> String {
    let command = in_project(&background.with_real_ports(&step.command));
    if step.command.ends_with(" &") {
        return background.start(&step.command, &command, &step.prints);
    }
    let printed = run(&command, "");
    background.told_before(&printed, &step.prints)
}

fn in_project(command: &str) -> String {
    let binary = Path::new(env!("CARGO_BIN_EXE_lambda-authorizer"));
    let folder = binary.parent().unwrap().display();
    let project = project().display();
    format!("PATH='{folder}':\"$PATH\"; cd '{project}'\n{command}")
}

/// A program that the command needs and this machine does not have.
fn missing(command: &str) -> Option<&'static str> {
    let has = |program: &str| Command::new(program).arg("--version").output().is_ok();
    let has_python = || has("python3");
    // Its functions are in both languages.
    let needs_functions = command.contains("examples/shop/");
    let needs_server = command.contains("127.0.0.1:3000") || command.contains("127.0.0.1:8000");
    match command {
        _ if command.starts_with("curl") && !has_curl() => Some("curl"),
        _ if (command.starts_with("python3") || needs_server) && !has_python() => Some("python3"),
        _ if needs_functions && !has("node") => Some("node"),
        _ if needs_functions && !has_python() => Some("python3"),
        _ => None,
    }
}
