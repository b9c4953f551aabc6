//! Compares outcomes with a table of method, path, token and expected outcome.

mod cells;
mod outcome;
mod row;
mod writing;

use std::fmt::Write;

use serde_json::{Value, json};
use tower_lambda_authorizer::explanations::Explanation;

pub(crate) use self::{
    outcome::Outcome,
    row::{Outcomes, Row},
    writing::Columns,
};
use crate::{
    Answer,
    cli::{Format, Table},
    document::Guarded,
    explain::written,
    failure::{Failure, in_one_line, name, read},
    output::{print_coloured, print_json},
    request,
};

/// Sends the requests in their order, since results are cached for later ones.
pub(crate) async fn check(arguments: &Table) -> Result<Answer, Failure> {
    let guarded = Guarded::read(&arguments.guard)?;
    let file = arguments.table.as_str();
    let text = read(file)?;
    let rows = Row::all(&text, &arguments.token_header, Outcomes::Required);
    let rows = rows.map_err(|(line, problem)| Failure::at(file, line, problem))?;
    let mut differences = Vec::new();
    for row in &rows {
        let Some(expected) = &row.expected else {
            continue;
        };
        let request = request::from(arguments.guard.source_ip, row.request.clone());
        let explanation = guarded.explain(request).await?;
        if !expected.is_met_by(&explanation) {
            differences.push(Difference {
                row,
                expected,
                explanation,
            });
        }
    }
    match arguments.format {
        Format::Text => print_coloured(&in_text(file, rows.len(), &differences))?,
        Format::Json => print_json(&in_json(file, rows.len(), &differences))?,
    }
    Ok(Answer::yes_if(differences.is_empty()))
}

struct Difference<'t> {
    row: &'t Row,
    expected: &'t Outcome,
    explanation: Explanation,
}

fn in_text(file: &str, lines: usize, differences: &[Difference<'_>]) -> String {
    let mut report = String::new();
    for difference in differences {
        let (row, expected) = (difference.row, difference.expected);
        let (method, path) = (row.request.method(), row.request.uri());
        let _ = write!(
            report,
            "{}:{}: {}\n{}",
            name(file),
            row.line,
            in_one_line(format_args!("{method} {path}: expected {expected}")),
            written(&difference.explanation)
        );
    }
    let count = differences.len();
    let (line, outcome) = (plural(lines), plural(count));
    let _ = writeln!(
        report,
        "{lines} line{line}, {count} unexpected outcome{outcome}"
    );
    report
}

/// What a noun ends with, after this number.
fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

fn in_json(file: &str, lines: usize, differences: &[Difference<'_>]) -> Value {
    let differences = differences.iter().map(|difference| {
        json!({
            "line": difference.row.line,
            "method": difference.row.request.method().as_str(),
            "path": difference.row.request.uri().to_string(),
            "expected": difference.expected.to_string(),
            "explanation": difference.explanation,
        })
    });
    let differences: Vec<_> = differences.collect();
    json!({"file": name(file), "lines": lines, "differences": differences})
}
