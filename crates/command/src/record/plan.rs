//! Which requests are sent.

use http::{Method, Request};

use super::Endpoint;
use crate::{
    cli::Record,
    failure::{Failure, read},
    request,
    table::{Outcomes, Row},
};

/// A request of the file.
pub(super) struct Planned {
    pub(super) request: Request<()>,
    /// Why it is not sent.
    pub(super) held_back: Option<String>,
}

/// Reads the file, and refuses it as a whole if one of its requests cannot be sent as it is.
pub(super) fn read_all(arguments: &Record) -> Result<Vec<Planned>, Failure> {
    let file = arguments.file.as_str();
    let text = read(file)?;
    let requests = if is_table(&text) {
        let rows = Row::all(&text, &arguments.token_header, Outcomes::Optional);
        let rows = rows.map_err(|(line, problem)| Failure::at(file, line, problem))?;
        let rows = rows.into_iter();
        rows.map(|row| (row.line, row.request)).collect()
    } else {
        request::parse(file, &text)?
    };
    let requests =
        requests.into_iter().map(
            |(line, request)| match objection(&arguments.url, &request) {
                Some(objection) => Err(Failure::at(file, line, objection)),
                None => Ok(Planned {
                    held_back: held_back(request.method(), arguments.send_unsafe),
                    request,
                }),
            },
        );
    requests.collect()
}

fn objection(endpoint: &Endpoint, request: &Request<()>) -> Option<&'static str> {
    match *request.method() {
        Method::CONNECT => Some("`CONNECT` is not a request for a path; leave it out"),
        _ => endpoint.objection(request),
    }
}

fn held_back(method: &Method, send_unsafe: bool) -> Option<String> {
    let is_safe = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
    (!is_safe && !send_unsafe)
        .then(|| format!("{method} may change something; `--send-unsafe` sends it"))
}

/// A table's first line has a token, while a request's has two words or ends with the version of HTTP.
fn is_table(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with('#'));
    let third = first.and_then(|line| line.split_whitespace().nth(2));
    third.is_some_and(|third| !third.starts_with("HTTP/"))
}
