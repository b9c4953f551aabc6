//! Parses a table.

use http::{Method, Uri};

use super::{Row, TableError};
use crate::testing::expected::Expected;

const OUTCOMES: &str = "this is not an outcome; allowed are `allowed`, `unauthorized`, `denied`, `denied:SID`, \
                        `broken`, `open`, and statuses such as `404`";
const TOO_MANY: &str = "a line has four columns: method, path, token and outcome. Put a value that contains spaces into \
                        double quotes";

/// The optional heading.
const HEADING: [&str; 4] = ["method", "path", "token", "outcome"];
const OTHER_HEADING: &str = "the heading is `method path token outcome`; to send the token in another place than the \
                             header `Authorization`, use `run_table_with`";

/// An empty table is an error, because it would test nothing.
pub(super) fn parse(text: &str) -> Result<Vec<Row>, TableError> {
    let lines = text.lines().enumerate();
    let rows = lines.filter_map(|(index, line)| Line::new(index + 1, line).row().transpose());
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    if rows.is_empty() {
        Err(TableError::new(1, 1, "the table has no line"))
    } else {
        Ok(rows)
    }
}

/// The rest of a line.
struct Line<'t> {
    number: usize,
    /// The column of the next character, counted from one.
    column: usize,
    rest: &'t str,
}

/// The text of a column, and where it begins.
struct Cell<'t> {
    text: &'t str,
    column: usize,
    quoted: bool,
}

impl<'t> Line<'t> {
    fn new(number: usize, text: &'t str) -> Self {
        Self {
            number,
            column: 1,
            rest: text,
        }
    }

    /// `None` if the line is empty, a comment or the heading.
    fn row(mut self) -> Result<Option<Row>, TableError> {
        let Some(method) = self.cell()? else {
            return Ok(None);
        };
        let path = self.wanted("the path is missing")?;
        let token = self.wanted("the token is missing; write `-` for no token")?;
        let outcome = self.wanted("the outcome is missing")?;
        if let Some(cell) = self.cell()? {
            return Err(self.error(&cell, TOO_MANY));
        }
        let cells = [&method, &path, &token, &outcome];
        let mut heading = cells.iter().zip(HEADING);
        let other = heading.find(|(cell, name)| !cell.text.eq_ignore_ascii_case(name));
        match other {
            None => return Ok(None),
            Some((cell, "token" | "outcome")) => return Err(self.error(cell, OTHER_HEADING)),
            Some(_) => {}
        }
        Ok(Some(Row {
            line: self.number,
            method: self.method(&method)?,
            path: self.path(&path)?,
            token: (token.quoted || token.text != "-").then(|| token.text.to_owned()),
            expected: self.outcome(&outcome)?,
        }))
    }

