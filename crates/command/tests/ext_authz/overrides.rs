//! Headers in which a client names another method, path or client than the guard checks.

use envoy_types::ext_authz::v3::pb::CheckRequest;

use crate::{
    client::{ask, check, connect, is_ok, ok, refusal, source},
    envoy::Envoy,
    guard::Guard,
};

const FORGED: [&str; 19] = [
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "x_http_method_override",
    "x-http_method.override",
    "x~http~method~override",
    "x-original-method",
    "x-original-url",
    "x_original_url",
    "x-rewrite-url",
    "script_name",
    "x-script-name",
    "x-scheme",
    "x_forwarded_for",
    "x-forwarded-host",
    "x-real-ip",
    "forwarded",
    "true-client-ip",
    "proxy",
];

fn forging(address: &str, is_sent: impl Fn(&str) -> bool) -> CheckRequest {
    let written_by_envoy = [
        ("x-forwarded-for", "203.0.113.7"),
        ("x-forwarded-proto", "https"),
        ("x-envoy-external-address", "203.0.113.7"),
    ];
    let forged = FORGED.into_iter().filter(|name| is_sent(name));
    let forged: Vec<_> = forged.map(|name| (name, "DELETE")).collect();
    let token = [("authorization", "ann")];
    let headers = [&written_by_envoy[..], &forged, &token].concat();
    let mut check = check("GET", "/pets", &headers);
    address.clone_into(&mut source(&mut check).address);
    check
}

/// The server behind Envoy ignores case.
#[tokio::test]
async fn another_case_of_a_guarded_path_is_not_open_if_case_is_ignored() {
    for (options, is_passed) in [(&[][..], true), (&["--ignore-case"], false)] {
        let guard = Guard::start(options);
        guard.rewrite("\"/health\"", "\"/{other}\": {\"get\": {}}, \"/health\"");
        guard.server.wait_for_error("read again");
        let channel = connect(guard.server.address).await;
        let answer = ask(&channel, check("GET", "/PETS", &[])).await;
        assert_eq!(is_ok(&answer), is_passed, "{options:?}");
        ok(ask(&channel, check("GET", "/OTHER", &[])).await);
    }
}

#[tokio::test]
async fn they_are_removed_and_a_trusted_proxy_may_name_only_a_client() {
    let guard = Guard::start(&["--trusted-proxy", "10.0.0.0/8"]);
    let channel = connect(guard.server.address).await;
    for address in ["203.0.113.7", "::ffff:203.0.113.7"] {
        let removed = ok(ask(&channel, forging(address, |_| true)).await).headers_to_remove;
        for name in FORGED {
            assert!(removed.iter().any(|it| it == name), "{name}: {removed:?}");
        }
        let others = removed
            .iter()
            .filter(|name| !FORGED.contains(&name.as_str()));
        // Envoy may hide it from the command.
        assert_eq!(
            others.collect::<Vec<_>>(),
            ["path-info", "script-name", "x-original-uri"]
        );
    }
    let unseen = check("GET", "/pets", &[("authorization", "ann")]);
    let removed = ok(ask(&channel, unseen).await).headers_to_remove;
    assert!(removed.iter().any(|name| name == "x-http-method-override"));
    for address in ["10.1.2.3", "::ffff:10.1.2.3"] {
        // Two spellings of one name would be refused.
        let ok = ok(ask(
            &channel,
            forging(address, |name| !name.contains(['_', '~'])),
        )
        .await);
        // A proxy passes these on as clients send them.
        let overrides = [
            "path-info",
            "script-name",
            "x-http-method",
            "x-http-method-override",
            "x-method-override",
            "x-original-method",
            "x-original-uri",
            "x-original-url",
            "x-rewrite-url",
            "x-script-name",
        ];
        assert_eq!(ok.headers_to_remove, overrides);
        // Proxies do not write such names.
        for disguised in ["x_http_method_override", "x_forwarded_for"] {
            let check = forging(address, |name| name == disguised);
            let removed = self::ok(ask(&channel, check).await).headers_to_remove;
            assert!(removed.iter().any(|name| name == disguised));
        }
    }
}

#[tokio::test]
async fn a_judged_header_must_not_be_named_in_connection() {
    let guard = Guard::start(&[]);
    let channel = connect(guard.server.address).await;
    for (named, status) in [
        ("keep-alive, upgrade, x-absent", None),
        ("authorization", Some(400)),
        ("upgrade, Authorization", Some(400)),
    ] {
        let headers = [("authorization", "ann"), ("connection", named)];
        let answer = ask(&channel, check("GET", "/pets", &headers)).await;
        match status {
            None => drop(ok(answer)),
            Some(status) => assert_eq!(refusal(answer).0, status, "{named}"),
        }
    }
    guard
        .server
        .wait_for_error("400 `Connection` names `authorization`, which the server may not get\n");
}

