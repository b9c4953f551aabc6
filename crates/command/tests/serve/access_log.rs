//! `--access-log`.

use std::{fs, time::Instant};

use serde_json::Value;

use crate::{
    client::{DEADLINE, get},
    process::Server,
    protected::{Protected, api, folder},
    upstream::Recorder,
};

#[test]
fn the_stage_is_the_one_that_is_named() {
    let lines = lines_of(&["--stage", "beta"]);
    assert!(lines[0].contains(r#""/beta/open""#), "{lines:?}");
}

/// One request that is open, one that is allowed, one without a token, and a denied one with characters of JSON and XML.
fn send_four(server: &Server) {
    let address = server.address;
    let statuses = [
        get(address, "/open", &[]),
        get(address, "/pets", &["authorization: allow"]),
        get(address, "/pets", &[]),
        get(address, "/pets/%22%3C?secret=s", &["authorization: deny"]),
    ];
    assert_eq!(statuses.map(|reply| reply.status), [200, 200, 401, 403]);
}

/// The lines of `serve --access-log access.log`, after four requests and its end.
fn lines_of(options: &[&str]) -> Vec<String> {
    let upstream = Recorder::start();
    let options = [&["--access-log", "access.log"], options].concat();
    let mut protected = Protected::with(upstream.address, &options);
    send_four(&protected.server);
    assert_eq!(protected.server.terminate(), Some(0));
    let text = fs::read_to_string(protected.folder.path().join("access.log")).unwrap();
    assert!(!text.contains("secret"), "{text}");
    text.lines().map(str::to_owned).collect()
}

#[test]
fn each_request_is_a_line_of_json() {
    let lines = lines_of(&[]);
    let lines: Vec<Value> = lines
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let told = |line: &Value| {
        let text = |name: &str| line[name].as_str().unwrap().to_owned();
        let names = ["httpMethod", "path", "caller", "responseType"];
        (names.map(text).join(" "), line["status"].clone())
    };
    let expected = [
        ("GET /local/open - -", Value::Null),
        ("GET /local/pets ann -", Value::Null),
        ("GET /local/pets - UNAUTHORIZED", 401.into()),
        (r#"GET /local/pets/%22%3C bob ACCESS_DENIED"#, 403.into()),
    ];
    let expected = expected.map(|(text, status)| (text.to_owned(), status));
    assert_eq!(lines.iter().map(told).collect::<Vec<_>>(), expected);
    assert!(lines.iter().all(|line| line["ip"] == "127.0.0.1"));
    let resources: Vec<_> = lines
        .iter()
        .map(|line| line["resourcePath"].as_str())
        .collect();
    let pets = "/pets/{proxy+}";
    assert_eq!(resources, ["/open", "/pets", "/pets", pets].map(Some));
    let why = lines[3]["authorizeError"].as_str().unwrap();
    assert!(
        why.contains("`Statement[0]` denies `arn:aws:execute-api:"),
        "{why}"
    );
}

#[test]
fn what_the_guard_has_not_judged_is_not_in_the_log() {
    let upstream = Recorder::start();
    let mut protected = Protected::with(upstream.address, &["--access-log", "access.log"]);
    let many: Vec<_> = (0..101).map(|number| format!("x-{number}: y")).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    let address = protected.address();
    let statuses = [
        get(address, "/nowhere", &[]),
        get(address, "/pets", &["x-a: 1", "x_a: 2"]),
        get(address, "/pets", &many),
    ];
    assert_eq!(statuses.map(|reply| reply.status), [403, 400, 431]);
    assert_eq!(protected.server.terminate(), Some(0));
    let text = fs::read_to_string(protected.folder.path().join("access.log")).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.contains("/local/nowhere"), "{text}");
    let errors = protected.server.wait_for_error("400 GET /pets: ");
    let refusals: Vec<_> = errors
        .lines()
        .filter(|line| line.starts_with('4'))
        .collect();
    assert!(
        matches!(&*refusals, [unknown, alike] if unknown.starts_with("403 GET /nowhere: ") && alike.starts_with("400 GET /pets: ")),
        "{errors}"
    );
}

#[cfg(unix)]
#[test]
fn a_log_that_is_rotated_begins_again() {
    let upstream = Recorder::start();
    let mut protected = Protected::with(upstream.address, &["--access-log", "access.log"]);
    let file = |name: &str| protected.folder.path().join(name);
    let (log, moved) = (file("access.log"), file("access.log.1"));
    let lines = |path| fs::read_to_string(path).unwrap_or_default().lines().count();
    get(protected.address(), "/open", &[]);
    let begun = Instant::now();
    while lines(&log) == 0 && begun.elapsed() < DEADLINE {}
    fs::rename(&log, &moved).unwrap();
    get(protected.address(), "/open", &[]);
    get(protected.address(), "/open", &[]);
    assert_eq!(protected.server.terminate(), Some(0));
    assert_eq!((lines(&moved), lines(&log)), (1, 2));
}

#[test]
fn there_are_other_formats() {
    for (format, beginning, part) in [
        (
            "clf",
            "127.0.0.1 - bob [",
            "\"GET /local/pets/%22%3C HTTP/1.1\" 403 -",
        ),
        (
            "csv",
            "127.0.0.1,bob,",
            ",GET,/local/pets/%22%3C,HTTP/1.1,403,ACCESS_DENIED,",
        ),
        ("xml", "<request id=\"", "<caller>bob</caller>"),
    ] {
        let lines = lines_of(&["--access-log-format", format]);
        assert_eq!(lines.len(), 4, "{lines:#?}");
        assert!(lines[3].starts_with(beginning), "{}", lines[3]);
        assert!(lines[3].contains(part), "{}", lines[3]);
    }
}

#[test]
fn lines_are_appended_and_a_reload_keeps_the_log() {
    let upstream = Recorder::start();
    let protected = Protected::with(upstream.address, &["--access-log", "access.log"]);
    get(protected.address(), "/open", &[]);
    let mut document = api();
    document["paths"]["/dogs"] = document["paths"]["/open"].clone();
    crate::protected::write(protected.folder.path(), "api.json", &document);
    protected.server.wait_for_error("read again");
    get(protected.address(), "/dogs", &[]);
    let Protected { mut server, folder } = protected;
    assert_eq!(server.terminate(), Some(0));
    let arguments = ["serve", "api.json", "--upstream", "http://127.0.0.1:9"];
    let options = ["--function", "answers.json", "--access-log", "access.log"];
    let mut server = Server::start_in(folder.path(), &[&arguments[..], &options].concat());
    get(server.address, "/pets", &[]);
    assert_eq!(server.terminate(), Some(0));
    let text = fs::read_to_string(folder.path().join("access.log")).unwrap();
    let paths = ["/local/open", "/local/dogs", "/local/pets"];
    assert_eq!(text.lines().count(), 3, "{text}");
    for (line, path) in text.lines().zip(paths) {
        assert!(line.contains(path), "{text}");
    }
}

#[test]
fn the_standard_output_is_a_log_too() {
    let folder = folder(&api());
    let mut command = std::process::Command::new("sh");
    let program = env!("CARGO_BIN_EXE_lambda-authorizer");
    command
        .args(["-c", "exec \"$0\" \"$@\" > printed", program])
        .args(["serve", "api.json", "--upstream", "http://127.0.0.1:9"])
        .args(["--function", "answers.json", "--listen", "127.0.0.1:0"])
        .args(["--access-log", "-"])
        .current_dir(folder.path());
    let mut server = Server::spawn(command);
    get(server.address, "/pets", &[]);
    assert_eq!(server.terminate(), Some(0));
    let printed = fs::read_to_string(folder.path().join("printed")).unwrap();
    let line: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(line["responseType"], "UNAUTHORIZED");
}

#[test]
fn a_disk_that_is_full_delays_nothing_and_is_reported_once() {
    let (folder, upstream) = (folder(&api()), Recorder::start());
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_lambda-authorizer"));
    let upstream = format!("http://{}", upstream.address);
    command
        .args(["serve", "api.json", "--upstream", &upstream])
        .args(["--function", "answers.json", "--listen", "127.0.0.1:0"])
        .args(["--access-log", "/dev/full"])
        .current_dir(folder.path());
    let mut server = Server::spawn(command);
    for _ in 0..3 {
        assert_eq!(get(server.address, "/pets", &[]).status, 401);
    }
    let errors = server.wait_for_error("/dev/full: lines of the access log are lost");
    assert_eq!(errors.matches("are lost").count(), 1, "{errors}");
    assert_eq!(server.terminate(), Some(0));
}
