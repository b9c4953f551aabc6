//! Runs the command.

use std::path::Path;

use crate::program;
pub(crate) use crate::program::Printed;

pub(crate) fn run(arguments: &[&str], input: &str) -> Printed {
    run_with(arguments, input, &[])
}

/// The values of the variables are paths.
pub(crate) fn run_with(arguments: &[&str], input: &str, variables: &[(&str, &Path)]) -> Printed {
    let variables = variables
        .iter()
        .map(|(name, path)| (*name, path.to_str().unwrap()));
    program::run_with(arguments, input, &variables.collect::<Vec<_>>())
}

/// Records requests from the standard input.
pub(crate) fn record(url: &str, requests: &str, options: &[&str]) -> Printed {
    run(
        &[&["record", "-", "--url", url], options].concat(),
        requests,
    )
}

/// The lines of a table without the comments, each with single spaces.
pub(crate) fn rows(table: &str) -> Vec<String> {
    let rows = table.lines().filter(|line| !line.starts_with('#'));
    let rows = rows.map(|row| row.split("  # ").next().unwrap_or(row));
    rows.map(|row| row.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}
