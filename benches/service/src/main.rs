//! The service beside what one would assemble of other crates, in one run with the same requests.
//!
//! Started by `cargo bench --bench service` at the root; what the rows are stands in `benches/README.md`.

mod contestant;
mod contestants;
mod figures;
mod groups;
mod hits;
mod misses;
mod promises;
mod report;
mod requests;
mod stampede;
mod threads;

use std::env;

use bench_harness::{callgrind, measure::Effort};

fn main() {
    // This crate's time limit needs a timer to be around.
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().build().expect("a timer");
    let _entered = runtime.enter();
    let arguments: Vec<_> = env::args().skip(1).collect();
    match arguments.split_first() {
        Some((first, rest)) if first == callgrind::COUNT => report::count(rest),
        _ => measure_all(arguments.iter().any(|argument| argument == "--quick")),
    }
}

fn measure_all(quick: bool) {
    let effort = if quick { Effort::QUICK } else { Effort::FULL };
    let counted = callgrind::is_installed();
    if !counted {
        println!("SKIPPED, for valgrind is not installed: counting instructions\n");
    }
    let mut targets = report::run(effort, counted);
    targets.extend(misses::run(effort, counted));
    targets.extend(threads::run(effort));
    targets.extend(stampede::run());
    for target in &targets {
        target.print();
    }
}
