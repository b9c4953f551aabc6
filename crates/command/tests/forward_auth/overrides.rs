//! A client names another method or path than its request line, in headers that some servers obey.

use std::fs;

use serde_json::json;

use crate::{document, proxies::Kind, scene::Scene, scene::forward_auth, wire::send};

const NAMES: [&str; 10] = [
    "X-HTTP-Method-Override",
    "X-HTTP-Method",
    "X-Method-Override",
    "X-Original-Method",
    "X-Original-URL",
    "X-Original-URI",
    "X-Rewrite-URL",
    "Path-Info",
    "Script-Name",
    "X-Script-Name",
];

/// Servers that put headers into environment variables read these as the same.
fn spellings(name: &str) -> [String; 7] {
    [
        name.to_owned(),
        name.to_lowercase(),
        name.replace('-', "_"),
        name.replacen('-', "_", 1),
        name.replace('-', "."),
        name.replace('-', "~"),
        name.to_uppercase().replace('-', "_"),
    ]
}

#[test]
fn no_server_gets_another_method_or_path_than_was_judged() {
    for configuration in [Kind::documented, Kind::with_underscores] {
        for scene in Scene::all_with(json!({}), configuration) {
            for spelling in NAMES.iter().flat_map(|name| spellings(name)) {
                let headers = [("Authorization", "ok"), (&*spelling, "DELETE")];
                let answer = scene.send("POST /pets", &headers);
                let received = scene.upstream.take();
                let mut passed_on = received.iter().flat_map(|received| &received.headers);
                let is_it = |(name, _): &(String, String)| *name == spelling.to_lowercase();
                assert!(
                    !passed_on.any(is_it),
                    "{:?} {spelling}: {received:?}",
                    scene.kind
                );
                assert!(matches!(answer.status, 200 | 400), "{answer:?}");
            }
        }
    }
}

/// The lines of the documentation for clients that send such a header without need.
fn without_the_header(kind: Kind) -> String {
    let page = kind.documented();
    match kind {
        Kind::Nginx => page.replace(
            "        proxy_set_header X-Forwarded-Method \"\";",
            "        proxy_set_header X-Forwarded-Method \"\";\n        proxy_set_header X-HTTP-Method-Override \"\";",
        ),
        Kind::Caddy => page.replace(
            "\t\tforward_auth",
            "\t\trequest_header -X-HTTP-Method-Override\n\t\tforward_auth",
        ),
    }
}

#[test]
fn a_proxy_may_remove_the_header() {
    for scene in Scene::all_with(json!({}), without_the_header) {
        let headers = [
            ("Authorization", "ok"),
            ("X-HTTP-Method-Override", "DELETE"),
        ];
        assert_eq!(scene.send("POST /pets", &headers).status, 200);
        let received = scene.upstream.take_one();
        assert!(received.header("x-http-method-override").is_empty());
    }
}

/// This holds for every configuration in which the proxy passes the header on with its question.
#[test]
fn a_question_with_another_method_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    document::write(folder.path());
    let server = forward_auth(&folder, &[]);
    let described = [
        ("X-Forwarded-Method", "GET"),
        ("X-Forwarded-Uri", "/open"),
        ("X-Forwarded-For", "192.0.2.1"),
    ];
    assert_eq!(send(server.address, "GET /", &described).status, 200);
    let others = ["X_Plan", "X-User_", "X-Other"];
    for name in others {
        let headers = [&described[..], &[(name, "x")]].concat();
        assert_eq!(
            send(server.address, "GET /", &headers).status,
            200,
            "{name}"
        );
    }
    // No proxy's configuration lists all spellings of the context's names, and of what a proxy says about a client.
    let others = [
        "X_User",
        "x.user",
        "X_TENANT",
        "X_Real_IP",
        "true_client.ip",
        "X_Forwarded_Server",
    ];
    let others = others.map(str::to_owned);
    let names = NAMES.iter().flat_map(|name| spellings(name)).chain(others);
    for name in names {
        let headers = [&described[..], &[(&*name, "DELETE")]].concat();
        let answer = send(server.address, "GET /", &headers);
        assert_eq!(answer.status, 400, "{name}: {answer:?}");
        assert!(answer.body.contains(&*name.to_lowercase()), "{answer:?}");
    }
    server.wait_for_error("let the proxy remove");
}

