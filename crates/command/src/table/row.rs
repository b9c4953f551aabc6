//! A line of a table.

use http::{HeaderName, HeaderValue, Request};

use super::{
    cells::{Cell, cells},
    outcome::Outcome,
};
use crate::request::{self, header};

pub(crate) struct Row {
    /// Counted from one.
    pub(crate) line: usize,
    pub(crate) request: Request<()>,
    /// `None` only in tables for `record`.
    pub(crate) expected: Option<Outcome>,
}

/// Whether lines may end without an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcomes {
    Required,
    Optional,
}

/// An optional header line, with or without the outcome.
const HEADING: [&str; 4] = ["method", "path", "token", "outcome"];

/// The line, and what is wrong with it. The message quotes no column, since any of them may be a misplaced token.
pub(crate) type Wrong = (usize, &'static str);

const COLUMNS: &str = "a line has four columns: method, path, token (`-` for none) and outcome; put a column with \
                       spaces into double quotes, and other headers in front of the outcome, as in \"X-Tenant: acme\"";

impl Row {
    /// Reads a table. The token is the value of `token_header`.
    pub(crate) fn all(
        text: &str,
        token_header: &HeaderName,
        outcomes: Outcomes,
    ) -> Result<Vec<Self>, Wrong> {
        let mut rows = Vec::new();
        for (line, text) in (1..).zip(text.lines()) {
            let cells = cells(text).map_err(|problem| (line, problem))?;
            if !cells.is_empty() && !is_heading(&cells) {
                let row = Self::new(line, &cells, token_header, outcomes);
                rows.push(row.map_err(|problem| (line, problem))?);
            }
        }
        if rows.is_empty() {
            Err((1, "it has no lines; write `GET /pets TOKEN allowed`"))
        } else {
            Ok(rows)
        }
    }

    fn new(
        line: usize,
        cells: &[Cell<'_>],
        token_header: &HeaderName,
        outcomes: Outcomes,
    ) -> Result<Self, &'static str> {
        let [method, path, token, rest @ ..] = cells else {
            return Err(COLUMNS);
        };
        let (headers, expected) = headers_and_outcome(rest, outcomes)?;
        let method = method.text.to_ascii_uppercase();
        let mut request = request::with_target(&method, &path.text)?;
        if token.quoted || token.text != "-" {
            let value = HeaderValue::from_str(&token.text);
            let value = value.map_err(|_| "the token has characters that cannot be sent")?;
            request.headers_mut().insert(token_header.clone(), value);
        }
        for cell in headers {
            let (name, value) = header(&cell.text)?;
            request.headers_mut().append(name, value);
        }
        Ok(Self {
            line,
            request,
            expected,
        })
    }
}

/// Splits the columns after the token.
fn headers_and_outcome<'c, 't>(
    cells: &'c [Cell<'t>],
    outcomes: Outcomes,
) -> Result<(&'c [Cell<'t>], Option<Outcome>), &'static str> {
    match (cells.split_last(), outcomes) {
        (Some((last, headers)), Outcomes::Required) => {
            // Forgotten quotes are a more frequent mistake than a wrong header.
            if !headers.iter().all(|cell| cell.text.contains(':')) {
                return Err(COLUMNS);
            }
            let outcome = Outcome::parse(&last.text).ok_or(
                "this is not an outcome; write `allowed`, `open`, `passed`, `unauthorized`, `denied`, `denied:SID`, \
                 `broken`, the status of a refusal, such as `404`, or the name of a gateway response",
            )?;
            Ok((headers, Some(outcome)))
        }
        (None, Outcomes::Required) => Err(COLUMNS),
        (Some((last, headers)), Outcomes::Optional) if !last.quoted => {
            match Outcome::parse(&last.text) {
                Some(outcome) => Ok((headers, Some(outcome))),
                None => Ok((cells, None)),
            }
        }
        (_, Outcomes::Optional) => Ok((cells, None)),
    }
}

fn is_heading(cells: &[Cell<'_>]) -> bool {
    let is_name = |(cell, name): (&Cell<'_>, &str)| cell.text.eq_ignore_ascii_case(name);
    (3..=4).contains(&cells.len()) && cells.iter().zip(HEADING).all(is_name)
}