    fn cell(&mut self) -> Result<Option<Cell<'t>>, TableError> {
        let blanks = self.rest.len() - self.rest.trim_start().len();
        self.skip(blanks);
        let column = self.column;
        let (text, quoted) = match self.rest.strip_prefix('"') {
            Some(inside) => match inside.split_once('"') {
                Some((text, _)) => (text, true),
                None => {
                    let problem = "the quotes are not closed";
                    return Err(TableError::new(self.number, column, problem));
                }
            },
            None if self.rest.is_empty() || self.rest.starts_with('#') => return Ok(None),
            None => {
                let text = self.rest.split(char::is_whitespace).next();
                (text.unwrap_or_default(), false)
            }
        };
        self.skip(text.len() + if quoted { 2 } else { 0 });
        Ok(Some(Cell {
            text,
            column,
            quoted,
        }))
    }

    fn skip(&mut self, bytes: usize) {
        let (skipped, rest) = self.rest.split_at(bytes);
        self.column += skipped.chars().count();
        self.rest = rest;
    }

    fn wanted(&mut self, problem: &'static str) -> Result<Cell<'t>, TableError> {
        let cell = self.cell()?;
        cell.ok_or_else(|| TableError::new(self.number, self.column, problem))
    }

    fn error(&self, cell: &Cell<'_>, problem: &'static str) -> TableError {
        TableError::new(self.number, cell.column, problem)
    }

    fn method(&self, cell: &Cell<'_>) -> Result<Method, TableError> {
        let method = Method::from_bytes(cell.text.to_ascii_uppercase().as_bytes());
        method.map_err(|_| self.error(cell, "this is not a method"))
    }

    fn path(&self, cell: &Cell<'_>) -> Result<String, TableError> {
        match cell.text.parse::<Uri>() {
            Ok(_) if cell.text.starts_with('/') => Ok(cell.text.to_owned()),
            Ok(_) | Err(_) => Err(self.error(cell, "this is not a path; a path begins with `/`")),
        }
    }

    fn outcome(&self, cell: &Cell<'_>) -> Result<Expected, TableError> {
        let name = cell.text.to_ascii_lowercase();
        if name.starts_with("denied:") || name.starts_with("deny:") {
            // The `Sid` is taken as written, because it is case-sensitive.
            let sid = cell.text.split_once(':').map(|(_, sid)| sid);
            let sid = sid.filter(|sid| !sid.is_empty());
            let sid = sid.ok_or_else(|| self.error(cell, "the `Sid` is missing"))?;
            return Ok(Expected::DeniedBy(sid.to_owned()));
        }
        match name.as_str() {
            "allowed" | "allow" => Ok(Expected::Allowed),
            "unauthorized" => Ok(Expected::Unauthorized),
            "denied" | "deny" => Ok(Expected::Denied),
            "broken" => Ok(Expected::AuthorizerBroken),
            "open" => Ok(Expected::Unguarded),
            status => {
                let status = status.parse().ok();
                let status = status.filter(|status| (100..600).contains(status));
                let status = status.ok_or_else(|| self.error(cell, OUTCOMES))?;
                Ok(Expected::Status(status))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_comments_quotes_and_case_are_free() {
        let rows = parse(
            "# a comment\nMethod Path Token Outcome\n  get\t/pets?a=b  \"Bearer t#1\"   ALLOWED # the first\n\
             POST /pets - denied:No-Writing\nGET / \"-\" 404",
        );
        let rows = rows.unwrap();
        let cells = |row: &Row| (row.line, row.method.to_string(), row.path.clone());
        assert_eq!(cells(&rows[0]), (3, "GET".into(), "/pets?a=b".into()));
        assert_eq!(rows[0].token.as_deref(), Some("Bearer t#1"));
        assert_eq!(rows[1].token, None);
        assert_eq!(rows[1].expected, Expected::DeniedBy("No-Writing".into()));
        assert_eq!(rows[2].token.as_deref(), Some("-"));
        assert_eq!(rows[2].expected, Expected::Status(404));
    }

    #[test]
    fn an_error_has_a_line_and_a_column_and_quotes_nothing() {
        for (text, place, problem) in [
            ("", "line 1, column 1", "no line"),
            ("# only this", "line 1, column 1", "no line"),
            ("GET", "line 1, column 4", "the path is missing"),
            (
                "\n  GET /pets # t allowed",
                "line 2, column 13",
                "the token",
            ),
            ("GET /pets s3cret", "line 1, column 17", "the outcome"),
            (
                "GET /pets Bearer s3cret allowed",
                "line 1, column 25",
                "quotes",
            ),
            (
                "GET /pets Bearer s3cret",
                "line 1, column 18",
                "not an outcome",
            ),
            (
                "GET /pets \"s3cret allowed",
                "line 1, column 11",
                "not closed",
            ),
            (
                "GÖT /pets s3cret allowed",
                "line 1, column 1",
                "not a method",
            ),
            (
                "GET é s3cret allowed",
                "line 1, column 5",
                "begins with `/`",
            ),
            (
                "GET pets s3cret allowed",
                "line 1, column 5",
                "begins with `/`",
            ),
            ("GET /é s3cret denied:", "line 1, column 15", "`Sid`"),
            (
                "method path header:x-key outcome",
                "line 1, column 13",
                "run_table_with",
            ),
            (
                "Method Path Token Status",
                "line 1, column 19",
                "heading is",
            ),
            ("GET / s3cret 99", "line 1, column 14", "not an outcome"),
            ("GET / s3cret 600", "line 1, column 14", "not an outcome"),
        ] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.starts_with(place), "{text}: {error}");
            assert!(error.contains(problem), "{text}: {error}");
            assert!(!error.contains("s3cret"), "{text}: {error}");
        }
    }
}
