//! Measuring a group, and its table.

use bench_harness::{
    callgrind,
    measure::{self, Effort},
    targets::Target,
};

use crate::{
    contestant::Contestant,
    groups::{CUSTOMISED, FROM_FN, GROUPS, Group, Row, THIS},
};

/// What was measured of one row.
struct Figures {
    name: &'static str,
    nanoseconds: f64,
    /// None without valgrind.
    instructions: Option<f64>,
    allocations: f64,
}

/// Iterations in callgrind; rows differ by some thousands of instructions, not by some hundreds of thousands.
const COUNTED: usize = 512;

pub(crate) fn run(effort: Effort, counted: bool) -> Vec<Target> {
    let mut targets = Vec::new();
    for group in &GROUPS {
        let figures = measure(group, effort, counted);
        print(group, &figures);
        if group.name == "rejection" {
            targets.extend(rejection_targets(&figures));
        }
    }
    targets
}

fn measure(group: &Group, effort: Effort, counted: bool) -> Vec<Figures> {
    group.rows.iter().for_each(|row| group.check(row));
    let make = |row: &Row| (row.make)(group.requests);
    let workloads = group.rows.iter().map(|row| make(row).workload());
    let times = measure::side_by_side(workloads.collect(), effort, 1);
    let figures = group.rows.iter().zip(times).enumerate();
    let figures = figures.map(|(number, (row, nanoseconds))| Figures {
        name: row.name,
        nanoseconds,
        instructions: counted
            .then(|| callgrind::instructions(&scenario(group, number), COUNTED))
            .flatten(),
        allocations: make(row).allocations(),
    });
    figures.collect()
}

fn scenario(group: &Group, row: usize) -> String {
    format!("{}/{row}", group.name)
}

/// The other process, in which the instructions are counted.
pub(crate) fn count(arguments: &[String]) {
    let [scenario, iterations] = arguments else {
        panic!("{} takes a scenario and a number", callgrind::COUNT);
    };
    let contestant = counted_contestant(scenario).expect("a scenario");
    contestant.count(iterations.parse().expect("a number"));
}

fn counted_contestant(scenario: &str) -> Option<Contestant> {
    let (group, row) = scenario.split_once('/')?;
    let group = Group::find(group)?;
    let row = group.rows.get(row.parse::<usize>().ok()?)?;
    Some((row.make)(group.requests))
}

fn print(group: &Group, figures: &[Figures]) {
    println!("{}", group.title);
    println!(
        "{:<24}{:>8}{:>8}{:>14}{:>8}{:>14}",
        "", "ns", "+ns", "instructions", "+", "allocations"
    );
    let Some(least) = figures.first() else {
        return;
    };
    let text = |count: Option<f64>| count.map_or("-".to_owned(), |count| format!("{count:.0}"));
    for row in figures {
        let more = row.instructions.zip(least.instructions);
        println!(
            "{:<24}{:>8.0}{:>8.0}{:>14}{:>8}{:>14.1}",
            row.name,
            row.nanoseconds,
            row.nanoseconds - least.nanoseconds,
            text(row.instructions),
            text(more.map(|(row, least)| row - least)),
            row.allocations
        );
    }
    println!();
}

fn rejection_targets(figures: &[Figures]) -> [Target; 2] {
    let ratio = |one, other| Some(time(figures, one)? / time(figures, other)?);
    [
        Target::at_most("reject_over_from_fn", ratio(THIS, FROM_FN), 1.5),
        Target::at_most("custom_reject_over_default", ratio(CUSTOMISED, THIS), 2.0),
    ]
}

fn time(figures: &[Figures], name: &str) -> Option<f64> {
    let found = figures.iter().find(|row| row.name == name);
    found.map(|row| row.nanoseconds)
}
