//! Runs every command that stands in the header of an example or in the README, and compares what it
//! prints with what stands below it.
//!
//! The first command starts the example's server, here on a free port.
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
fn the_readme_is_true() {
    let readme = read("README.md");
    replay(commands_of(readme.lines()));
}

fn replay_header(example: &str) {
    let source = read(&format!("examples/{example}.rs"));
    let header = source.lines().filter_map(|line| line.strip_prefix("//!"));
    replay(commands_of(
        header.map(|line| line.strip_prefix(' ').unwrap_or(line)),
    ));
}

fn read(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap()
}

fn replay(mut steps: Vec<Step>) {
    assert!(steps.len() > 1, "there are no commands");
    let start = steps.remove(0);
    let server = Server::start(&start.command);
    for step in &steps {
        if step.command.starts_with("curl") && !transcript::has_curl() {
            println!(
                "SKIPPED, for there is no curl on this machine: {}",
                step.command
            );
            continue;
        }
        let command = step.command.replace("127.0.0.1:3000", &server.address);
        let printed = run(&command, &server.address);
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
