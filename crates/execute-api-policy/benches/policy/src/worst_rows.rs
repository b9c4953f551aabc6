//! The worst cases: their times, and the cost of a path of twice the length.

use std::hint::black_box;

use bench_harness::{
    measure::{self, Effort},
    targets::Target,
};
use execute_api_policy::EvaluationRequest;

use crate::{
    scenario::Scenario,
    worst::{CASES, LONG, Size},
};

pub(crate) fn run(effort: Effort, counted: bool) -> Vec<Target> {
    println!("\nworst cases, a path of 8 KB");
    println!(
        "{:<34}{:>12}{:>22}",
        "policy, path", "us", "2n / n instructions"
    );
    let (mut short, mut many, mut growth) = (0.0, 0.0, None);
    for (number, case) in CASES.iter().enumerate() {
        let case = case();
        let arn = case.arn(LONG);
        let request = EvaluationRequest::invoke(&arn);
        let time = measure::alone(
            |_| {
                black_box(case.policy.evaluate(&request));
            },
            effort,
        );
        let microseconds = time / 1000.0;
        let slowest = match case.size {
            Size::Bytes8K => &mut short,
            Size::Statements10K => &mut many,
        };
        *slowest = f64::max(*slowest, microseconds);
        let doubled = counted.then(|| twice_over_once(number)).flatten();
        growth = growth.into_iter().chain(doubled).reduce(f64::max);
        let doubled = doubled.map_or("-".to_owned(), |doubled| format!("{doubled:.2}"));
        println!("{:<34}{microseconds:>12.1}{doubled:>22}", case.name);
    }
    vec![
        Target::at_most("worst_8k_policy_us", short, 50.0),
        Target::at_most("worst_10000_us", many, 1000.0),
        Target::at_most("linear_2n_over_n", growth, 2.2),
    ]
}

fn twice_over_once(case: usize) -> Option<f64> {
    let of = |bytes| Scenario::Worst { case, bytes }.instructions();
    Some(of(2 * LONG)? / of(LONG)?)
}
