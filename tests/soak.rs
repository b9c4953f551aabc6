//! A soak test: layers of every kind under random load, with authorizers, stores and clients that misbehave, and an oracle
//! that knows every answer ever given.
//!
//! | variable | |
//! |---|---|
//! | `SOAK_SECONDS` | how long it runs; the default is 10 |
//! | `SOAK_SEED` | only runs this seed of the replayed mode |
//!
//! For half of the time, one thread runs worlds, each from a seed that replays it exactly. For the other half, several
//! threads run one world. A failure prints the seed and the story of the request.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "soak/attempt.rs"]
mod attempt;
#[path = "soak/authorizer/mod.rs"]
mod authorizer;
#[path = "soak/garbage.rs"]
mod garbage;
#[path = "soak/memory.rs"]
mod memory;
#[path = "../crates/execute-api-policy/tests/support/naive_policy.rs"]
#[expect(dead_code, reason = "condition keys here have one value each")]
mod naive_policy;
#[path = "soak/oracle/mod.rs"]
mod oracle;
#[path = "soak/places/mod.rs"]
mod places;
#[path = "soak/policies.rs"]
mod policies;
#[path = "soak/replayed.rs"]
mod replayed;
#[path = "soak/scene.rs"]
mod scene;
#[path = "soak/store.rs"]
mod store;
#[path = "soak/threads.rs"]
mod threads;
#[path = "soak/traffic.rs"]
mod traffic;
#[path = "soak/world.rs"]
mod world;

use std::{env, process::ExitCode, time::Duration};

use self::{oracle::Counts, world::Cached};

/// How many failures are printed.
const MOST_STORIES: usize = 5;

/// The result of a mode.
struct Report {
    name: &'static str,
    counts: Counts,
    cached: Cached,
    /// The resident memory after the warm-up and at the end, in KiB, if it can be read.
    memory: Option<(usize, usize)>,
    failures: Vec<String>,
}

impl Report {
    fn new(name: &'static str) -> Self {
        Self {
            name,
            counts: Counts::default(),
            cached: Cached::default(),
            memory: None,
            failures: Vec::new(),
        }
    }

    /// A result with the memory after the warm-up.
    fn with_memory(mut self, warm: Option<usize>) -> Self {
        self.memory = warm.zip(memory::resident());
        self.failures.extend(memory::growth(self.memory));
        self
    }

    fn print(&self) {
        let Self { name, cached, .. } = self;
        let Counts {
            requests,
            passes,
            refusals,
            left,
            wrong,
            hangs,
        } = self.counts;
        println!(
            "{name}: {requests} requests, {passes} passes and {refusals} refusals checked, {left} clients left, \
             {wrong} wrong, {hangs} hangs"
        );
        println!("{name}: {cached}");
        if let Some((warm, end)) = self.memory {
            println!("{name}: resident {warm} KiB after the warm-up, {end} KiB at the end");
        }
        for failure in self.failures.iter().take(MOST_STORIES) {
            println!("{name}: FAILED: {failure}");
        }
    }
}

fn main() -> ExitCode {
    scene::silence_expected_panics();
    let seconds = variable("SOAK_SECONDS").unwrap_or(10);
    let half = Duration::from_secs(seconds) / 2;
    let reports = match variable("SOAK_SEED") {
        Some(seed) => vec![replayed::one_seed(seed)],
        None => vec![replayed::run(half), threads::run(half)],
    };
    for report in &reports {
        report.print();
    }
    if reports.iter().all(|report| report.failures.is_empty()) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn variable(name: &str) -> Option<u64> {
    let text = env::var(name).ok()?;
    let number = text.parse();
    Some(number.unwrap_or_else(|_| panic!("{name} is `{text}`; it has to be a number")))
}
