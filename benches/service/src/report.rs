//! Measuring a group, and its table.

use bench_harness::{
    callgrind,
    measure::{self, Effort},
    programs,
};

use crate::{
    figures::{ALLOCATIONS, Figures, GroupFigures, text},
    groups::{GROUPS, Group, Row},
    scenario,
};

/// Iterations in callgrind; rows differ by some thousands of instructions, not by some hundreds of thousands.
pub(crate) const COUNTED: usize = 512;

pub(crate) fn run(times: Option<Effort>, counted: bool) -> Vec<GroupFigures> {
    let groups = const { &GROUPS }.iter();
    let measured = groups.map(|group| {
        let figures = measure(group, times, counted);
        print(&figures);
        figures
    });
    measured.collect()
}

fn measure(group: &'static Group, times: Option<Effort>, counted: bool) -> GroupFigures {
    group.rows.iter().for_each(|row| group.check(row));
    let times = match times {
        Some(effort) => nanoseconds(group, effort),
        None => vec![None; group.rows.len()],
    };
    let rows = group.rows.iter().zip(times).enumerate();
    let rows = rows.map(|(number, (row, nanoseconds))| {
        let scenario = scenario::name(group, number);
        Figures {
            name: row.name,
            nanoseconds,
            instructions: counted
                .then(|| callgrind::instructions(&scenario, COUNTED))
                .flatten(),
            allocations: programs::allocations(ALLOCATIONS, &scenario),
        }
    });
    GroupFigures {
        group,
        rows: rows.collect(),
    }
}

fn nanoseconds(group: &Group, effort: Effort) -> Vec<Option<f64>> {
    let workload = |row: &Row| (row.make)(group.requests).workload();
    let workloads = group.rows.iter().map(workload).collect();
    let times = measure::side_by_side(workloads, effort, 1);
    times.into_iter().map(Some).collect()
}

fn print(figures: &GroupFigures) {
    println!("{}", figures.group.title);
    println!(
        "{:<24}{:>8}{:>8}{:>14}{:>8}{:>14}",
        "", "ns", "+ns", "instructions", "+", "allocations"
    );
    for row in &figures.rows {
        println!(
            "{:<24}{:>8}{:>8}{:>14}{:>8}{:>14}",
            row.name,
            text(row.nanoseconds, 0),
            text(figures.time_above(row.name), 0),
            text(row.instructions, 0),
            text(figures.instructions_above(row.name), 0),
            text(row.allocations, 1)
        );
    }
    println!();
}
