//! Long headers, in both directions.

use serde_json::json;

use crate::{proxies::Kind, scene::Scene};

#[test]
fn a_long_token_is_judged() {
    for scene in Scene::all() {
        let long = "t".repeat(7_000);
        let cookie = format!("session={long}");
        let headers = [
            ("Authorization", "ok"),
            ("Cookie", &*cookie),
            ("X-Other", &long),
        ];
        assert_eq!(scene.send("GET /pets", &headers).status, 200);
        assert_eq!(scene.upstream.take_one().header("cookie"), [&*cookie]);
        assert_eq!(scene.send("GET /pets", &headers[1..]).status, 401);
        let target = format!("GET /{}", "p".repeat(1_300));
        assert_eq!(scene.send(&target, &headers[..1]).status, 200);
        assert_eq!(scene.upstream.take().len(), 1);
    }
}

#[test]
fn a_long_context_reaches_the_proxy() {
    for scene in Scene::all() {
        let headers = [("Authorization", "long")];
        assert_eq!(scene.send("GET /pets", &headers).status, 200);
        assert_eq!(scene.upstream.take_one().header("x-user"), ["ann"]);
    }
}

#[test]
fn headers_that_are_too_long_are_refused() {
    for scene in Scene::all() {
        let long = "t".repeat(90_000);
        let headers = [("Authorization", "ok"), ("Cookie", &*long)];
        let status = scene.send("GET /pets", &headers).status;
        assert!(status >= 400, "{status}");
        let names: Vec<_> = (0..150)
            .map(|number| format!("X-Header-{number}"))
            .collect();
        let mut headers: Vec<_> = names.iter().map(|name| (name.as_str(), "v")).collect();
        headers.push(("Authorization", "ok"));
        let status = scene.send("GET /pets", &headers).status;
        assert!(status >= 400, "{status}");
        assert!(scene.upstream.take().is_empty());
    }
}

#[test]
fn a_refusal_with_long_headers_is_passed_on() {
    let repeats = json!({"UNAUTHORIZED": {"responseParameters": {
        "gatewayresponse.header.X-First": "method.request.header.X-First",
        "gatewayresponse.header.X-Second": "method.request.header.X-Second",
    }}});
    for scene in Scene::all_with(repeats, Kind::documented) {
        let long = "t".repeat(7_000);
        let answer = scene.send("GET /pets", &[("X-First", &long), ("X-Second", &long)]);
        assert_eq!(answer.status, 401, "{:?}", scene.kind);
        for name in ["x-first", "x-second"] {
            assert_eq!(answer.header(name), Some(&*long), "{:?}", scene.kind);
        }
        assert_eq!(answer.body, r#"{"message":"Unauthorized"}"#);
    }
}
