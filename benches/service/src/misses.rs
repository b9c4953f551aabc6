//! What a miss costs beside the service and the authorizer's answer.

use std::hint::black_box;

use bench_harness::{
    callgrind,
    measure::{self, Effort, Workload},
    programs,
    targets::Target,
};
use tower_lambda_authorizer::caching::ResultCache;
use tower_layer::Layer;

use crate::{
    figures::{ALLOCATIONS, text},
    groups,
    hits::{layer, response},
    protected::{Protected, bare},
    requests::Requests,
    subject::Subject,
};

/// So many tokens that each result has had to make room before its token comes again.
pub(crate) const REQUESTS: Requests = Requests::Tokens {
    count: 8192,
    bytes: 40,
};

const ROOM: usize = 1024 * 1024;

/// The whole of it, as another process counts it.
pub(crate) const SCENARIO: &str = "miss";

/// The part that the authorizer does, which is not this crate's.
pub(crate) const ANSWER: &str = "answer";

/// Iterations in callgrind: evicted entries are freed in batches.
const COUNTED: usize = 1024;

struct Parts {
    whole: f64,
    bare: f64,
    /// The authorizer's.
    answer: f64,
}

impl Parts {
    fn each(of: impl Fn(&str) -> Option<f64>) -> Option<Self> {
        Some(Self {
            whole: of(SCENARIO)?,
            bare: of(groups::BARE)?,
            answer: of(ANSWER)?,
        })
    }

    fn own(&self) -> f64 {
        self.whole - self.bare - self.answer
    }
}

pub(crate) fn run(times: Option<Effort>, counted: bool) -> Vec<Target> {
    println!("a miss of 8,192 tokens, in a cache of 1 MiB");
    println!(
        "{:<24}{:>10}{:>14}{:>10}{:>10}",
        "", "whole", "bare service", "answer", "the rest"
    );
    let times = times.map(nanoseconds);
    let instructions = || Parts::each(|scenario| callgrind::instructions(scenario, COUNTED));
    let instructions = counted.then(instructions).flatten();
    let allocations = Parts::each(|scenario| programs::allocations(ALLOCATIONS, scenario));
    row("ns", times.as_ref(), 0);
    row("instructions", instructions.as_ref(), 0);
    row("allocations", allocations.as_ref(), 1);
    println!();
    let own = |parts: Option<Parts>| parts.map(|parts| parts.own());
    vec![
        Target::at_most("miss_instructions", own(instructions), 9000.0),
        Target::at_most("miss_allocations", own(allocations), 8.0),
    ]
}

fn nanoseconds(effort: Effort) -> Parts {
    let answer = response(1);
    let workloads = vec![
        misses().workload(),
        bare(REQUESTS).workload(),
        Workload::new(|_| drop(black_box(answer.clone()))),
    ];
    let times = measure::side_by_side(workloads, effort, 1);
    let [whole, bare, answer] = times[..] else {
        panic!("three were measured");
    };
    Parts {
        whole,
        bare,
        answer,
    }
}

fn row(name: &str, parts: Option<&Parts>, digits: usize) {
    let column = |part: fn(&Parts) -> f64| text(parts.map(part), digits);
    println!(
        "{name:<24}{:>10}{:>14}{:>10}{:>10}",
        column(|parts| parts.whole),
        column(|parts| parts.bare),
        column(|parts| parts.answer),
        column(Parts::own)
    );
}

pub(crate) fn misses() -> Subject {
    let layer = layer(1).cache(small_cache());
    Subject::new(layer.layer(Protected), REQUESTS)
}

/// Too small for the results of all tokens.
pub(crate) fn small_cache() -> ResultCache {
    ResultCache::with_max_bytes(ROOM)
}
