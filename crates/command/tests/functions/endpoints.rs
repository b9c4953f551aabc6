//! `--function NAME=URL`: an endpoint of the Invoke API.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    thread,
};

use crate::{
    app::{ALLOW, App, is_skipped},
    nobody::nobody,
};

/// Answers each invocation with this, and returns its address. The thread ends with the test.
fn endpoint(status: &'static str, header: &'static str, body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut reader = BufReader::new(stream.unwrap());
            let (mut first, mut length) = (String::new(), 0);
            reader.read_line(&mut first).unwrap();
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                if let Some(value) = line.to_lowercase().strip_prefix("content-length: ") {
                    length = value.trim().parse().unwrap();
                }
                if line.trim().is_empty() {
                    break;
                }
            }
            let mut event = vec![0; length];
            reader.read_exact(&mut event).unwrap();
            let is_event = String::from_utf8_lossy(&event).contains(r#""authorizationToken":"t""#);
            let is_right =
                is_event && first.starts_with("POST /2015-03-31/functions/Gate/invocations ");
            let (status, body) = if is_right {
                (status, body)
            } else {
                ("404 Not Found", "")
            };
            let head = format!(
                "HTTP/1.1 {status}\r\n{header}content-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            reader
                .get_mut()
                .write_all((head + body).as_bytes())
                .unwrap();
        }
    });
    format!("http://{address}")
}

#[test]
fn answers_and_errors_of_an_endpoint_are_those_of_the_function() {
    if is_skipped("endpoints of the Invoke API") {
        return;
    }
    let app = App::node("throw new Error('this must not run');");
    let error = "x-amz-function-error: Unhandled\r\n";
    for (status, header, body, verdict) in [
        ("200 OK", "", ALLOW, "allowed:"),
        (
            "200 OK",
            error,
            r#"{"errorMessage": "Unauthorized"}"#,
            "UNAUTHORIZED 401",
        ),
        (
            "200 OK",
            error,
            r#"{"errorMessage": "x", "errorType": "T"}"#,
            "the function failed: x (T)",
        ),
        // The error's payload must not be taken for an answer.
        ("200 OK", error, ALLOW, "500"),
        (
            "500 Internal Server Error",
            "",
            r#"{"errorMessage": "Unauthorized"}"#,
            "UNAUTHORIZED 401",
        ),
        ("500 Internal Server Error", "", ALLOW, "500"),
        ("429 Too Many Requests", "", "", "the function is throttled"),
        ("200 OK", "", "garbage", "500"),
    ] {
        let option = format!("Gate={}", endpoint(status, header, body));
        let explained = app.explain_with(&["t"], &["--function", &option], &[]);
        explained.check(&[verdict]);
    }
    let url = endpoint("200 OK", "", ALLOW);
    let whole = format!("gate={url}/2015-03-31/functions/Gate/invocations");
    app.explain_with(&["t"], &["--function", &whole], &[])
        .check(&["allowed:"]);
    let other = format!("gate={url}/2015-03-31/functions/Other/invocations");
    app.explain_with(&["t"], &["--function", &other], &[])
        .check(&["there is no such function"]);
}

#[test]
fn an_endpoint_that_is_gone_is_a_500() {
    if is_skipped("endpoints of the Invoke API") {
        return;
    }
    let app = App::node("throw new Error('this must not run');");
    let endpoint = format!("http://{}", nobody());
    let url = format!("{endpoint}/2015-03-31/functions/Gate/invocations");
    let option = format!("Gate={endpoint}");
    app.explain_with(&["t"], &["--function", &option], &[])
        .check(&[&format!(
            "the function's endpoint cannot be reached; check the endpoint, the network and the proxy: {url}: "
        )]);
}
