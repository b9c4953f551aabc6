//! Compares the policy engine with other engines, in one run with the same policies and requests.
//!
//! Start it with `cargo bench --bench policy`. `benches/README.md` describes the rows.

#![allow(
    clippy::indexing_slicing,
    reason = "a benchmark that goes wrong may panic"
)]

mod casbin_matcher;
mod contestants;
mod counts;
mod evaluation;
mod parsing;
mod plain_value;
mod policies;
mod scenario;
mod worst;
mod worst_rows;

use std::env;

use bench_harness::{callgrind, measure::Effort};

fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    match arguments.split_first() {
        Some((first, rest)) if first == callgrind::COUNT => scenario::count(rest),
        _ => measure_all(arguments.iter().any(|argument| argument == "--quick")),
    }
}

fn measure_all(quick: bool) {
    let effort = if quick { Effort::QUICK } else { Effort::FULL };
    let counted = callgrind::is_installed();
    let mut targets = evaluation::run(quick, effort);
    targets.extend(parsing::run(effort));
    targets.extend(worst_rows::run(effort, counted && !quick));
    if counted {
        targets.extend(counts::instructions(quick));
    } else {
        println!("\nSKIPPED, because valgrind is not installed: counting instructions");
    }
    targets.extend(counts::allocations());
    println!();
    for target in &targets {
        target.print();
    }
}
