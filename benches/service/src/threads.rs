//! Hits on one thread and on two. What the threads share has to move between their processors.

use bench_harness::{
    measure::{self, Effort, Workload},
    targets::Target,
};
use tower_layer::Layer;

#[cfg(feature = "contestants")]
use crate::contestants::{Decisions, tower_http_moka};
use crate::{hits, protected::Protected, requests::Requests, subject::Subject};

const TOKENS: [(&str, &str, usize, f64); 2] = [
    ("one token", "two_threads_one_token", 1, 1.1),
    ("1,024 tokens", "two_threads_1024_tokens", 1024, 1.25),
];

/// Other work on the machine may be over soon.
const TRIES: usize = 20;

pub(crate) fn run(effort: Effort) -> Vec<Target> {
    println!("cache hits on one thread and on two, CPU ns each");
    println!("{:<34}{:>8}{:>8}", "", "1", "2");
    let mut targets = Vec::new();
    for (tokens, target, count, bound) in TOKENS {
        let requests = Requests::Tokens { count, bytes: 40 };
        let layer = hits::layer(1);
        let this = || Subject::new(layer.layer(Protected), requests).workload();
        let growth = row(&format!("this crate, {tokens}"), this, effort);
        targets.push(Target::at_most(target, growth, bound));
        #[cfg(feature = "contestants")]
        {
            let decisions = Decisions::new();
            let moka = || tower_http_moka(decisions.clone(), requests).workload();
            row(&format!("tower-http + moka, {tokens}"), moka, effort);
        }
    }
    println!();
    targets
}

/// How many times the time on one thread it takes on two. None where two did not run at the same time.
fn row(name: &str, make: impl Fn() -> Workload<'static> + Sync, effort: Effort) -> Option<f64> {
    let one = (0..TRIES).find_map(|_| measure::on_threads(1, &make, effort));
    let two = (0..TRIES).find_map(|_| measure::on_threads(2, &make, effort));
    let text = |time: Option<f64>| time.map_or("-".to_owned(), |time| format!("{time:.0}"));
    println!("{name:<34}{:>8}{:>8}", text(one), text(two));
    Some(two? / one?)
}
