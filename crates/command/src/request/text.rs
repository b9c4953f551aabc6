//! Reads requests that a person wrote: `METHOD TARGET`, with headers in the lines below.
//!
//! A line that begins with `###` separates requests. A line that begins with `#` is a comment. Everything after an empty
//! line is a body, which no authorizer sees.

use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};

use crate::failure::{Failure, read};

const NO_FIRST_LINE: &str =
    "a request begins with a method and a path; write them as in `GET /pets`";

pub(super) fn from_file(file: &str) -> Result<Vec<Request<()>>, Failure> {
    let requests = parse(file, &read(file)?)?;
    Ok(requests.into_iter().map(|(_, request)| request).collect())
}

/// Reads the requests of a file, each with the number of its first line.
pub(crate) fn parse(file: &str, text: &str) -> Result<Vec<(usize, Request<()>)>, Failure> {
    let mut requests = Vec::new();
    let mut in_body = false;
    let mut current: Option<(usize, Request<()>)> = None;
    for (line, text) in (1..).zip(text.lines()) {
        let wrong = |problem: &str| Failure::at(file, line, problem);
        match &mut current {
            _ if text.starts_with("###") => {
                requests.extend(current.take());
                in_body = false;
            }
            _ if in_body => {}
            _ if text.starts_with('#') => {}
            None if text.trim().is_empty() => {}
            None => current = Some((line, first_line(text).map_err(wrong)?)),
            Some(_) if text.trim().is_empty() => in_body = true,
            Some((_, request)) => add_header(request, text).map_err(wrong)?,
        }
    }
    requests.extend(current);
    if requests.is_empty() {
        Err(Failure::of(
            file,
            "it has no request; write `GET /pets`, with headers in the lines below",
        ))
    } else {
        Ok(requests)
    }
}

/// Reads the words of a command line: a method, a target and headers.
pub(super) fn from_words(words: &[String]) -> Result<Request<()>, Failure> {
    let [method, target, headers @ ..] = words else {
        return Err(Failure::new(NO_FIRST_LINE));
    };
    if target.bytes().all(|byte| byte.is_ascii_uppercase()) && !target.is_empty() {
        return Err(Failure::new(format_args!(
            "`{method}` is taken for the method of the request, because it consists only of letters; if it is a file with an \
             answer, write `./{method}`"
        )));
    }
    let mut request = with_target(method, target).map_err(Failure::new)?;
    for header in headers {
        add_header(&mut request, header).map_err(Failure::new)?;
    }
    Ok(request)
}

pub(crate) fn with_target(method: &str, target: &str) -> Result<Request<()>, &'static str> {
    let mut request = Request::new(());
    let method = Method::from_bytes(method.as_bytes());
    *request.method_mut() =
        method.map_err(|_| "this is not a method; write a request such as `GET /pets`")?;
    let uri = target.parse::<Uri>().ok();
    let uri = uri.filter(|uri| target.starts_with('/') || uri.scheme().is_some());
    *request.uri_mut() =
        uri.ok_or("this is not a path; write one that begins with `/`, with `%20` for a space")?;
    Ok(request)
}

/// Reads the first line of a request, with or without the version.
fn first_line(line: &str) -> Result<Request<()>, &'static str> {
    let words: Vec<_> = line.split_whitespace().collect();
    match *words {
        [method, target] => with_target(method, target),
        [method, target, version] if version.starts_with("HTTP/") => with_target(method, target),
        _ => Err(NO_FIRST_LINE),
    }
}

pub(super) fn add_header(request: &mut Request<()>, line: &str) -> Result<(), &'static str> {
    let (name, value) = header(line)?;
    append(request.headers_mut(), name, value)
}

pub(super) fn append(
    headers: &mut HeaderMap,
    name: HeaderName,
    value: HeaderValue,
) -> Result<(), &'static str> {
    let appended = headers.try_append(name, value);
    appended.map_err(|_| "a request has too many headers; leave some out")?;
    Ok(())
}

/// Reads `Name: value`.
pub(crate) fn header(line: &str) -> Result<(HeaderName, HeaderValue), &'static str> {
    let header = line.split_once(':');
    let (name, value) = header.ok_or(
        "a header has no colon; write `Name: value`, on a command line in quotes as one argument",
    )?;
    let name: HeaderName = name
        .parse()
        .map_err(|_| "this is not the name of a header; write `Name: value`")?;
    let value = HeaderValue::from_str(value.trim());
    let value = value.map_err(|_| "the value of a header has characters that cannot be sent")?;
    Ok((name, value))
}
