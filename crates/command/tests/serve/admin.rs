//! `--admin`: its own port, and nothing of it on the other one.

use serde_json::Value;

use crate::{
    client::{get, get_under},
    protected::{Protected, api, write},
    upstream::Recorder,
};

#[test]
fn metrics_count_decisions() {
    let protected = Protected::with(Recorder::start().address, &["--admin", "127.0.0.1:0"]);
    let admin = protected.server.admin.unwrap();
    get(protected.address(), "/open", &[]);
    get(protected.address(), "/pets", &[]);
    for _ in 0..3 {
        get(protected.address(), "/pets", &["authorization: allow"]);
    }
    let metrics = get_under("192.0.2.1:9000", admin, "/metrics");
    assert_eq!(metrics.status, 200);
    let count = |labels: &str, number: u32| {
        let line = format!("lambda_authorizer_decisions_total{{{labels}}} {number}\n");
        assert!(metrics.body.contains(&line), "{line}{}", metrics.body);
    };
    count(
        r#"outcome="open",response_type="",reason="",source="not_asked",authorizer="""#,
        1,
    );
    count(
        r#"outcome="refused",response_type="UNAUTHORIZED",reason="identity_source_missing",source="not_asked",authorizer="keepers""#,
        1,
    );
    count(
        r#"outcome="allowed",response_type="",reason="",source="missed",authorizer="keepers""#,
        1,
    );
    count(
        r#"outcome="allowed",response_type="",reason="",source="hit",authorizer="keepers""#,
        2,
    );
    let histogram = r#"lambda_authorizer_authorizer_call_duration_seconds_bucket{authorizer="keepers",le="10"} 1"#;
    assert!(metrics.body.contains(histogram), "{}", metrics.body);
}

