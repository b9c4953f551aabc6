//! Programs that speak the Runtime API themselves.

use std::{fs, os::unix::fs::PermissionsExt};

use crate::app::{ALLOW, App, is_skipped};

/// A runtime in Python's standard library, whose handling of an event is filled in. `post(target, body)` returns the status.
fn app(handling: &str) -> App {
    let app = App::new("Runtime: provided.al2023, Handler: bootstrap, CodeUri: gate");
    let program = format!(
        r#"#!/usr/bin/env python3
import http.client, json, os, sys, time
api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
allow = json.dumps({ALLOW})
def post(target, body):
    api.request("POST", "/2018-06-01/runtime/" + target, body)
    response = api.getresponse()
    response.read()
    return response.status
calls = 0
while True:
    api.request("GET", "/2018-06-01/runtime/invocation/next")
    response = api.getresponse()
    event = json.loads(response.read())
    token = event["authorizationToken"]
    id = response.headers["lambda-runtime-aws-request-id"]
    answer = "invocation/" + id + "/response"
    calls += 1
{handling}
"#
    );
    app.write("gate/bootstrap", &program);
    let executable = fs::Permissions::from_mode(0o755);
    fs::set_permissions(app.file("gate/bootstrap"), executable).unwrap();
    app
}

#[test]
fn only_the_first_answer_to_an_event_counts() {
    if is_skipped("programs that speak the Runtime API") {
        return;
    }
    let app = app(r#"
    if token == "twice":
        print(post("invocation/" + id + "/error", '{"errorMessage": "no"}'), post(answer, allow), flush=True)
    elif token == "stranger":
        print(post("invocation/of-another/response", allow), flush=True)
        post("invocation/" + id + "/error", '{"errorMessage": "Unauthorized"}')
    elif token == "garbage":
        post(answer, "{")
    elif token == "large":
        print(post(answer, "x" * 7000000), flush=True)
    elif token == "late":
        old = answer
        post("invocation/" + id + "/error", "not json")
    elif token == "again":
        print(post(old, allow), flush=True)
        post("invocation/" + id + "/error", '{"errorMessage": "no"}')
    elif token == "silent":
        pass
    else:
        post(answer, allow)"#);
    let tokens = [
        "ok", "twice", "stranger", "garbage", "large", "late", "again", "silent", "ok",
    ];
    let explained = app.explain(&tokens);
    explained.check(&[
        "allowed:",
        "the function failed: no",
        "UNAUTHORIZED 401",
        "AUTHORIZER_CONFIGURATION_ERROR 500",
        "Function.ResponseSizeTooLarge",
        "the function failed and did not say why",
        "the function failed: no",
        "without an answer to this one (Runtime.NoAnswer)",
        "allowed:",
    ]);
    for printed in ["[Gate] 202 400\n", "[Gate] 400\n", "[Gate] 413\n"] {
        assert!(explained.errors.contains(printed), "{}", explained.errors);
    }
}

#[test]
fn a_process_that_leaves_after_its_answer_is_replaced() {
    if is_skipped("programs that speak the Runtime API") {
        return;
    }
    let app = app(r#"
    post(answer, allow)
    sys.exit(0)"#);
    app.explain(&["t"; 5]).check(&["allowed:"; 5]);
}

#[test]
fn the_code_may_be_the_program_itself() {
    if is_skipped("programs that speak the Runtime API") {
        return;
    }
    let app = app("    post(answer, allow)");
    let template = fs::read_to_string(app.file("template.yaml")).unwrap();
    app.write(
        "template.yaml",
        &template.replace("CodeUri: gate", "CodeUri: gate/bootstrap"),
    );
    app.explain(&["t"]).check(&["allowed:"]);
}

#[test]
fn a_program_that_is_missing_or_not_a_program_is_reported() {
    if is_skipped("programs that speak the Runtime API") {
        return;
    }
    let missing = App::new("Runtime: provided.al2023, CodeUri: .");
    missing
        .explain(&["t"])
        .check(&["there is no program `bootstrap` in `.`"]);
    let no_program = missing.with("bootstrap", "hello");
    no_program
        .explain(&["t"])
        .check(&["check that it is executable"]);
    let java = App::new("Runtime: java21, Handler: a.B::c, CodeUri: .");
    java.explain(&["t"]).check(&["--function Gate=URL"]);
}

/// A browser sends requests of web sites to loopback ports, and the path is known to everybody.
#[test]
fn web_sites_can_neither_fetch_nor_answer_an_event() {
    if is_skipped("programs that speak the Runtime API") {
        return;
    }
    let app = app(r#"
    address = os.environ["AWS_LAMBDA_RUNTIME_API"]
    targets = [("GET", "invocation/next"), ("POST", answer), ("POST", "init/error")]
    sites = [
        {"Host": "evil.example"},
        {"Host": "evil.example:" + address.split(":")[1]},
        {"Host": "localhost:" + address.split(":")[1]},
        {"Host": address, "Origin": "http://evil.example"},
        {"Host": address, "Origin": "null"},
        {"Host": address, "Sec-Fetch-Site": "cross-site"},
    ]
    for method, target in targets:
        for site in sites:
            web = http.client.HTTPConnection(address, timeout=1)
            web.request(method, "/2018-06-01/runtime/" + target, allow if method == "POST" else None, site)
            if web.getresponse().status != 403:
                print("answered", target, site, flush=True)
    post("invocation/" + id + "/error", '{"errorMessage": "Unauthorized"}')"#);
    let explained = app.explain(&["one", "other"]);
    explained.check(&["UNAUTHORIZED 401", "UNAUTHORIZED 401"]);
    assert!(
        !explained.errors.contains("answered"),
        "{}",
        explained.errors
    );
}
