//! What each option costs a hit and a miss, beside the layer without it. All of them are compiled here, in a program of its
//! own, so that the figures of the other rows do not depend on them.

mod layers;
mod store;

use std::env;

use bench_harness::{arguments::Arguments, callgrind, programs, targets::Target};
use tower_lambda_authorizer::caching::ResultCache;

use self::layers::Make;
use crate::{figures::text, misses, requests::Requests, subject::Subject, with_a_timer};

/// The program that links the counting allocator.
const ALLOCATIONS: &str = "service-options-allocations";

/// Evicted entries are freed in batches.
const COUNTED: usize = 1024;

struct Row {
    name: &'static str,
    make: Make,
    target: Option<Promise>,
}

/// The name of an option in `TARGET` lines, and what it may cost: instructions of a hit, or round trips of a miss.
struct Promise {
    option: &'static str,
    most: f64,
}

const fn row(name: &'static str, make: Make) -> Row {
    let target = None;
    Row { name, make, target }
}

impl Row {
    const fn costs(self, option: &'static str, most: f64) -> Self {
        let target = Some(Promise { option, most });
        Self { target, ..self }
    }
}

/// The first row is what a request costs without a layer, and the second one what it costs without options.
const HITS: [Row; 8] = [
    row("bare service", layers::bare),
    row("nothing", layers::nothing),
    row("shared tier", layers::shared_tier).costs("tier", 10.0),
    row("with a breaker", layers::breaker_of_the_store).costs("tier_breaker", 10.0),
    row("with revocations", layers::revocations).costs("revocations", 120.0),
    row("authorizer's breaker", layers::breaker).costs("breaker", 10.0),
    row("reloadable", layers::reloadable).costs("reloadable", 80.0),
    row("Metrics, not exported", layers::metrics).costs("metrics", 700.0),
];

/// The authorizer is called for each, except if the store has the result.
const MISSES: [Row; 11] = [
    row("bare service", layers::bare),
    row("nothing", layers::nothing).costs("nothing", 0.0),
    row("shared tier", layers::shared_tier),
    row("with a breaker", layers::breaker_of_the_store).costs("tier_breaker", 2.0),
    row("the breaker is open", layers::paused_store).costs("paused_tier", 0.0),
    row("with an earlier secret", layers::earlier_secret).costs("earlier_secret", 4.0),
    row("with revocations", layers::revocations).costs("revocations", 2.0),
    row("found in the store", layers::found_in_the_store).costs("found", 1.0),
    row("authorizer's breaker", layers::breaker),
    row("reloadable", layers::reloadable),
    row("Metrics, not exported", layers::metrics),
];

/// What is measured of a row.
struct Figures {
    row: &'static Row,
    instructions: Option<f64>,
    allocations: Option<f64>,
    round_trips: f64,
}

/// The program that measures.
pub fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let words: Vec<_> = arguments.iter().map(String::as_str).collect();
    with_a_timer(|| match words[..] {
        [callgrind::COUNT, scenario, iterations] => {
            let iterations = iterations.parse().expect("a number");
            subject(scenario).count(iterations);
        }
        _ => measure(Arguments::read(&arguments)),
    });
}

/// The program that counts allocations, with the function that counts those of some work.
pub fn print_allocations(count: fn(&mut dyn FnMut()) -> u64) {
    let scenario = env::args().nth(1).expect("a scenario");
    with_a_timer(|| println!("{}", subject(&scenario).allocations(count)));
}

/// The name of a row: `hit/3`, `miss/0`.
fn subject(scenario: &str) -> Subject {
    let (kind, number) = scenario.split_once('/').expect("a kind and a number");
    let number: usize = number.parse().expect("a number");
    let (rows, cache, requests): (&[Row], _, _) = match kind {
        "hit" => (&HITS, ResultCache::new(), Requests::ONE_TOKEN),
        _ => (&MISSES, misses::small_cache(), misses::REQUESTS),
    };
    let row = rows.get(number).expect("a row");
    (row.make)(cache, requests)
}

/// With `--quick`, the instructions of misses are not counted, which takes a minute.
fn measure(arguments: Arguments) {
    let counted = callgrind::is_installed();
    let hits = group("hit", const { &HITS }, counted);
    print("hit", &hits);
    let misses = group("miss", const { &MISSES }, counted && !arguments.quick);
    print("miss", &misses);
    hit_targets(&hits).for_each(|target| target.print());
    miss_targets(&misses).for_each(|target| target.print());
}

fn group(kind: &str, rows: &'static [Row], counted: bool) -> Vec<Figures> {
    let rows = rows.iter().enumerate().map(|(number, row)| {
        let scenario = format!("{kind}/{number}");
        let instructions = || callgrind::instructions(&scenario, COUNTED);
        Figures {
            row,
            instructions: counted.then(instructions).flatten(),
            allocations: programs::allocations(ALLOCATIONS, &scenario),
            round_trips: subject(&scenario).allocations(store::round_trips),
        }
    });
    rows.collect()
}

fn print(kind: &str, figures: &[Figures]) {
    println!(
        "a {kind}, with options; above the bare service, and above the same without the option"
    );
    println!(
        "{:<24}{:>14}{:>8}{:>8}{:>14}{:>14}",
        "", "instructions", "+", "more", "allocations", "round trips"
    );
    for row in figures {
        let above = |number: usize| Some(row.instructions? - figures.get(number)?.instructions?);
        println!(
            "{:<24}{:>14}{:>8}{:>8}{:>14}{:>14.1}",
            row.row.name,
            text(row.instructions, 0),
            text(above(0), 0),
            text(above(1), 0),
            text(row.allocations, 1),
            row.round_trips
        );
    }
    println!();
}

fn hit_targets(hits: &[Figures]) -> impl Iterator<Item = Target> {
    let nothing = hits.get(1).and_then(|figures| figures.instructions);
    hits.iter().filter_map(move |figures| {
        let Promise { option, most } = figures.row.target.as_ref()?;
        let more = figures.instructions.zip(nothing);
        let more = more.map(|(with, without)| with - without);
        let name = format!("option_{option}_hit_instructions");
        Some(Target::at_most(name, more, *most))
    })
}

fn miss_targets(misses: &[Figures]) -> impl Iterator<Item = Target> {
    misses.iter().filter_map(|figures| {
        let Promise { option, most } = figures.row.target.as_ref()?;
        let name = format!("option_{option}_miss_round_trips");
        Some(Target::at_most(name, figures.round_trips, *most))
    })
}
