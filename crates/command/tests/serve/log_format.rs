//! `--log-format json`.

use std::fs;

use serde_json::{Value, json};

use crate::{
    client::{get, send},
    protected::Protected,
    upstream::Recorder,
};

#[test]
fn each_line_of_the_standard_error_is_an_object() {
    let upstream = Recorder::start();
    let mut protected = Protected::with(upstream.address, &["--log-format", "json"]);
    let address = protected.address();
    get(address, "/pets?secret=s", &[]);
    get(address, "/pets/%22", &["authorization: deny"]);
    get(address, "/pets", &["x-tenant: a", "x_tenant: b"]);
    let answer = send(
        address,
        "delete /pets HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
    );
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    fs::write(protected.folder.path().join("api.json"), "{").unwrap();
    protected.server.wait_for_error("stays in force");
    let _ = protected.server.terminate();
    let errors = protected.server.errors();
    assert!(!errors.contains("secret"), "{errors}");
    let lines: Vec<Value> = errors
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}")))
        .collect();
    let of_kind = |kind: &str| {
        lines
            .iter()
            .filter(|line| line["kind"] == kind)
            .cloned()
            .collect::<Vec<_>>()
    };
    let started = of_kind("start");
    assert_eq!(
        started[0]["message"],
        "keepers: recorded answers, answers.json"
    );
    assert!(
        started[1]["message"]
            .as_str()
            .unwrap()
            .starts_with("listening on http://")
    );
    let refusals = of_kind("refusal");
    assert_eq!(
        refusals[0],
        json!({
            "kind": "refusal", "status": 401, "method": "GET", "path": "/pets",
            "message": "the identity source `method.request.header.Authorization` is missing; the authorizer was not invoked",
        })
    );
    let statuses: Vec<_> = refusals
        .iter()
        .map(|it| it["status"].as_u64().unwrap())
        .collect();
    assert_eq!(statuses, [401, 403, 400, 400]);
    assert_eq!(refusals[3]["method"], "delete");
    assert_eq!(of_kind("error").len(), 1);
}
