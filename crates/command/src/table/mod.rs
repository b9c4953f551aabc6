//! Compares outcomes with a table of method, path, token and expected outcome.
//!
//! Columns are separated by spaces; a column that contains spaces is written in double quotes. A `#` at the beginning of a
//! column starts a comment. A token of `-` means no token.

mod outcome;
mod row;

use std::fmt::Write;

use http::{HeaderValue, Request};
use serde_json::{Value, json};
use tower_lambda_authorizer::explanations::Explanation;

use self::row::Row;
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
    let rows = Row::all(&text).map_err(|(line, problem)| Failure::at(file, line, problem))?;
    let mut differences = Vec::new();
    for row in &rows {
        let request =
            request_of(row, arguments).map_err(|problem| Failure::at(file, row.line, problem))?;
        let request = request::from(arguments.guard.source_ip, request);
        let explanation = guarded.explain(request).await?;
        if !row.expected.is_met_by(&explanation) {
            differences.push((row, explanation));
        }
    }
    match arguments.format {
        Format::Text => print_coloured(&in_text(file, rows.len(), &differences))?,
        Format::Json => print_json(&in_json(file, rows.len(), &differences))?,
    }
    Ok(Answer::yes_if(differences.is_empty()))
}

type Difference<'t> = (&'t Row<'t>, Explanation);

fn in_text(file: &str, lines: usize, differences: &[Difference<'_>]) -> String {
    let mut report = String::new();
    for (row, explanation) in differences {
        let Row {
            line,
            method,
            path,
            expected,
            ..
        } = row;
        let _ = write!(
            report,
            "{}:{line}: {}\n{}",
            name(file),
            in_one_line(format_args!("{method} {path}: expected {expected}")),
            written(explanation)
        );
    }
    let count = differences.len();
    let _ = writeln!(report, "{lines} lines, {count} unexpected outcomes");
    report
}

fn in_json(file: &str, lines: usize, differences: &[Difference<'_>]) -> Value {
    let differences = differences.iter().map(|(row, explanation)| {
        json!({
            "line": row.line,
            "method": row.method,
            "path": row.path,
            "expected": row.expected.to_string(),
            "explanation": explanation,
        })
    });
    let differences: Vec<_> = differences.collect();
    json!({"file": name(file), "lines": lines, "differences": differences})
}

fn request_of(row: &Row<'_>, arguments: &Table) -> Result<Request<()>, &'static str> {
    let mut request = request::with_target(&row.method, row.path)?;
    if let Some(token) = row.token {
        let value = HeaderValue::from_str(token);
        let value = value.map_err(|_| "the token has characters that cannot be sent")?;
        let name = arguments.token_header.clone();
        request.headers_mut().insert(name, value);
    }
    Ok(request)
}
