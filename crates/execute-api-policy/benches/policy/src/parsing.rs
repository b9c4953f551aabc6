//! Parsing and preparing a policy, compared with only parsing the same JSON.
//!
//! A layer specialises a policy to its stage at a cache miss. Other users compile it.

use std::hint::black_box;

use bench_harness::{
    measure::{self, Effort, Workload},
    targets::Target,
};
use execute_api_policy::{
    PolicyDocument,
    layer_only::{Stage, specialise},
};
use serde_json::Value;

use crate::{
    plain_value::PlainValue,
    policies::{self, SIZES},
};

pub(crate) fn run(effort: Effort) -> Vec<Target> {
    println!("parsing and preparing, ns per statement");
    println!(
        "{:<12}{:>8}{:>10}{:>20}{:>20}{:>10}{:>16}",
        "statements",
        "bytes",
        "parse",
        "parse + compile",
        "parse + specialise",
        "Value",
        "ordered Value"
    );
    SIZES.iter().flat_map(|size| row(*size, effort)).collect()
}

fn row(statements: usize, effort: Effort) -> Vec<Target> {
    let text = &policies::json(&policies::rules(statements));
    let parse = move || PolicyDocument::from_json(text.as_bytes()).expect("the policy is valid");
    let stage = &Stage::of_methods(policies::HEAD, policies::NAME);
    let workloads = vec![
        Workload::new(move |_| drop(black_box(parse()))),
        Workload::new(move |_| drop(black_box(parse().compile()))),
        Workload::new(move |_| drop(black_box(specialise(&parse(), stage)))),
        Workload::new(move |_| drop(black_box(serde_json::from_str::<PlainValue>(text)))),
        Workload::new(move |_| drop(black_box(serde_json::from_str::<Value>(text)))),
    ];
    let times = measure::side_by_side(workloads, effort, 1);
    let [parse, compile, specialise, plain, ordered] = times[..] else {
        return Vec::new();
    };
    let each = |time: f64| time / statements as f64;
    let bytes = text.len();
    let (compiled, specialised) = (compile / plain, specialise / plain);
    println!(
        "{statements:<12}{bytes:>8}{:>10.0}{:>12.0} ({compiled:>4.2}x){:>12.0} ({specialised:>4.2}x){:>10.0}{:>16.0}",
        each(parse),
        each(compile),
        each(specialise),
        each(plain),
        each(ordered),
    );
    let bound = match statements {
        1 | 10 => 1.2,
        10_000 => 1.5,
        _ => return Vec::new(),
    };
    [("compile", compiled), ("specialise", specialised)]
        .map(|(name, ratio)| {
            let name = format!("parse_{name}_over_value_{statements}");
            Target::at_most(name, ratio, bound)
        })
        .into()
}
