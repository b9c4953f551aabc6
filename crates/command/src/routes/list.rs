//! A list of routes as it is printed. Both sides of a comparison are read from it, so that their names agree.

use serde::Deserialize;

use crate::failure::Failure;

/// The operations in their order, each with what guards it.
pub(super) struct List {
    pub(super) operations: Vec<(String, Guard)>,
    pub(super) is_json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guard {
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

impl List {
    pub(super) fn parse(file: &str, text: &str) -> Result<Self, Failure> {
        let is_json = text.trim_start().starts_with('{');
        let operations = if is_json {
            from_json(text)
                .map_err(|error| Failure::of(file, format_args!("{error}; {NOT_A_LIST}")))?
        } else {
            from_table(text)
        };
        match operations {
            Some(operations) => Ok(Self {
                operations,
                is_json,
            }),
            None => Err(Failure::of(file, NOT_A_LIST)),
        }
    }
}

const NOT_A_LIST: &str =
    "this is not a list of routes; write one with `lambda-authorizer routes DOCUMENT > FILE`";

fn from_json(text: &str) -> Result<Option<Vec<(String, Guard)>>, serde_json::Error> {
    let report: Report = serde_json::from_str(text)?;
    let operations = report.operations.into_iter();
    Ok(operations
        .map(|it| {
            let guard = match it.guarding.as_str() {
                "open" => Guard::Open,
                "guarded" => Guard::Guarded,
                "checkedElsewhere" => Guard::CheckedElsewhere,
                _ => return None,
            };
            Some((it.operation, guard))
        })
        .collect())
}

/// The rows between the heading of the table and the empty line after it. `None` if there is no such table.
fn from_table(text: &str) -> Option<Vec<(String, Guard)>> {
    let mut lines = text.lines();
    lines.find(|line| line.starts_with("operation ") && line.ends_with("  guarding"))?;
    let rows = lines.take_while(|line| !line.trim().is_empty());
    rows.map(|row| {
        let (operation, _) = row.split_once("  ")?;
        let (_, verdict) = row.trim_end().rsplit_once("  ")?;
        let guard = match verdict {
            "OPEN" => Guard::Open,
            verdict if verdict.starts_with("guarded here") => Guard::Guarded,
            verdict if verdict.contains("checked elsewhere") => Guard::CheckedElsewhere,
            _ => return None,
        };
        Some((operation.to_owned(), guard))
    })
    .collect()
}