/// The server behind the proxy ignores case.
#[test]
fn another_case_of_a_guarded_path_is_not_open_if_case_is_ignored() {
    let folder = tempfile::tempdir().unwrap();
    let guarded = json!({"get": {"security": [{"callers": []}]}});
    let document = json!({
        "openapi": "3.0.1",
        "paths": {"/admin": guarded, "/{proxy+}": {"get": {}}},
        "components": {"securitySchemes": {"callers": {
            "type": "apiKey", "name": "Authorization", "in": "header",
            "x-amazon-apigateway-authorizer": {"type": "token", "authorizerUri": "callers"}
        }}}
    });
    document::write(folder.path());
    fs::write(folder.path().join("api.json"), document.to_string()).unwrap();
    for (options, status) in [(&[][..], 200), (&["--ignore-case"], 401)] {
        let server = forward_auth(&folder, options);
        let described = [
            ("X-Forwarded-Method", "GET"),
            ("X-Forwarded-Uri", "/ADMIN"),
            ("X-Forwarded-For", "192.0.2.1"),
        ];
        let answer = send(server.address, "GET /", &described);
        assert_eq!(answer.status, status, "{options:?}");
    }
}

/// A recipient removes what `Connection` names. The server would not get what was judged.
#[test]
fn a_judged_header_must_not_be_named_in_connection() {
    let folder = tempfile::tempdir().unwrap();
    document::write(folder.path());
    let server = forward_auth(&folder, &[]);
    let described = [
        ("X-Forwarded-Method", "GET"),
        ("X-Forwarded-Uri", "/pets"),
        ("X-Forwarded-For", "192.0.2.1"),
        ("Authorization", "ok"),
    ];
    for (named, status) in [
        ("keep-alive", 200),
        ("x-absent", 200),
        ("authorization", 400),
        ("X-Forwarded-Uri", 400),
        ("te, x-forwarded-for", 400),
    ] {
        let headers = [&described[..], &[("Connection", named)]].concat();
        let answer = send(server.address, "GET /", &headers);
        assert_eq!(answer.status, status, "{named}: {answer:?}");
    }
}

/// Servers that put headers into environment variables take one for the other.
#[test]
fn two_spellings_of_one_header_reach_no_server() {
    for configuration in [Kind::documented, Kind::with_underscores] {
        for scene in Scene::all_with(json!({}), configuration) {
            for (one, other) in [
                ("X-Plan", "X_Plan"),
                ("X.Plan", "x_plan"),
                ("X-Forwarded-For", "X_Forwarded_For"),
                ("X-Forwarded-Host", "X_Forwarded_Host"),
                ("Accept", "Content_Length"),
            ] {
                let headers = [("Authorization", "ok"), (one, "7"), (other, "8")];
                scene.send("POST /pets", &headers);
                for received in scene.upstream.take() {
                    let has = |name: &str| !received.header(&name.to_lowercase()).is_empty();
                    assert!(!(has(one) && has(other)), "{:?} {received:?}", scene.kind);
                }
            }
        }
    }
}

/// This holds for every configuration of the proxy.
#[test]
fn a_question_with_two_spellings_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    document::write(folder.path());
    let server = forward_auth(&folder, &[]);
    let described = [
        ("X-Forwarded-Method", "GET"),
        ("X-Forwarded-Uri", "/open"),
        ("X-Forwarded-For", "192.0.2.1"),
        ("X-Plan", "gold"),
    ];
    for (other, status) in [
        ("X-Plans", 200),
        ("X_Plans", 200),
        ("X_Plan", 400),
        ("x.plan", 400),
        ("X_Forwarded_For", 400),
        ("X_Forwarded_Uri", 400),
        ("content_length", 400),
        ("transfer.encoding", 400),
    ] {
        let headers = [&described[..], &[(other, "x")]].concat();
        let answer = send(server.address, "GET /", &headers);
        assert_eq!(answer.status, status, "{other}: {answer:?}");
    }
    server.wait_for_error("differ only in characters such as `-` and `_`");
}

/// Some servers read `delete` as `DELETE`, but to a policy they are two methods.
#[test]
fn a_method_in_lower_case_reaches_no_server() {
    for scene in Scene::all() {
        for method in ["delete", "Delete", "get", "gET", "poSt"] {
            let answer = scene.send(&format!("{method} /pets"), &[("Authorization", "ok")]);
            assert!(answer.status >= 400, "{:?} {answer:?}", scene.kind);
        }
        // Not all methods are in API Gateway's list.
        assert_eq!(
            scene.send("PURGE /pets", &[("Authorization", "ok")]).status,
            200
        );
        let received = scene.upstream.take();
        assert_eq!(received.len(), 1, "{received:?}");
    }
}

/// The authorizer gets the last one, and some servers use the first one.
#[test]
fn a_repeated_token_reaches_no_server() {
    for scene in Scene::all() {
        let ok = ("Authorization", "ok");
        for forged in [("Authorization", "forged"), ("authorization", "ok")] {
            let answer = scene.send("GET /pets", &[forged, ok]);
            assert_eq!(answer.status, 400, "{:?} {answer:?}", scene.kind);
        }
        assert!(scene.upstream.take().is_empty(), "{:?}", scene.kind);
        assert_eq!(scene.send("GET /pets", &[ok]).status, 200);
    }
}
