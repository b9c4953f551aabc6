//! What a miss costs beside the authorizer and the reading of what it says.

use std::hint::black_box;

use bench_harness::{
    allocated, callgrind,
    measure::{self, Effort, Workload},
    targets::Target,
    yardstick,
};
use tower_lambda_authorizer::{ResultCache, policy::PolicyDocument};
use tower_layer::Layer;

use crate::{
    contestant::Contestant,
    contestants::{Protected, bare},
    hits::{layer, response},
    requests::Requests,
};

/// So many tokens that each result has had to make room before its token comes again.
const REQUESTS: Requests = Requests::Tokens {
    count: 8192,
    bytes: 40,
};

const ROOM: usize = 1024 * 1024;

/// Whose instructions are counted in another process.
pub(crate) const SCENARIO: &str = "miss";

pub(crate) fn run(effort: Effort, counted: bool) -> Vec<Target> {
    let times = measure::side_by_side(
        vec![
            misses().workload(),
            bare(REQUESTS).workload(),
            Workload::new(|_| answer_and_compile()),
        ],
        effort,
        1,
    );
    let [miss, bare_service, others] = times[..] else {
        panic!("three were measured");
    };
    let hash_map_hit = yardstick::hash_map_hit(effort);
    let own = miss - bare_service - others;
    let others_allocations = allocated(answer_and_compile) as f64;
    let own_allocations = misses().allocations() - others_allocations;
    println!("a miss of 8,192 tokens with room for some 1,500 results, ns and allocations");
    println!(
        "as a whole {miss:.0}, of it the service {bare_service:.0}, the authorizer's answer and its policy compiled {others:.0} ({others_allocations:.0} allocations)"
    );
    println!(
        "the rest {own:.0} ({own_allocations:.1} allocations); a hash map's hit {hash_map_hit:.0}"
    );
    let instructions = counted.then(|| callgrind::instructions(SCENARIO, 1024));
    match instructions.flatten() {
        Some(instructions) => println!("instructions as a whole {instructions:.0}\n"),
        None => println!(),
    }
    let scaled = yardstick::scaled(own, hash_map_hit);
    vec![
        Target::at_most("miss_scaled_ns", scaled, 1000.0),
        Target::at_most("miss_allocations", own_allocations, 6.0),
    ]
}

pub(crate) fn misses() -> Contestant {
    let layer = layer(1).cache(ResultCache::new().max_bytes(ROOM));
    Contestant::new(layer.layer(Protected), REQUESTS)
}

/// What the authorizer does, and what is done with its answer in any case.
fn answer_and_compile() {
    thread_local! {
        static RESPONSE: tower_lambda_authorizer::AuthorizerResponse = response(1);
    }
    let response = RESPONSE.with(Clone::clone);
    black_box(response.policy_document().map(PolicyDocument::compile));
}
