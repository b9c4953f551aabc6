//! The service beside what one would assemble of other crates, in one run with the same requests.
//!
//! Started by `cargo bench --bench service` at the root; what the rows are stands in `benches/README.md`.

#[cfg(feature = "contestants")]
mod contestants;
mod end_to_end;
mod figures;
mod groups;
mod hits;
mod misses;
#[cfg(feature = "options")]
pub mod options;
mod others_features;
#[cfg(feature = "contestants")]
mod plots;
mod promises;
mod protected;
mod report;
mod requests;
mod scenario;
mod stampede;
mod subject;
mod this_crate;
mod threads;

use std::env;

use bench_harness::{arguments::Arguments, callgrind, targets::Target};

use crate::{end_to_end::server, scenario::Scenario};

/// The program that measures. It starts itself to count instructions and to be a server.
pub fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let words: Vec<_> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        [callgrind::COUNT, scenario, iterations] => {
            let iterations = iterations.parse().expect("a number");
            with_a_timer(|| Scenario::find(scenario).count(iterations));
        }
        [server::SERVE, row] => server::serve(row),
        _ => with_a_timer(|| measure(Arguments::read(&arguments))),
    }
}

/// The program that counts allocations, with the function that counts those of some work: prints the allocations of
/// one iteration of the scenario that is its argument.
pub fn print_allocations(count: fn(&mut dyn FnMut()) -> u64) {
    let scenario = env::args().nth(1).expect("a scenario");
    with_a_timer(|| println!("{}", Scenario::find(&scenario).allocations(count)));
}

/// This crate's timeout needs a timer to be around.
fn with_a_timer(work: impl FnOnce()) {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().build().expect("a timer");
    let _entered = runtime.enter();
    work();
}

fn measure(arguments: Arguments) {
    let counted = callgrind::is_installed();
    if !counted {
        println!("SKIPPED, because valgrind is not installed: counting instructions\n");
    }
    let groups = report::run(arguments.times, counted);
    let mut targets = promises::of_groups(&groups);
    targets.extend(misses::run(arguments.times, counted));
    targets.extend(others_features::run(&groups, counted));
    let end_to_end = end_to_end::run(counted);
    targets.extend(promises::of_end_to_end(&end_to_end));
    if let Some(effort) = arguments.times {
        targets.extend(threads::run(effort));
    }
    targets.extend(stampede::run(arguments.times.is_some()));
    targets.iter().for_each(Target::print);
    if arguments.plots {
        #[cfg(feature = "contestants")]
        plots::draw(&groups, &end_to_end);
    }
}
