//! What is sent, and what is refused before anything is sent.

use crate::{
    cloud::{Server, response},
    command::{record, rows, run},
};

const ID: (&str, &str) = ("x-amz-apigw-id", "JrtEUESLAi0F5hg=");

fn passing() -> Server {
    Server::answering(|_| response(200, &[ID], ""))
}

#[test]
fn methods_that_may_change_something_are_sent_only_if_told() {
    let server = passing();
    let requests = "GET /a -\nPOST /a -\nDELETE /a s3cr3t\nHEAD /a -\nOPTIONS /a -";
    let recorded = record(&server.url(), requests, &[]);
    assert_eq!(recorded.code, 1);
    let sent = rows(&recorded.output);
    assert_eq!(
        sent,
        ["GET /a - passed", "HEAD /a - passed", "OPTIONS /a - passed"]
    );
    assert!(
        recorded
            .output
            .contains("# POST may change something; `--send-unsafe` sends it")
    );
    assert_eq!(server.asked().len(), 3);

    let recorded = record(&server.url(), requests, &["--send-unsafe"]);
    assert_eq!((recorded.code, server.asked().len()), (0, 8));
    let post = &server.asked()[4];
    assert_eq!(post.line, "POST /prod/a");

    let recorded = record(&server.url(), "PUT /a -", &[]);
    assert_eq!(recorded.code, 2);
    assert!(recorded.errors.contains("`--send-unsafe` sends it"));
    assert_eq!(server.asked().len(), 8);
}

#[test]
fn only_the_headers_of_the_file_are_sent() {
    let server = passing();
    let host = server.address();
    let request =
        format!("GET /a\nHost: {host}\nX-Tenant: acme\n\na body\n###\nGET /b\nUser-Agent: mine");
    let recorded = record(&server.url(), &request, &["--token-header", "X-Tenant"]);
    let asked = server.asked();
    let names: Vec<_> = asked[0]
        .headers
        .keys()
        .map(http::HeaderName::as_str)
        .collect();
    assert_eq!(asked[0].headers["x-tenant"], "acme");
    assert_eq!(names.len(), 3, "{names:?}");
    let agent = asked[0].headers["user-agent"].to_str().unwrap();
    assert!(agent.starts_with("lambda-authorizer/"), "{agent}");
    assert_eq!(asked[1].headers["user-agent"], "mine");
    assert_eq!(
        rows(&recorded.output),
        [
            format!("GET /a acme \"host: {host}\" passed"),
            "GET /b - \"user-agent: mine\" passed".to_owned()
        ]
    );
}

#[test]
fn a_file_with_a_request_for_elsewhere_is_refused_as_a_whole() {
    let server = passing();
    for (request, problem) in [
        ("GET https://other.example/a", "3: the target names a host"),
        (
            "GET /b\nHost: other.example",
            "3: its `Host` is not the host of `--url`",
        ),
        (
            "POST /b\nContent-Length: 5",
            "3: it has a header of the connection or of a body",
        ),
        (
            "GET /b\nTransfer-Encoding: chunked",
            "3: it has a header of the connection",
        ),
        ("CONNECT /b", "3: `CONNECT` is not a request for a path"),
        ("GET b", "3: this is not a path"),
    ] {
        let requests = format!("GET /a\n###\n{request}\nAuthorization: s3cr3t");
        let recorded = record(&server.url(), &requests, &["--send-unsafe"]);
        let beginning = format!("error: standard input:{problem}");
        assert!(
            recorded.errors.starts_with(&beginning),
            "{}",
            recorded.errors
        );
        assert_eq!((recorded.code, recorded.errors.lines().count()), (2, 1));
        assert!(!recorded.errors.contains("s3cr3t"));
    }
    let recorded = record(&server.url(), "GET /a t\nGET /b t \"Host: other\"", &[]);
    assert!(
        recorded
            .errors
            .starts_with("error: standard input:2: its `Host`")
    );
    assert_eq!(server.asked().len(), 0);
}

#[test]
fn a_url_that_cannot_be_used_is_one_sentence() {
    for (url, remedy) in [
        (
            "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/prod",
            "write a URL such as https://",
        ),
        ("/prod", "write a URL such as https://"),
        ("wss://a.example/prod", "a WebSocket API has no responses"),
        (
            "https://ann:s3cr3t@a.example/prod",
            "leave out the user name",
        ),
        (
            "https://a.example/prod?x=y",
            "leave out what begins with `?`",
        ),
        ("https://a.example/prod#x", "leave out what begins with `?`"),
    ] {
        let recorded = record(url, "GET /a -", &[]);
        assert_eq!(
            (recorded.code, recorded.errors.lines().count()),
            (2, 1),
            "{recorded:?}"
        );
        assert!(recorded.errors.contains(remedy), "{}", recorded.errors);
    }
}

#[test]
fn nothing_is_sent_if_the_file_cannot_be_written() {
    let server = passing();
    let recorded = record(
        &server.url(),
        "GET /a -",
        &["--output", "no/such/folder/cloud.txt"],
    );
    assert_eq!(
        (recorded.code, server.asked().len()),
        (2, 0),
        "{recorded:?}"
    );
    assert!(recorded.errors.contains("it cannot be written"));
}

#[test]
#[cfg(unix)]
fn the_file_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("recorded.txt");
    let server = passing();
    let recorded = record(
        &server.url(),
        "GET /a -",
        &["--output", file.to_str().unwrap()],
    );
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!((recorded.code, mode & 0o777), (0, 0o600));
}

#[test]
fn values_of_options_have_bounds() {
    for (option, value) in [
        ("--concurrency", "0"),
        ("--concurrency", "65"),
        ("--timeout", "0"),
        ("--pause", "-1"),
    ] {
        let option = format!("{option}={value}");
        let recorded = run(&["record", "-", "--url", "http://[::1]/", &option], "");
        assert_eq!(
            (recorded.code, recorded.errors.lines().count()),
            (2, 1),
            "{recorded:?}"
        );
    }
}

#[test]
fn requests_are_paused_between() {
    let server = passing();
    let begun = std::time::Instant::now();
    let recorded = record(
        &server.url(),
        "GET /a -\nGET /b -\nGET /c -",
        &["--pause", "100"],
    );
    assert_eq!(recorded.code, 0);
    assert!(begun.elapsed() >= std::time::Duration::from_millis(200));
}
