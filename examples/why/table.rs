//! Compares outcomes with a table of method, path, token and expected outcome.
//!
//! Columns are separated by spaces; a column that contains spaces is written in double quotes. A `#` at the beginning of a
//! column starts a comment. A token of `-` means no token.

mod outcome;
mod row;

use std::{fmt::Write, process::ExitCode};

use http::HeaderValue;

use self::row::Row;
use crate::{
    arguments::Setup,
    failure::{Failure, in_one_line, name, read},
    guarded::Guarded,
    output::print,
    recorded::Recorded,
    request, requests,
};

pub(crate) async fn check(setup: &Setup, file: &str) -> Result<ExitCode, Failure> {
    let recorded = Recorded::read(&setup.answer)?;
    let guarded = Guarded::read(setup, &recorded)?;
    let text = read(file)?;
    let rows = Row::all(&text).map_err(|(line, problem)| Failure::at(file, line, problem))?;
    let mut report = String::new();
    let mut differences = 0;
    for row in &rows {
        let request =
            request_of(row, setup).map_err(|problem| Failure::at(file, row.line, problem))?;
        let request = request::from(setup.options.source_ip, request);
        let explanation = guarded.explain(request).await;
        recorded.check()?;
        if !row.expected.is_met_by(&explanation) {
            differences += 1;
            let Row {
                line,
                method,
                path,
                expected,
                ..
            } = row;
            let _ = write!(
                report,
                "{}:{line}: {}\n{explanation}",
                name(file),
                in_one_line(format_args!("{method} {path}: expected {expected}"))
            );
        }
    }
    let _ = writeln!(
        report,
        "{} lines, {differences} unexpected outcomes",
        rows.len()
    );
    print(&report)?;
    Ok(match differences {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::from(1),
    })
}

fn request_of(row: &Row<'_>, setup: &Setup) -> Result<http::Request<()>, &'static str> {
    let mut request = requests::with_target(&row.method, row.path)?;
    if let Some(token) = row.token {
        let header = setup
            .options
            .token_header
            .as_deref()
            .unwrap_or("authorization");
        let name = header.parse::<http::HeaderName>();
        let name = name.map_err(|_| "`--token-header` is not the name of a header")?;
        let value = HeaderValue::from_str(token);
        let value = value.map_err(|_| "the token has characters that cannot be sent")?;
        request.headers_mut().insert(name, value);
    }
    Ok(request)
}
