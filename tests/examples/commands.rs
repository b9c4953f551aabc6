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
fn the_middleware_example_prints_what_its_header_says() {
    replay_header("middleware");
}

/// How often the example begins again because Redis was late.
const MOST_ROUNDS: usize = 20;

/// On a busy machine, Redis may need longer than the layer waits for it. Then the authorizer is called more often, as it has to
/// be, and the example begins again.
#[test]
fn the_shared_cache_example_prints_what_its_header_says() {
    for _ in 0..MOST_ROUNDS {
        let Some(redis) = RedisServer::start("redis-server", &[]) else {
            return;
        };
        // Replace the Redis port of the comment.
        let mut steps = header_steps("shared_cache");
        for step in &mut steps {
            step.command = step.command.replace("redis://127.0.0.1:6379", &redis.url());
        }
        let Err(difference) = replayed(&steps) else {
            return;
        };
        assert!(difference.redis_was_late(), "{}", difference.text);
    }
    skipped("the example `shared_cache`, because the machine is too busy for Redis");
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
    replay(&commands_of(before.lines().chain(after.lines())));
}

fn replay_header(example: &str) {
    replay(&header_steps(example));
}

fn header_steps(example: &str) -> Vec<Step> {
    let source = read(&format!("examples/{example}.rs"));
    let header = source.lines().filter_map(|line| line.strip_prefix("//!"));
    commands_of(header.map(|line| line.strip_prefix(' ').unwrap_or(line)))
}

fn read(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap()
}

/// A command that printed something else than the text says.
struct Difference {
    text: String,
    /// Those that still run.
    servers: Vec<Server>,
}

impl Difference {
    /// Whether the example `shared_cache` says that Redis failed.
    fn redis_was_late(&self) -> bool {
        let failed = |server: &Server| {
            let statistics = run("curl http://$ADDR/statistics", server.address());
            !statistics.ends_with("errors of Redis 0\n")
        };
        self.text.contains("Redis has not") || self.servers.iter().any(failed)
    }
}

fn replay(steps: &[Step]) {
    if let Err(difference) = replayed(steps) {
        panic!("{}", difference.text);
    }
}

fn replayed(steps: &[Step]) -> Result<(), Difference> {
    let (starts, steps): (Vec<_>, Vec<_>) = steps.iter().partition(|step| step.starts_a_server());
    assert!(!steps.is_empty(), "there are no commands");
    let start = |step: &&Step| Server::start(&step.command, &step.prints);
    let servers: Vec<_> = starts.iter().map(start).collect();
    for step in steps {
        if step.command.starts_with("curl") && !transcript::has_curl() {
            skipped(&format!("`{}`, because there is no curl", step.command));
            continue;
        }
        let command = with_actual_addresses(&servers, &step.command);
        let printed = run(&command, servers.first().map_or("", Server::address));
        let printed = with_documented_addresses(&servers, &printed);
        if let Some(text) = difference(step, &printed) {
            return Err(Difference { text, servers });
        }
    }
    if transcript::has_curl() {
        for (server, start) in servers.into_iter().zip(starts) {
            if let Some(text) = difference(start, &server.stop()) {
                let servers = Vec::new();
                return Err(Difference { text, servers });
            }
        }
    }
    Ok(())
}

fn difference(step: &Step, printed: &str) -> Option<String> {
    let [printed, documented] = [printed, &step.prints].map(without_volatile_parts);
    let command = &step.command;
    (printed != documented)
        .then(|| format!("{command}\nprints:\n{printed}\n\nthe text says:\n{documented}"))
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
