//! Compares the routes with those of before. What let more through comes first.

use std::fmt;

use serde::Serialize;
use similar::TextDiff;
use tower_lambda_authorizer::openapi::{ApiReport, Guarding};

use super::expected::{Expected, Was};
use crate::{
    document::in_words_of_the_command,
    failure::{Failure, name},
    output::{BAD, DOUBTFUL, GOOD},
};

/// What changed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Changes {
    became_open: Vec<String>,
    /// Was guarded by a Lambda authorizer, and now by something else.
    no_longer_guarded_here: Vec<String>,
    diff: String,
    #[serde(skip)]
    operations: usize,
}

pub(super) fn compare(report: &ApiReport, file: &str, text: &str) -> Result<Changes, Failure> {
    let expected = Expected::parse(file, text)?;
    let (mut became_open, mut no_longer_guarded_here) = (Vec::new(), Vec::new());
    for operation in report.operations() {
        let name = format!("{} {}", operation.method(), operation.path());
        match (operation.guarding(), expected.of(&name)) {
            (Guarding::Open, Some(Was::Open)) => {}
            (Guarding::Open, Some(_)) => became_open.push(format!("{name} became open")),
            (Guarding::Open, None) => became_open.push(format!("{name} is new and open")),
            (Guarding::CheckedElsewhere, Some(Was::Guarded)) => {
                no_longer_guarded_here.push(format!(
                    "{name} is no longer guarded by a Lambda authorizer"
                ));
            }
            _ => {}
        }
    }
    let actual = match expected.is_json {
        true => serde_json::to_string_pretty(report).map_err(Failure::new)? + "\n",
        false => in_words_of_the_command(report),
    };
    // A checkout may have converted the line endings.
    let before = text.replace("\r\n", "\n");
    let (before, actual) = (with_one_line_break(&before), with_one_line_break(&actual));
    let diff = TextDiff::from_lines(&before, &actual);
    let diff = diff.unified_diff().header(name(file), "now").to_string();
    Ok(Changes {
        became_open,
        no_longer_guarded_here,
        diff,
        operations: report.operations().len(),
    })
}

fn with_one_line_break(text: &str) -> String {
    format!("{}\n", text.trim_end())
}

impl Changes {
    pub(super) fn is_empty(&self) -> bool {
        self.became_open.is_empty()
            && self.no_longer_guarded_here.is_empty()
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
