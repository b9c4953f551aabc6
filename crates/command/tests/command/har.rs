//! Requests from an HTTP archive.

use crate::command::{check, run};

const ANSWERS: &str = "crates/command/examples/answers.json";
const PETSTORE: &str = "tests/openapi/petstore.json";

const ARCHIVE: &str = r#"{"log": {"version": "1.2", "creator": {"name": "a browser", "version": "1"}, "entries": [
    {"startedDateTime": "2026-01-01T00:00:00Z", "time": 1, "request": {"method": "GET",
        "url": "https://shop.example/pets/7#top", "httpVersion": "h2", "headers": [
            {"name": ":authority", "value": "shop.example"},
            {"name": "Authorization", "value": "keeper ann"}], "queryString": [], "cookies": []}, "response": {}},
    {"request": {"method": "GET", "url": "https://shop.example/pets/8", "headers": []}}
]}}"#;

#[test]
fn all_requests_of_an_archive_are_explained() {
    let (code, printed) = run(&["explain", PETSTORE, ANSWERS, "--har", "-"], ARCHIVE);
    assert_eq!(code, 1, "{printed}");
    assert!(printed.contains("(`NoSeven`) denies"), "{printed}");
    assert!(printed.contains("UNAUTHORIZED 401"), "{printed}");
}

#[test]
fn one_request_of_an_archive_is_chosen() {
    let entry = |number| {
        [
            "explain", PETSTORE, ANSWERS, "--har", "-", "--entry", number,
        ]
    };
    let (_, first) = run(&entry("1"), ARCHIVE);
    assert!(first.contains("GET/pets/7"), "{first}");
    assert!(!first.contains("GET/pets/8"), "{first}");
    let (_, second) = run(&entry("2"), ARCHIVE);
    assert!(second.contains("GET/pets/8"), "{second}");
    assert!(!second.contains("GET/pets/7"), "{second}");
    for number in ["0", "3", "18446744073709551615"] {
        check(&entry(number), ARCHIVE, 2, "say 1 to 2 with `--entry`");
    }
    check(&entry("first"), ARCHIVE, 2, "--entry");
}

#[test]
fn an_archive_that_cannot_be_used_is_an_error() {
    let har = ["explain", PETSTORE, ANSWERS, "--har", "-"];
    check(&har, "{}", 2, "pass an HTTP archive");
    check(&har, r#"{"log": {"entries": []}}"#, 2, "it has no requests");
    let request = |url: &str, value: &str| {
        format!(
            r#"{{"log": {{"entries": [{{"request": {{"method": "GET", "url": "{url}",
            "headers": [{{"name": "a b", "value": "{value}"}}]}}}}]}}}}"#
        )
    };
    check(
        &har,
        &request("pets", "s3cr3t"),
        2,
        "entry 1: this is not a path",
    );
    check(
        &har,
        &request("/pets", "s3cr3t"),
        2,
        "entry 1: this is not the name of a header",
    );
    let lone = ["explain", PETSTORE, ANSWERS, "--entry", "1", "GET", "/"];
    check(&lone, "", 2, "with `--har FILE`");
}
