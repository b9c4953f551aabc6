//! The time that this machine takes for a well-known task.

use std::{collections::HashMap, hint::black_box};

use foldhash::quality::FixedState;

use crate::measure::{self, Effort};

/// One hit in a map of 10,000 keys of 40 bytes, in nanoseconds.
#[must_use]
pub fn hash_map_hit(effort: Effort) -> f64 {
    let keys: Vec<String> = (0..10_000).map(|at| format!("{at:040}")).collect();
    let known: HashMap<String, usize, FixedState> = keys.iter().cloned().zip(0..).collect();
    let hit = |at: usize| {
        black_box(known.get(keys[at % 1024].as_str()));
    };
    measure::alone(hit, effort)
}

/// A time as it would be on the machine on which the targets were set, where the hit took 15 ns.
#[must_use]
pub fn scaled(nanoseconds: f64, hash_map_hit: f64) -> f64 {
    nanoseconds * 15.0 / hash_map_hit
}
