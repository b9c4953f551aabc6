//! Evaluation: this crate and the others, from few statements to very many.

use std::hint::black_box;

use bench_harness::{
    measure::{self, Effort, Workload},
    targets::Target,
    yardstick,
};
use execute_api_policy::Verdict;

#[cfg(feature = "contestants")]
use crate::{
    casbin_matcher::Casbin,
    other_engines::{Cedar, IamRs},
};
use crate::{
    contestants::{Contestant, ThisCrate, TwoPointers},
    policies::{self, REQUESTS, Rule, SIZES},
};

/// With this many statements, a quick run leaves out the slow contestants.
const MANY: usize = 10_000;

/// The nanoseconds of all contestants for one policy.
pub(crate) struct Row {
    pub(crate) statements: usize,
    pub(crate) times: Vec<(&'static str, f64)>,
}

impl Row {
    pub(crate) fn time(&self, name: &str) -> Option<f64> {
        let found = self.times.iter().find(|(known, _)| *known == name);
        found.map(|(_, time)| *time)
    }

    fn over_this_crate(&self, name: &str) -> Option<f64> {
        Some(self.time(name)? / self.time("this crate")?)
    }
}

pub(crate) fn run(quick: bool, effort: Effort) -> Vec<Row> {
    let rows: Vec<_> = SIZES.iter().map(|size| row(*size, quick, effort)).collect();
    print(&rows);
    rows
}

fn row(statements: usize, quick: bool, effort: Effort) -> Row {
    let rules = policies::rules(statements);
    let requests = policies::requests(statements);
    let contestants = contestants(&rules, &requests, quick && statements == MANY);
    for contestant in &contestants {
        check(&**contestant, &rules, &requests);
    }
    let workloads = contestants.iter().map(|contestant| {
        Workload::new(move |at| {
            black_box(contestant.verdict(at % REQUESTS));
        })
    });
    let workloads = workloads.collect();
    let times = measure::side_by_side(workloads, effort, REQUESTS);
    let names = contestants.iter().map(|contestant| contestant.name());
    Row {
        statements,
        times: names.zip(times).collect(),
    }
}

fn contestants<'r>(
    rules: &[Rule],
    requests: &'r [String],
    only_the_fast: bool,
) -> Vec<Box<dyn Contestant + 'r>> {
    let mut contestants: Vec<Box<dyn Contestant + 'r>> = vec![
        Box::new(ThisCrate::new(rules, requests)),
        Box::new(TwoPointers::new(rules, requests)),
    ];
    if !only_the_fast {
        contestants.extend(other_engines(rules, requests));
    }
    contestants
}

#[cfg(feature = "contestants")]
fn other_engines<'r>(rules: &[Rule], requests: &'r [String]) -> [Box<dyn Contestant + 'r>; 3] {
    [
        Box::new(Cedar::new(rules, requests)),
        Box::new(IamRs::new(rules, requests)),
        Box::new(Casbin::new(rules, requests)),
    ]
}

#[cfg(not(feature = "contestants"))]
fn other_engines<'r>(_: &[Rule], _: &'r [String]) -> [Box<dyn Contestant + 'r>; 0] {
    []
}

/// Checks before the measurement that a contestant decides like the plain scan of the same policy.
fn check(contestant: &dyn Contestant, rules: &[Rule], requests: &[String]) {
    let rules: Vec<_> = rules
        .iter()
        .map(|rule| contestant.simplified(rule))
        .collect();
    let plain = TwoPointers::new(&rules, requests);
    let as_told = |verdict| match verdict {
        Verdict::ExplicitDeny if !contestant.tells_denials_apart() => Verdict::ImplicitDeny,
        verdict => verdict,
    };
    for (at, arn) in requests.iter().enumerate() {
        let (expected, found) = (as_told(plain.verdict(at)), contestant.verdict(at));
        assert_eq!(
            found,
            expected,
            "{} with {} statements on {arn}",
            contestant.name(),
            rules.len()
        );
    }
}

fn print(rows: &[Row]) {
    println!(
        "evaluation, ns (times this crate's); {REQUESTS} ARNs of 78 bytes, half match nothing"
    );
    print!("{:<14}", "statements");
    for row in rows {
        print!("{:>20}", row.statements);
    }
    println!();
    let names = rows.first().map(|row| &row.times[..]).unwrap_or_default();
    for (name, _) in names {
        print!("{name:<14}");
        for row in rows {
            match (row.time(name), row.over_this_crate(name)) {
                (Some(time), Some(ratio)) if ratio < 10.0 => print!("{time:>11.0} ({ratio:>5.1}x)"),
                (Some(time), Some(ratio)) => print!("{time:>11.0} ({ratio:>5.0}x)"),
                _ => print!("{:>20}", "skipped"),
            }
        }
        println!();
    }
}

pub(crate) fn targets(rows: &[Row], effort: Effort) -> Vec<Target> {
    let hash_map_hit = yardstick::hash_map_hit(effort);
    println!("one hit in a HashMap of 10,000 keys of 40 bytes (foldhash): {hash_map_hit:.1} ns\n");
    let of = |statements: usize| rows.iter().find(|row| row.statements == statements);
    let this = |statements| of(statements).and_then(|row| row.time("this crate"));
    let over = |name| of(MANY).and_then(|row| row.over_this_crate(name));
    let growth = this(MANY).zip(this(10)).map(|(many, few)| many / few);
    let scaled = this(MANY).map(|time| yardstick::scaled(time, hash_map_hit));
    vec![
        Target::at_most("evaluate_10000_over_10", growth, 2.2),
        Target::at_most("evaluate_10000_scaled_ns", scaled, 250.0),
        Target::at_least("cedar_10000_over_this", over("cedar-policy"), 10_000.0),
        Target::at_least("iam_rs_10000_over_this", over("iam-rs"), 10_000.0),
    ]
}
