//! Runs every command in the first comment of an example and in the README, and compares its output with the lines below
//! it.
//!
//! If an example is a server, the first command starts it. The test replaces its ports by free ones.

use std::{fs, path::Path};

use crate::redis_server::RedisServer;
use crate::redis_server::skipped::skipped;
use crate::server::Server;
use crate::transcript::{self, Step, commands_of, run, without_volatile_parts};

#[test]
fn the_axum_example_prints_what_its_header_says() {
    replay_header("axum");
}

#[test]
fn the_browser_example_prints_what_its_header_says() {
    replay_header("browser");
}

#[test]
fn the_http_api_example_prints_what_its_header_says() {
    replay_header("http_api");
}

#[test]
fn the_websocket_example_prints_what_its_header_says() {
    replay_header("websocket");
}

#[test]
fn the_hyper_example_prints_what_its_header_says() {
    replay_header("hyper");
}

#[test]
fn the_lambda_function_example_prints_what_its_header_says() {
    replay_header("lambda_function");
}

#[test]
fn the_lambda_http_example_prints_what_its_header_says() {
    replay_header("lambda_http");
}

#[test]
fn the_metrics_example_prints_what_its_header_says() {
    replay_header("metrics");
}

#[test]
fn the_openapi_example_prints_what_its_header_says() {
    replay_header("openapi");
}

#[test]
fn the_shared_cache_example_prints_what_its_header_says() {
    // Replace the Redis port of the comment.
    let Some(redis) = RedisServer::start("redis-server", &[]) else {
        return;
    };
    let mut steps = header_steps("shared_cache");
    for step in &mut steps {
        step.command = step.command.replace("redis://127.0.0.1:6379", &redis.url());
    }
    replay(steps);
}

#[test]
fn the_tonic_example_prints_what_its_header_says() {
    replay_header("tonic");
}

#[test]
fn the_readme_is_true() {
    let readme = read("README.md");
    // The tests of the command run the part about it.
    let (before, rest) = readme.split_once("\n## Without Rust\n").unwrap();
    let (_, after) = rest.split_once("\n## ").unwrap();
    replay(commands_of(before.lines().chain(after.lines())));
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

fn replay(steps: Vec<Step>) {
    let (starts, steps): (Vec<_>, Vec<_>) = steps.into_iter().partition(Step::starts_a_server);
    assert!(!steps.is_empty(), "there are no commands");
    let start = |step: &Step| Server::start(&step.command, &step.prints);
    let servers: Vec<_> = starts.iter().map(start).collect();
    for step in &steps {
        if step.command.starts_with("curl") && !transcript::has_curl() {
            skipped(&format!("`{}`, because there is no curl", step.command));
            continue;
        }
        let command = with_actual_addresses(&servers, &step.command);
        let printed = run(&command, servers.first().map_or("", Server::address));
        let printed = with_documented_addresses(&servers, &printed);
        assert_eq!(
            without_volatile_parts(&printed),
            without_volatile_parts(&step.prints),
            "{}",
            step.command
        );
    }
    if transcript::has_curl() {
        for (server, start) in servers.into_iter().zip(&starts) {
            let printed = server.stop();
            assert_eq!(
                without_volatile_parts(&printed),
                without_volatile_parts(&start.prints)
            );
        }
    }
}

fn with_actual_addresses(servers: &[Server], text: &str) -> String {
    let servers = servers.iter();
    servers.fold(text.to_owned(), |text, server| {
        server.with_actual_addresses(&text)
    })
}

fn with_documented_addresses(servers: &[Server], text: &str) -> String {
    let servers = servers.iter();
    servers.fold(text.to_owned(), |text, server| {
        server.with_documented_addresses(&text)
    })
}
