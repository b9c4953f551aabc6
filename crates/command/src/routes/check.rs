//! Compares the routes with an earlier list. Changes that let more requests through come first.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;
use similar::TextDiff;
use tower_lambda_authorizer::openapi::ApiReport;

use super::list::{Guard, List};
use crate::{
    document::in_words_of_the_command,
    failure::{Failure, name},
    style::{BAD, DOUBTFUL, GOOD},
};

/// What changed.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Changes {
    became_open: Vec<String>,
    /// Was guarded by a Lambda authorizer, and now is by something else.
    no_longer_guarded_here: Vec<String>,
    /// Was guarded, and no longer exists. Another operation may match its requests.
    gone: Vec<String>,
    diff: String,
    #[serde(skip)]
    operations: usize,
}

pub(super) fn compare(report: &ApiReport, file: &str, text: &str) -> Result<Changes, Failure> {
    let before = List::parse(file, text)?;
    let printed = if before.is_json {
        serde_json::to_string_pretty(report).map_err(Failure::new)?
    } else {
        in_words_of_the_command(report)
    };
    let now = List::parse("the list of now", &printed)?;
    // A checkout may have converted the line endings.
    let text = with_one_line_break(&text.replace("\r\n", "\n"));
    let printed = with_one_line_break(&printed);
    let diff = TextDiff::from_lines(&text, &printed);
    Ok(Changes {
        diff: diff.unified_diff().header(name(file), "now").to_string(),
        operations: now.operations.len(),
        ..Changes::of_operations(&before, &now)
    })
}

fn with_one_line_break(text: &str) -> String {
    format!("{}\n", text.trim_end())
}

impl Changes {
    fn of_operations(before: &List, now: &List) -> Self {
        let was: BTreeMap<_, _> = before.operations.iter().cloned().collect();
        let is: BTreeMap<_, _> = now.operations.iter().cloned().collect();
        let mut changes = Self::default();
        for (name, guard) in &now.operations {
            match (guard, was.get(name)) {
                (Guard::Open, None) => changes.became_open.push(format!("{name} is new and open")),
                (Guard::Open, Some(Guard::Guarded | Guard::CheckedElsewhere)) => {
                    changes.became_open.push(format!("{name} became open"));
                }
                (Guard::CheckedElsewhere, Some(Guard::Guarded)) => {
                    changes.no_longer_guarded_here.push(format!(
                        "{name} is no longer guarded by a Lambda authorizer"
                    ));
                }
                _ => {}
            }
        }
        for (name, guard) in &before.operations {
            if *guard != Guard::Open && !is.contains_key(name) {
                changes.gone.push(format!(
                    "{name} was guarded; if another operation matches its requests, that one decides now"
                ));
            }
        }
        changes
    }

    pub(super) fn is_empty(&self) -> bool {
        self.became_open.is_empty()
            && self.no_longer_guarded_here.is_empty()
            && self.gone.is_empty()
            && self.diff.is_empty()
    }
}

impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return writeln!(f, "{} operations, nothing changed", self.operations);
        }
        for line in &self.became_open {
            writeln!(f, "{BAD}OPEN{BAD:#}: {line}")?;
        }
        for line in &self.no_longer_guarded_here {
            writeln!(f, "{DOUBTFUL}LESS GUARDED{DOUBTFUL:#}: {line}")?;
        }
        for line in &self.gone {
            writeln!(f, "{DOUBTFUL}GONE{DOUBTFUL:#}: {line}")?;
        }
        for line in self.diff.lines() {
            match line.chars().next() {
                Some('-') => writeln!(f, "{BAD}{line}{BAD:#}")?,
                Some('+') => writeln!(f, "{GOOD}{line}{GOOD:#}")?,
                _ => writeln!(f, "{line}")?,
            }
        }
        Ok(())
    }
}
