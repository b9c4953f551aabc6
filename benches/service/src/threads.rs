//! Hits on one thread and on two: what they share, they have to pass to and fro.

use bench_harness::measure::{self, Effort};

use crate::{
    contestants::{Decisions, tower_http_moka},
    requests::Requests,
};

const TOKENS: [(&str, usize); 2] = [("one token", 1), ("1,024 tokens", 1024)];

pub(crate) fn run(effort: Effort) {
    println!("cache hits on one thread and on two, CPU ns each");
    println!("{:<34}{:>8}{:>8}", "", "1", "2");
    for (tokens, count) in TOKENS {
        let requests = Requests::Tokens { count, bytes: 40 };
        let decisions = Decisions::new();
        let workload = || tower_http_moka(decisions.clone(), requests).workload();
        let on = |threads| measure::on_threads(threads, workload, effort);
        let (one, two) = (on(1), on(2));
        println!(
            "{:<34}{one:>8.0}{two:>8.0}",
            format!("tower-http + moka, {tokens}")
        );
    }
    println!();
}
