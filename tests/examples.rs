//! Runs every command that stands in the header of an example or in the README, and compares what it
//! prints with what stands below it.
//!
//! Where there is a server, the first command starts it, here on free ports.
#![allow(clippy::unwrap_used)]

#[path = "examples/server.rs"]
mod server;
#[path = "examples/transcript.rs"]
mod transcript;

use std::{fs, path::Path};

use server::Server;
use transcript::{Step, commands_of, run, without_volatile_parts};

#[test]
fn the_axum_example_prints_what_its_header_says() {
    replay_header("axum");
}

#[test]
fn the_browser_example_prints_what_its_header_says() {
    replay_header("browser");
}

#[test]
fn the_hyper_example_prints_what_its_header_says() {
    replay_header("hyper");
}

#[test]
fn the_openapi_example_prints_what_its_header_says() {
    replay_header("openapi");
}

#[test]
fn the_tonic_example_prints_what_its_header_says() {
    replay_header("tonic");
}

#[test]
fn the_why_example_prints_what_its_header_says() {
    for step in header_steps("why") {
        let printed = run(&step.command, "");
        assert_eq!(
            printed.trim_end(),
            step.prints.trim_end(),
            "{}",
            step.command
        );
    }
}

#[test]
fn the_readme_is_true() {
    let readme = read("README.md");
    replay(commands_of(readme.lines()));
}

fn replay_header(example: &str) {
    replay(header_steps(example));
}

fn header_steps(example: &str) -> Vec<Step> {
    let source = read(&format!("examples/{example}.rs"));
    let header = source.lines().filter_map(|line| line.strip_prefix("//!"));
    commands_of(header.map(|line| line.strip_prefix(' ').unwrap_or(line)))
}

fn read(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap()
}

fn replay(mut steps: Vec<Step>) {
    assert!(steps.len() > 1, "there are no commands");
    let start = steps.remove(0);
    let server = Server::start(&start.command, &start.prints);
    for step in &steps {
        if step.command.starts_with("curl") && !transcript::has_curl() {
            println!(
                "SKIPPED, for there is no curl on this machine: {}",
                step.command
            );
            continue;
        }
        let command = server.with_actual_addresses(&step.command);
        let printed = run(&command, server.address());
        let printed = server.with_documented_addresses(&printed);
        assert_eq!(
            without_volatile_parts(&printed),
            without_volatile_parts(&step.prints),
            "{}",
            step.command
        );
    }
    if transcript::has_curl() {
        let printed = server.stop();
        assert_eq!(
            without_volatile_parts(&printed),
            without_volatile_parts(&start.prints)
        );
    }
}