#[tokio::test]
async fn two_spellings_of_one_header_are_refused() {
    let guard = Guard::start(&[
        "--context-header",
        "x-user=principalId",
        "--trusted-proxy",
        "10.0.0.0/8",
    ]);
    let channel = connect(guard.server.address).await;
    for (one, other, address, status) in [
        ("x-plan", "x_plans", "203.0.113.7", None),
        ("x_plan", "x_plans", "203.0.113.7", None),
        ("x-plan", "x_plan", "203.0.113.7", Some(400)),
        ("x.plan", "x_plan", "203.0.113.7", Some(400)),
        ("x-plan", "content_length", "203.0.113.7", Some(400)),
        // These are removed.
        ("x-user", "x_user", "203.0.113.7", None),
        ("x-forwarded-for", "x_forwarded_for", "203.0.113.7", None),
        ("x-forwarded-for", "x_forwarded_for", "10.1.2.3", None),
    ] {
        let headers = [("authorization", "ann"), (one, "1"), (other, "2")];
        let mut check = check("GET", "/pets", &headers);
        address.clone_into(&mut source(&mut check).address);
        let answer = ask(&channel, check).await;
        match status {
            None => drop(ok(answer)),
            Some(status) => assert_eq!(refusal(answer).0, status, "{one} {other}"),
        }
    }
    guard.server.wait_for_error(
        "400 the request has `x_plan` and `x-plan`, whose names differ only in characters",
    );
}

#[test]
fn through_envoy_two_spellings_reach_no_server() {
    let guard = Guard::start(&[]);
    let Some(envoy) = Envoy::start(guard.server.address, |config| config) else {
        return;
    };
    for headers in [
        [
            ("x-plan", "gold"),
            ("x_plan", "free"),
            ("authorization", "ann"),
        ],
        [
            ("x.plan", "gold"),
            ("x_plan", "free"),
            ("authorization", "ann"),
        ],
    ] {
        for path in ["/pets", "/health"] {
            let answer = envoy.get(path, &headers);
            assert!(
                !answer.contains("gold") || !answer.contains("free"),
                "{answer}"
            );
        }
    }
}

/// The authorizer gets the last one, and some servers use the first one.
#[tokio::test]
async fn a_repeated_token_is_refused() {
    let guard = Guard::start(&[]);
    let channel = connect(guard.server.address).await;
    for forged in ["forged", "ann"] {
        let headers = [("authorization", forged), ("authorization", "ann")];
        let answer = ask(&channel, check("GET", "/pets", &headers)).await;
        assert_eq!(refusal(answer).0, 400, "{forged}");
    }
}

#[tokio::test]
async fn a_method_in_lower_case_is_refused() {
    let guard = Guard::start(&[]);
    let channel = connect(guard.server.address).await;
    for method in ["get", "gET", "delete"] {
        let check = check(method, "/pets", &[("authorization", "ann")]);
        assert_eq!(refusal(ask(&channel, check).await).0, 400, "{method}");
    }
}

#[test]
fn through_envoy_the_server_gets_none_of_them() {
    let guard = Guard::start(&[]);
    let Some(envoy) = Envoy::start(guard.server.address, |config| config) else {
        return;
    };
    let forged = FORGED.map(|name| (name, "f0rged"));
    let headers = [&forged[..], &[("authorization", "ann")]].concat();
    let allowed = envoy.get("/pets", &headers);
    assert!(allowed.starts_with("HTTP/1.1 200 "), "{allowed}");
    assert!(!allowed.contains("f0rged"), "{allowed}");
    // Envoy's own.
    assert!(allowed.contains("x-forwarded-proto: http\r\n"), "{allowed}");
    let open = envoy.get("/health", &forged);
    assert!(open.starts_with("HTTP/1.1 200 "), "{open}");
    assert!(!open.contains("f0rged"), "{open}");
}

/// The server behind Envoy would not get what the authorizer has judged.
#[test]
fn through_envoy_no_judged_header_is_taken_back() {
    let guard = Guard::start(&[]);
    let Some(envoy) = Envoy::start(guard.server.address, |config| config) else {
        return;
    };
    for others in [
        &[("connection", "authorization")][..],
        &[
            ("connection", "upgrade, authorization"),
            ("upgrade", "websocket"),
        ],
        &[
            ("connection", "upgrade"),
            ("connection", "authorization"),
            ("upgrade", "websocket"),
        ],
    ] {
        let headers = [&[("authorization", "ann")][..], others].concat();
        let answer = envoy.get("/pets", &headers);
        let passed = answer.starts_with("HTTP/1.1 200 ");
        assert_eq!(
            passed,
            answer.contains("\r\nauthorization: ann\r\n"),
            "{answer}"
        );
        assert!(!answer.contains("connection: authorization"), "{answer}");
    }
}
