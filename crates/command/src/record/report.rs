//! What was recorded, as a table and as JSON.

use std::fmt::Write;

use http::{HeaderName, Request};
use serde_json::{Value, json};

use super::{Endpoint, seen::Seen};
use crate::table::Columns;

/// The widest column that other rows are aligned with.
const WIDEST: usize = 48;

pub(super) struct Recording {
    pub(super) request: Request<()>,
    pub(super) seen: Seen,
}

impl Recording {
    pub(super) fn is_known(&self) -> bool {
        matches!(self.seen, Seen::Known(..))
    }
}

pub(super) fn table(
    endpoint: &Endpoint,
    token_header: &HeaderName,
    recordings: &[Recording],
) -> String {
    let known = recordings.iter().filter(|it| it.is_known()).count();
    let lines: Vec<_> = recordings
        .iter()
        .map(|it| Line::of(it, token_header))
        .collect();
    let widths: [usize; 4] = std::array::from_fn(|column| {
        let lengths = lines.iter().filter_map(|line| line.columns.get(column));
        let lengths = lengths.map(|text| text.chars().count());
        lengths
            .filter(|length| *length <= WIDEST)
            .max()
            .unwrap_or(0)
    });
    let mut table = format!(
        "# What {endpoint} answered: {known} of {} requests. The token is the header `{}`.\n",
        recordings.len(),
        token_header
    );
    for line in &lines {
        table.push_str(&line.written(&widths));
    }
    table
}

struct Line {
    is_known: bool,
    columns: [String; 4],
    outcome: String,
    remark: Option<String>,
}

impl Line {
    fn of(recording: &Recording, token_header: &HeaderName) -> Self {
        let columns = Columns::of(&recording.request, token_header);
        let (outcome, remark) = match &recording.seen {
            Seen::Known(outcome, remark) => (outcome.word().into_owned(), remark.clone()),
            Seen::Unclear(why) => ("?".to_owned(), Some(why.clone())),
        };
        Self {
            is_known: recording.is_known(),
            columns: [columns.method, columns.path, columns.token, columns.headers],
            outcome,
            remark,
        }
    }

    fn written(&self, widths: &[usize; 4]) -> String {
        let mut line = String::new();
        // A row with an unknown outcome is a comment for `table`.
        line.push_str(if self.is_known { "" } else { "# " });
        for (column, width) in self.columns.iter().zip(widths) {
            if *width > 0 || !column.is_empty() {
                let _ = write!(line, "{column:width$}  ");
            }
        }
        line.push_str(&self.outcome);
        if let Some(remark) = &self.remark {
            let _ = write!(line, "  # {remark}");
        }
        line.push('\n');
        line
    }
}

pub(super) fn json(endpoint: &Endpoint, recordings: &[Recording]) -> Value {
    let requests = recordings.iter().map(|recording| {
        let (outcome, remark) = match &recording.seen {
            Seen::Known(outcome, remark) => (Some(outcome.word()), remark.as_ref()),
            Seen::Unclear(why) => (None, Some(why)),
        };
        json!({
            "method": recording.request.method().as_str(),
            "path": recording.request.uri().to_string(),
            "outcome": outcome,
            "remark": remark,
        })
    });
    json!({"url": endpoint.to_string(), "requests": requests.collect::<Vec<_>>()})
}
