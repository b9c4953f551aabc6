//! The worst cases: their times and instructions, and how these grow.

use std::hint::black_box;

use bench_harness::{
    measure::{self, Effort},
    targets::Target,
};
use execute_api_policy::EvaluationRequest;

use crate::{
    scenario::Scenario,
    worst::{self, LONG, Patterns, WorstCase},
};

/// The figures of one row. Those that are counted are `None` without valgrind and in a quick run.
struct Row {
    microseconds: f64,
    instructions: Option<f64>,
    /// The instructions with a path of twice the length, divided by those of the row.
    path_doubled: Option<f64>,
    /// The same with a pattern of twice the length, too.
    both_doubled: Option<f64>,
}

pub(crate) fn run(effort: Effort, counted: bool) -> Vec<Target> {
    println!("\nworst cases, a path of 8 KB");
    println!(
        "{:<36}{:>10}{:>16}{:>12}{:>12}",
        "pattern, path", "us", "instructions", "path x 2", "both x 2"
    );
    let cases = worst::cases();
    let rows = cases.iter().enumerate().map(|(number, case)| {
        let row = row(number, case, effort, counted);
        print(case.name, &row);
        (case.patterns, row)
    });
    targets(&rows.collect::<Vec<_>>())
}

fn row(number: usize, case: &WorstCase, effort: Effort, counted: bool) -> Row {
    let (policy, arn) = (case.policy(LONG), case.arn(LONG));
    let request = EvaluationRequest::invoke(&arn);
    let time = measure::alone(
        |_| {
            black_box(policy.evaluate(&request));
        },
        effort,
    );
    let of = |pattern: usize, path: usize| {
        let scenario = Scenario::Worst {
            case: number,
            pattern: pattern * LONG,
            path: path * LONG,
        };
        counted.then(|| scenario.instructions()).flatten()
    };
    let instructions = of(1, 1);
    let over = |doubled: Option<f64>, single: Option<f64>| Some(doubled? / single?);
    let (path_doubled, both_doubled) = match case.patterns {
        // A path that is hardly longer than a piece has few places for it. So the growth is seen in a long path.
        Patterns::One(_) => (over(of(1, 8), of(1, 4)), over(of(2, 2), instructions)),
        Patterns::Several(_) => (over(of(1, 2), instructions), over(of(2, 2), instructions)),
        Patterns::TenThousand(_) => (over(of(1, 2), instructions), None),
    };
    Row {
        microseconds: time / 1000.0,
        instructions,
        path_doubled,
        both_doubled,
    }
}

fn print(name: &str, row: &Row) {
    let text = |figure: Option<f64>, digits: usize| {
        figure.map_or("-".to_owned(), |figure| format!("{figure:.digits$}"))
    };
    println!(
        "{name:<36}{:>10.1}{:>16}{:>12}{:>12}",
        row.microseconds,
        text(row.instructions, 0),
        text(row.path_doubled, 2),
        text(row.both_doubled, 2),
    );
}

fn targets(rows: &[(Patterns, Row)]) -> Vec<Target> {
    let most = |which: fn(&Patterns) -> bool, figure: fn(&Row) -> Option<f64>| {
        let these = rows.iter().filter(|(patterns, _)| which(patterns));
        these.filter_map(|(_, row)| figure(row)).reduce(f64::max)
    };
    let one = |patterns: &Patterns| matches!(patterns, Patterns::One(_));
    let several = |patterns: &Patterns| matches!(patterns, Patterns::Several(_));
    let ten_thousand = |patterns: &Patterns| matches!(patterns, Patterns::TenThousand(_));
    let time = |row: &Row| Some(row.microseconds);
    vec![
        Target::at_most("worst_8k_pattern_us", most(one, time), 150.0),
        Target::at_most(
            "worst_8k_pattern_instructions",
            most(one, |row| row.instructions),
            2_500_000.0,
        ),
        Target::at_most("worst_8k_policy_us", most(several, time), 150.0),
        Target::at_most("worst_10000_us", most(ten_thousand, time), 1000.0),
        Target::at_most(
            "linear_2n_over_n",
            most(|_| true, |row| row.path_doubled),
            2.2,
        ),
        Target::at_most(
            "together_2n_over_n",
            most(|_| true, |row| row.both_doubled),
            4.4,
        ),
    ]
}
