//! Parsing and compiling, compared with only parsing the same JSON.

use std::hint::black_box;

use bench_harness::{
    measure::{self, Effort, Workload},
    targets::Target,
};
use execute_api_policy::PolicyDocument;
use serde_json::Value;

use crate::{
    plain_value::PlainValue,
    policies::{self, SIZES},
};

pub(crate) fn run(effort: Effort) -> Vec<Target> {
    println!("parsing and compiling, ns per statement");
    println!(
        "{:<12}{:>8}{:>10}{:>18}{:>16}{:>18}",
        "statements", "bytes", "parse", "parse + compile", "Value", "ordered Value"
    );
    SIZES.iter().filter_map(|size| row(*size, effort)).collect()
}

fn row(statements: usize, effort: Effort) -> Option<Target> {
    let text = &policies::json(&policies::rules(statements));
    let parse = move || PolicyDocument::from_json(text.as_bytes()).expect("the policy is valid");
    let workloads = vec![
        Workload::new(move |_| drop(black_box(parse()))),
        Workload::new(move |_| drop(black_box(parse().compile()))),
        Workload::new(move |_| drop(black_box(serde_json::from_str::<PlainValue>(text)))),
        Workload::new(move |_| drop(black_box(serde_json::from_str::<Value>(text)))),
    ];
    let times = measure::side_by_side(workloads, effort, 1);
    let [parse, compile, plain, ordered] = times[..] else {
        return None;
    };
    let each = |time: f64| time / statements as f64;
    let (ratio, bytes) = (compile / plain, text.len());
    println!(
        "{statements:<12}{bytes:>8}{:>10.0}{:>10.0} ({ratio:>4.2}x){:>16.0}{:>18.0}",
        each(parse),
        each(compile),
        each(plain),
        each(ordered),
    );
    let bound = match statements {
        1 | 10 => 1.2,
        10_000 => 1.5,
        _ => return None,
    };
    Some(Target::at_most(
        format!("parse_compile_over_value_{statements}"),
        ratio,
        bound,
    ))
}
