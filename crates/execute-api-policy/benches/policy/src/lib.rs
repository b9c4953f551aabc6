//! Compares the policy engine with other engines, in one run with the same policies and requests.
//!
//! Start it with `cargo bench --bench policy`. `benches/README.md` describes the rows.

#![allow(
    clippy::indexing_slicing,
    reason = "a benchmark that goes wrong may panic"
)]

#[cfg(feature = "contestants")]
mod casbin_matcher;
mod contestants;
mod counts;
mod evaluation;
#[cfg(feature = "contestants")]
mod other_engines;
mod parsing;
mod plain_value;
#[cfg(feature = "contestants")]
mod plots;
mod policies;
mod scenario;
mod worst;
mod worst_rows;

use std::env;

use bench_harness::{arguments::Arguments, callgrind, measure::Effort, targets::Target};

/// The program that measures. It starts itself to count instructions.
pub fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    match arguments.split_first() {
        Some((first, rest)) if first == callgrind::COUNT => scenario::count(rest),
        _ => measure(Arguments::read(&arguments)),
    }
}

/// The program that counts allocations, with the function that counts those of some work: prints the most allocations
/// of one evaluation of the policy that is its argument.
pub fn print_allocations(count: fn(&mut dyn FnMut()) -> u64) {
    let policy = env::args().nth(1).expect("a policy");
    println!("{}", counts::most_allocations(&policy, count));
}

fn measure(arguments: Arguments) {
    let Arguments { times, quick, .. } = arguments;
    let counted = callgrind::is_installed();
    let mut targets = Vec::new();
    if let Some(effort) = times {
        let rows = evaluation::run(quick, effort);
        targets.extend(evaluation::targets(&rows, effort));
        targets.extend(parsing::run(effort));
        if arguments.plots {
            #[cfg(feature = "contestants")]
            plots::draw(&rows);
        }
    }
    let counted_worst = counted && !quick;
    if times.is_some() || counted_worst {
        // Microseconds, not nanoseconds: they mean something in any case.
        let effort = times.unwrap_or(Effort::QUICK);
        targets.extend(worst_rows::run(effort, counted_worst));
    }
    if counted {
        targets.extend(counts::instructions(quick));
    } else {
        println!("\nSKIPPED, because valgrind is not installed: counting instructions");
    }
    targets.extend(counts::allocations());
    println!();
    targets.iter().for_each(Target::print);
}
