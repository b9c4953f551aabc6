//! The layer with its features `axum` and `tracing` on, which the service does not use: what they still cost a request.

use std::{env, path::Path};

use bench_harness::{callgrind, programs, targets::Target};

use crate::{
    figures::{self, GroupFigures, text},
    groups::{A_THOUSAND_STATEMENTS, FRESH, TEN_STATEMENTS, THIS},
    report::COUNTED,
    scenario,
};

/// This program with these features. It is not compared with itself.
const PROGRAM: &str = "service-features-bench";

const ROWS: [(&str, &str, &str); 5] = [
    ("hit-one", THIS, "features_hit_instructions"),
    ("hit-one", TEN_STATEMENTS, "features_hit_10_instructions"),
    (
        "hit-one",
        A_THOUSAND_STATEMENTS,
        "features_hit_1000_instructions",
    ),
    ("hit-one", FRESH, "features_hit_fresh_instructions"),
    ("rejection", THIS, "features_refusal_instructions"),
];

pub(crate) fn run(groups: &[GroupFigures], counted: bool) -> Vec<Target> {
    let program = programs::beside_this_one(PROGRAM);
    if program.is_some() && program == env::current_exe().ok() {
        return Vec::new();
    }
    println!(
        "the features axum and tracing, both on and neither used: instructions above the first row"
    );
    println!("{:<34}{:>8}{:>8}{:>8}", "", "off", "on", "more");
    let targets = ROWS.map(|(group, row, target)| {
        let figures = figures::of(groups, group);
        let off = figures.and_then(|figures| figures.instructions_above(row));
        let on = figures.filter(|_| counted);
        let on = on.and_then(|figures| instructions_above(program.as_deref()?, figures, row));
        let more = on.zip(off).map(|(on, off)| on - off);
        println!(
            "{:<34}{:>8}{:>8}{:>8}",
            format!("{group}, {row}"),
            text(off, 0),
            text(on, 0),
            text(more, 0)
        );
        Target::at_most(target, more, 60.0)
    });
    println!();
    targets.into()
}

fn instructions_above(program: &Path, figures: &GroupFigures, row: &str) -> Option<f64> {
    let of = |number| {
        let scenario = scenario::name(figures.group, number);
        callgrind::instructions_of(program, &scenario, COUNTED)
    };
    let number = figures.rows.iter().position(|known| known.name == row)?;
    Some(of(number)? - of(0)?)
}
