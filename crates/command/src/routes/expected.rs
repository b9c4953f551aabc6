//! A list of routes that was printed before.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::failure::Failure;

/// What guarded each operation.
pub(super) struct Expected {
    guarding: BTreeMap<String, Was>,
    pub(super) is_json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Was {
    Open,
    Guarded,
    CheckedElsewhere,
}

#[derive(Deserialize)]
struct Report {
    operations: Vec<Operation>,
}

#[derive(Deserialize)]
struct Operation {
    operation: String,
    guarding: String,
}

impl Expected {
    pub(super) fn parse(file: &str, text: &str) -> Result<Self, Failure> {
        let is_json = text.trim_start().starts_with('{');
        let guarding = match is_json {
            true => from_json(text).map_err(|error| Failure::of(file, error))?,
            false => from_table(text),
        };
        match guarding {
            Some(guarding) => Ok(Self { guarding, is_json }),
            None => Err(Failure::of(
                file,
                "this is not a list of routes; write one with `lambda-authorizer routes DOCUMENT > FILE`",
            )),
        }
    }

    pub(super) fn of(&self, operation: &str) -> Option<Was> {
        self.guarding.get(operation).copied()
    }
}

fn from_json(text: &str) -> Result<Option<BTreeMap<String, Was>>, serde_json::Error> {
    let report: Report = serde_json::from_str(text)?;
    let operations = report.operations.into_iter();
    Ok(operations
        .map(|it| {
            let was = match it.guarding.as_str() {
                "open" => Was::Open,
                "guarded" => Was::Guarded,
                "checkedElsewhere" => Was::CheckedElsewhere,
                _ => return None,
            };
            Some((it.operation, was))
        })
        .collect())
}

/// The rows between the heading of the table and the empty line behind it. `None` if there is no such table.
fn from_table(text: &str) -> Option<BTreeMap<String, Was>> {
    let mut lines = text.lines();
    lines.find(|line| line.starts_with("operation ") && line.ends_with("  guarding"))?;
    let rows = lines.take_while(|line| !line.trim().is_empty());
    rows.map(|row| {
        let (operation, _) = row.split_once("  ")?;
        let (_, verdict) = row.trim_end().rsplit_once("  ")?;
        let was = match verdict {
            "OPEN" => Was::Open,
            verdict if verdict.starts_with("guarded here") => Was::Guarded,
            verdict if verdict.contains("checked elsewhere") => Was::CheckedElsewhere,
            _ => return None,
        };
        Some((operation.to_owned(), was))
    })
    .collect()
}