/// Each version of the document has a cache of its own.
#[test]
fn metrics_of_caches_go_on_after_a_reload() {
    let protected = Protected::with(Recorder::start().address, &["--admin", "127.0.0.1:0"]);
    let admin = protected.server.admin.unwrap();
    let samples = |samples: &[&str]| {
        let metrics = get_under("127.0.0.1", admin, "/metrics").body;
        for sample in samples {
            let line = format!("lambda_authorizer_{sample}\n");
            assert!(metrics.contains(&line), "{line}{metrics}");
        }
        metrics
    };
    let pets = |requests: usize| {
        for _ in 0..requests {
            let reply = get(protected.address(), "/pets", &["authorization: allow"]);
            assert_eq!(reply.status, 200);
        }
    };
    pets(3);
    let before = samples(&[
        r#"cache_hits_total{cache="keepers"} 2"#,
        r#"cache_misses_total{cache="keepers"} 1"#,
        r#"cache_entries{cache="keepers"} 1"#,
    ]);
    assert!(!before.contains("reloads_total{"), "{before}");
    // Not scraped before the document changes.
    pets(4);
    let mut document = api();
    document["info"]["version"] = "2".into();
    write(protected.folder.path(), "api.json", &document);
    protected.server.wait_for_error("read again");
    samples(&[
        r#"cache_hits_total{cache="keepers"} 6"#,
        r#"cache_misses_total{cache="keepers"} 1"#,
        r#"cache_entries{cache="keepers"} 0"#,
        r#"reloads_total{authorizer=""} 1"#,
    ]);
    pets(2);
    samples(&[
        r#"cache_hits_total{cache="keepers"} 7"#,
        r#"cache_misses_total{cache="keepers"} 2"#,
        r#"cache_entries{cache="keepers"} 1"#,
    ]);
    // A version that cannot be used replaces nothing.
    std::fs::write(protected.folder.path().join("api.json"), "{").unwrap();
    protected.server.wait_for_error("stays in force");
    samples(&[r#"reloads_total{authorizer=""} 1"#]);
}

#[test]
fn the_page_shows_decisions_also_after_a_reload() {
    let protected = Protected::with(Recorder::start().address, &["--admin", "0"]);
    let admin = protected.server.admin.unwrap();
    let page = |path: &str| get_under(&admin.to_string(), admin, path);
    assert!(page("/").body.contains("<!doctype html>"));
    get(protected.address(), "/pets/first", &[]);
    assert!(page("/decisions").body.contains("/pets/first"));
    let mut document = api();
    document["info"]["version"] = "2".into();
    write(protected.folder.path(), "api.json", &document);
    protected.server.wait_for_error("read again");
    get(protected.address(), "/pets/second", &[]);
    let decisions = page("/decisions").body;
    assert!(
        decisions.contains("/pets/first") && decisions.contains("/pets/second"),
        "{decisions}"
    );
    // One layer, which is the new one.
    let configuration: Value = serde_json::from_str(&page("/configuration").body).unwrap();
    assert_eq!(
        configuration["layers"].as_array().unwrap().len(),
        1,
        "{configuration}"
    );
}

#[test]
fn health_says_what_is_in_force() {
    let protected = Protected::with(Recorder::start().address, &["--admin", "127.0.0.1:0"]);
    let admin = protected.server.admin.unwrap();
    let health = || -> Value {
        let reply = get_under("localhost", admin, "/health");
        assert_eq!(reply.status, 200);
        serde_json::from_str(&reply.body).unwrap()
    };
    let first = health();
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let loaded_at = first["loadedAtEpochSeconds"].as_u64().unwrap();
    assert!(loaded_at <= now && loaded_at + 60 > now, "{first}");
    assert_eq!(
        (&first["reloads"], &first["lastReloadError"]),
        (&0.into(), &Value::Null)
    );
    std::fs::write(protected.folder.path().join("api.json"), "{").unwrap();
    protected.server.wait_for_error("stays in force");
    let broken = health();
    assert_eq!(broken["loadedAtEpochSeconds"], loaded_at);
    assert!(
        broken["lastReloadError"]
            .as_str()
            .unwrap()
            .starts_with("api.json: "),
        "{broken}"
    );
    write(protected.folder.path(), "api.json", &api());
    protected.server.wait_for_error("read again");
    let mended = health();
    assert_eq!(
        (&mended["reloads"], &mended["lastReloadError"]),
        (&1.into(), &Value::Null)
    );
}

/// It has the limits of the main port. With them comes the timeout for a request's head.
#[test]
fn its_limits_are_those_of_the_main_port() {
    let protected = Protected::with(Recorder::start().address, &["--admin", "127.0.0.1:0"]);
    let admin = protected.server.admin.unwrap();
    let long = format!("x: {}", "y".repeat(100 * 1024));
    for address in [admin, protected.address()] {
        let request = format!("GET /health HTTP/1.1\r\nhost: {address}\r\n{long}\r\n\r\n");
        let answer = crate::client::send(address, request);
        // A reset can overtake the answer.
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 431"),
            "{answer}"
        );
    }
}

#[test]
fn clients_of_the_api_do_not_find_it() {
    let upstream = Recorder::start();
    let protected = Protected::with(upstream.address, &["--admin", "127.0.0.1:0"]);
    for path in ["/metrics", "/health", "/decisions", "/"] {
        assert_eq!(get(protected.address(), path, &[]).status, 403, "{path}");
    }
    let without = Protected::start(upstream.address);
    assert_eq!(without.server.admin, None);
}

/// A page of another site must not read them through a name that leads to this machine.
#[test]
fn it_answers_only_under_names_that_others_do_not_control() {
    let options = ["--admin", "127.0.0.1:0", "--admin-host", "Metrics.Example"];
    let protected = Protected::with(Recorder::start().address, &options);
    let admin = protected.server.admin.unwrap();
    for path in ["/decisions", "/metrics", "/health"] {
        let reply = get_under("shop.example", admin, path);
        assert_eq!(reply.status, 421, "{path}: {reply:?}");
        let reply = get_under("metrics.example:9000", admin, path);
        assert_eq!(reply.status, 200, "{path}: {reply:?}");
    }
    let page = get_under("192.0.2.1", admin, "/decisions");
    assert_eq!(page.status, 421, "the page is only for this machine");
}
