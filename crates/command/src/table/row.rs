//! A line of a table.

use super::outcome::Outcome;

pub(super) struct Row<'t> {
    /// Counted from one.
    pub(super) line: usize,
    pub(super) method: String,
    pub(super) path: &'t str,
    pub(super) token: Option<&'t str>,
    pub(super) expected: Outcome<'t>,
}

/// An optional header line.
const HEADING: [&str; 4] = ["method", "path", "token", "outcome"];

/// A column.
#[derive(Clone, Copy)]
struct Cell<'t> {
    text: &'t str,
    quoted: bool,
}

/// The line, and what is wrong with it. The message quotes no column, since any of them may be a misplaced token.
type Wrong = (usize, &'static str);

impl<'t> Row<'t> {
    pub(super) fn all(text: &'t str) -> Result<Vec<Self>, Wrong> {
        let mut rows = Vec::new();
        for (line, text) in (1..).zip(text.lines()) {
            let cells = cells(text).map_err(|problem| (line, problem))?;
            if !cells.is_empty() && !is_heading(&cells) {
                rows.push(Self::new(line, &cells).map_err(|problem| (line, problem))?);
            }
        }
        match rows.is_empty() {
            true => Err((1, "it has no lines; write `GET /pets TOKEN allowed`")),
            false => Ok(rows),
        }
    }

    fn new(line: usize, cells: &[Cell<'t>]) -> Result<Self, &'static str> {
        let [method, path, token, outcome] = *cells else {
            return Err(
                "a line has four columns: method, path, token (`-` for none) and outcome; put a column with spaces \
                 into double quotes",
            );
        };
        let expected = Outcome::parse(outcome.text).ok_or(
            "this is not an outcome; write `allowed`, `open`, `unauthorized`, `denied`, `denied:SID`, `broken`, or \
             the status of a refusal, such as `404`",
        )?;
        Ok(Self {
            line,
            method: method.text.to_ascii_uppercase(),
            path: path.text,
            token: (token.quoted || token.text != "-").then_some(token.text),
            expected,
        })
    }
}

fn is_heading(cells: &[Cell<'_>]) -> bool {
    let is_name = |(cell, name): (&Cell<'_>, &str)| cell.text.eq_ignore_ascii_case(name);
    cells.len() == HEADING.len() && cells.iter().zip(HEADING).all(is_name)
}

fn cells(line: &str) -> Result<Vec<Cell<'_>>, &'static str> {
    let mut cells = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() && !rest.starts_with('#') {
        let (text, behind, quoted) = match rest.strip_prefix('"') {
            Some(inside) => {
                let (text, behind) = inside.split_once('"').ok_or("the quotes are not closed")?;
                (text, behind, true)
            }
            None => {
                let (text, behind) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
                (text, behind, false)
            }
        };
        cells.push(Cell { text, quoted });
        rest = behind.trim_start();
    }
    Ok(cells)
}
