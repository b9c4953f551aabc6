//! Measuring a group, and its table.

use bench_harness::{
    callgrind,
    measure::{self, Effort},
    targets::Target,
};

use crate::{
    contestant::Contestant,
    figures::Figures,
    groups::{GROUPS, Group, Row},
    misses, promises,
};

/// Iterations in callgrind; rows differ by some thousands of instructions, not by some hundreds of thousands.
const COUNTED: usize = 512;

pub(crate) fn run(effort: Effort, counted: bool) -> Vec<Target> {
    let (mut targets, mut all) = (Vec::new(), Vec::new());
    for group in &GROUPS {
        let figures = measure(group, effort, counted);
        print(group, &figures);
        match group.name {
            "rejection" => targets.extend(promises::of_rejections(&figures)),
            "hit-one" => targets.extend(promises::of_hits(&figures)),
            _ => (),
        }
        all.push((group.name, figures));
    }
    targets.push(promises::of_long_tokens(&all));
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
    if scenario == misses::SCENARIO {
        return Some(misses::misses());
    }
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
