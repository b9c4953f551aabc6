//! Runs all cases, and counts those that are carried.

use std::{collections::BTreeMap, fs, path::Path};

use super::case::Case;

/// `run` returns what differs from what a case expects, or why it cannot be carried. Prints how many of how many are, with
/// the reasons of the rest.
pub(super) fn check(
    way: &str,
    at_least: usize,
    run: impl Fn(&Case) -> Result<Vec<String>, &'static str>,
) {
    let (mut carried, mut left, mut failures) = (0, BTreeMap::<_, Vec<_>>::new(), Vec::new());
    let cases = cases();
    for case in &cases {
        match run(case) {
            Ok(problems) if problems.is_empty() => carried += 1,
            Ok(problems) => failures.push(format!("{}: {}", case.name, problems.join("; "))),
            Err(reason) => left.entry(reason).or_default().push(&case.name),
        }
    }
    println!(
        "{carried} of {} gateway cases are carried by {way} with recorded answers",
        cases.len()
    );
    for (reason, names) in &left {
        println!("  {} not: {reason}", names.len());
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(carried >= at_least, "only {carried}: {left:#?}");
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/gateway");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let cases = files.iter().flat_map(|file| {
        let text = fs::read_to_string(file).unwrap();
        serde_json::from_str::<Vec<Case>>(&text).unwrap()
    });
    cases.collect()
}
