//! A line of a table.

use super::outcome::Outcome;

pub(super) struct Row<'t> {
    /// From one.
    pub(super) line: usize,
    pub(super) method: &'t str,
    pub(super) path: &'t str,
    pub(super) token: Option<&'t str>,
    pub(super) expected: Outcome<'t>,
}

/// The line, and what is wrong with it. No column is repeated, for any may be a token that went astray.
type Wrong = (usize, &'static str);

impl<'t> Row<'t> {
    pub(super) fn all(text: &'t str) -> Result<Vec<Self>, Wrong> {
        let mut rows = Vec::new();
        for (line, text) in (1..).zip(text.lines()) {
            let cells = cells(text).map_err(|problem| (line, problem))?;
            if !cells.is_empty() {
                rows.push(Self::new(line, &cells).map_err(|problem| (line, problem))?);
            }
        }
        match rows.is_empty() {
            true => Err((1, "there is no line in it; write `GET /pets TOKEN allowed`")),
            false => Ok(rows),
        }
    }

    fn new(line: usize, cells: &[&'t str]) -> Result<Self, &'static str> {
        let [method, path, token, outcome] = *cells else {
            return Err(
                "a line has four columns: method, path, token (`-` is none) and outcome; put a column with blanks \
                        in it into double quotes",
            );
        };
        let expected = Outcome::parse(outcome).ok_or(
            "this is no outcome; there are `allowed`, `open`, `unauthorized`, `denied`, `denied:SID`, `broken`, and \
             statuses such as `404`",
        )?;
        Ok(Self {
            line,
            method,
            path,
            token: (token != "-").then_some(token),
            expected,
        })
    }
}

fn cells(line: &str) -> Result<Vec<&str>, &'static str> {
    let mut cells = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() && !rest.starts_with('#') {
        let (cell, behind) = match rest.strip_prefix('"') {
            Some(inside) => inside.split_once('"').ok_or("the quotes are not closed")?,
            None => rest.split_once(char::is_whitespace).unwrap_or((rest, "")),
        };
        cells.push(cell);
        rest = behind.trim_start();
    }
    Ok(cells)
}
