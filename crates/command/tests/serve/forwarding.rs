//! What the upstream receives of a request that is allowed.

use crate::{
    client::{Reply, get, send},
    protected::Protected,
    upstream::Recorder,
};

/// The names of the headers of a request, sorted.
fn names(request: &str) -> Vec<&str> {
    let lines = request.lines().skip(1).take_while(|line| !line.is_empty());
    let mut names: Vec<_> = lines.map(|line| line.split(':').next().unwrap()).collect();
    names.sort_unstable();
    names
}

#[test]
fn the_path_and_the_query_arrive_byte_for_byte() {
    let upstream = Recorder::start();
    let protected = Protected::start(upstream.address);
    let targets = [
        "/open/a%20b%7Ec",
        "/open/%C3%A4/%e2%82%ac",
        "/open/x;v=1,2:3@4!$&'()+=~",
        "/open?q=%26&q&=&a=b=c?d/e%00",
        "/open/end/",
    ];
    for target in targets {
        let reply = get(protected.address(), target, &[]);
        assert_eq!(reply.status, 200, "{target}");
    }
    let lines: Vec<_> = upstream
        .requests()
        .iter()
        .map(|it| it.lines().next().unwrap().to_owned())
        .collect();
    assert_eq!(
        lines,
        targets.map(|target| format!("GET {target} HTTP/1.1"))
    );
}

#[test]
fn a_path_that_servers_read_in_different_ways_arrives_nowhere() {
    let upstream = Recorder::start();
    let protected = Protected::start(upstream.address);
    for target in [
        "/open/../pets",
        "/open/%2e%2e/pets",
        "/open\\..\\pets",
        "/open/a%2Fb",
        "//pets",
        "/open//..//pets",
    ] {
        let reply = get(protected.address(), target, &[]);
        assert!((400..500).contains(&reply.status), "{target}: {reply:?}");
    }
    assert!(upstream.requests().is_empty(), "{:?}", upstream.requests());
}

#[test]
fn an_absolute_target_is_read_like_its_path() {
    let upstream = Recorder::start();
    let protected = Protected::start(upstream.address);
    let request = |target: &str| {
        let request = format!(
            "GET {target} HTTP/1.1\r\nhost: shop.example\r\nauthorization: deny\r\nconnection: close\r\n\r\n"
        );
        Reply::parse(&send(protected.address(), request)).status
    };
    assert_eq!(request("http://shop.example/open/x?y"), 200);
    assert_eq!(request("http://shop.example/pets"), 403);
    assert_eq!(request("http://other.example/pets"), 400);
    assert_eq!(request("http://shop.example?x"), 400);
    assert!(upstream.request().starts_with("GET /open/x?y HTTP/1.1\r\n"));
}

#[test]
fn what_is_not_for_this_server_is_refused() {
    let upstream = Recorder::start();
    let protected = Protected::start(upstream.address);
    let target = upstream.address;
    let request =
        format!("CONNECT {target} HTTP/1.1\r\nhost: {target}\r\nconnection: close\r\n\r\n");
    let reply = Reply::parse(&send(protected.address(), request));
    assert_eq!(reply.status, 405);
    assert!(reply.header("allow").unwrap().contains("GET"));
    let request = "GET /open HTTP/1.1\r\nhost: a\r\nhost: b\r\nconnection: close\r\n\r\n";
    assert_eq!(
        Reply::parse(&send(protected.address(), request)).status,
        400
    );
    let request = "OPTIONS * HTTP/1.1\r\nhost: shop.example\r\nconnection: close\r\n\r\n";
    assert_eq!(
        Reply::parse(&send(protected.address(), request)).status,
        400
    );
    assert!(upstream.requests().is_empty());
}

/// Programs write `http://`, the host and the target in a row, and take the path from that.
#[test]
fn a_host_with_a_part_of_a_path_reaches_no_upstream() {
    for options in [&["--keep-host"][..], &[]] {
        let upstream = Recorder::start();
        let protected = Protected::with(upstream.address, options);
        let get = |host: &str, target: &str| {
            let fields = format!("host: {host}\r\nconnection: close\r\nauthorization: allow");
            let request = format!("GET {target} HTTP/1.1\r\n{fields}\r\n\r\n");
            Reply::parse(&send(protected.address(), request)).status
        };
        // From now on, the result is cached.
        assert_eq!(get("shop.example:80", "/pets"), 200);
        for host in [
            "x/admin?",
            "x/admin#",
            "x?",
            "",
            "x\\admin",
            "u@x",
            "x:80/admin?",
        ] {
            for target in ["/open", "/pets"] {
                assert_eq!(get(host, target), 400, "{host} {target}");
            }
        }
        assert_eq!(upstream.requests().len(), 1);
        protected
            .server
            .wait_for_error("400 GET /open: `Host` is not a host with an optional port");
    }
}

/// The target may have the host, too.
#[test]
fn a_target_whose_host_is_none_reaches_no_upstream() {
    for options in [&["--keep-host"][..], &[]] {
        let upstream = Recorder::start();
        let protected = Protected::with(upstream.address, options);
        let get = |target: &str| {
            let fields = "host: x\r\nconnection: close\r\nauthorization: allow";
            let request = format!("GET {target} HTTP/1.1\r\n{fields}\r\n\r\n");
            Reply::parse(&send(protected.address(), request)).status
        };
        assert_eq!(get("http://x/open"), 200);
        assert_eq!(get("http://x/pets"), 200);
        for host in ["u@x", "x:admin", "u:p@x:80"] {
            for path in ["/open", "/pets"] {
                assert_eq!(get(&format!("http://{host}{path}")), 400, "{host} {path}");
            }
        }
        assert_eq!(upstream.requests().len(), 2);
    }
}

#[test]
fn fields_of_one_connection_stay_on_it() {
    let answer = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: keep-alive, x-hop\r\nx-hop: 1\r\n\
        keep-alive: timeout=5\r\nproxy-authenticate: Basic\r\nx-end: 2\r\n\r\n";
    let upstream = Recorder::answering(answer);
    let protected = Protected::start(upstream.address);
    let fields = [
        "connection: x-hop, x-forwarded-for, te, keep-alive, host",
        "keep-alive: timeout=5",
        "proxy-connection: keep-alive",
        "proxy-authorization: Basic eDp5",
        "te: trailers, deflate",
        "upgrade: h2c",
        "http2-settings: AAMAAABkAAQAAP__",
        "x-end: 2",
        "authorization: allow",
    ];
    let reply = get(protected.address(), "/pets", &fields);
    assert_eq!(reply.status, 200);
    for name in ["x-hop", "keep-alive", "proxy-authenticate"] {
        assert_eq!(reply.header(name), None);
    }
    assert_eq!(reply.header("x-end"), Some("2"));
    let request = upstream.request();
    let expected = [
        "authorization",
        "connection",
        "host",
        "te",
        "x-end",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-port",
        "x-forwarded-proto",
    ];
    assert_eq!(names(&request), expected, "{request}");
    assert!(
        request.contains("\r\nte: trailers\r\n")
            && request.contains("\r\nconnection: te, close\r\n"),
        "{request}"
    );
}

/// The authorizer has judged them, so the upstream gets them, or nothing.
#[test]
fn a_client_cannot_take_back_fields_that_the_guard_has_seen() {
    let upstream = Recorder::start();
    let protected = Protected::start(upstream.address);
    for fields in [
        ["authorization: allow", "connection: authorization"],
        ["authorization: allow", "connection: te, Authorization"],
        ["x-tenant: acme", "connection: \u{e9},x-tenant"],
    ] {
        let reply = get(protected.address(), "/open", &fields);
        assert_eq!(reply.status, 400, "{fields:?}: {reply:?}");
        let reply = get(protected.address(), "/pets", &fields);
        assert_eq!(reply.status, 400, "{fields:?}: {reply:?}");
    }
    assert!(upstream.requests().is_empty());
}

#[test]
fn the_upstream_learns_who_the_client_is() {
    let upstream = Recorder::start();
    let protected = Protected::start(upstream.address);
    let spoofed = [
        "x-forwarded-for: 203.0.113.9",
        "X_Forwarded_For: 203.0.113.9",
        "x-forwarded-proto: https",
        "x-forwarded-host: bank.example",
        "forwarded: for=203.0.113.9",
        "x-real-ip: 203.0.113.9",
        "x-original-url: http://bank.example/pets",
        "x-original-uri: //bank.example/pets",
        "X_Rewrite_URL: //bank.example/pets",
        "x-http-method-override: bank.example",
        "X_Method_Override: bank.example",
        "x-http-method: bank.example",
        "X~HTTP~Method~Override: bank.example",
        "X!Forwarded!For: 203.0.113.9",
        "proxy: http://bank.example",
        "true-client-ip: 203.0.113.9",
        "client-ip: 203.0.113.9",
        "x-client-ip: 203.0.113.9",
        "x-cluster-client-ip: 203.0.113.9",
        "cf-connecting-ip: 203.0.113.9",
        "fastly-client-ip: 203.0.113.9",
        "x-forwarded: for=203.0.113.9",
    ];
    get(protected.address(), "/open", &spoofed);
    let request = upstream.request();
    let port = protected.address().port();
    for line in [
        "x-forwarded-for: 127.0.0.1",
        "x-forwarded-proto: http",
        "x-forwarded-host: shop.example",
        &format!("x-forwarded-port: {port}"),
        &format!("host: {}", upstream.address),
    ] {
        assert!(
            request.contains(&format!("\r\n{line}\r\n")),
            "{line}\n{request}"
        );
    }
    assert!(
        !request.contains("203.0.113.9") && !request.contains("bank.example"),
        "{request}"
    );
}

#[test]
fn a_trusted_proxy_may_speak_for_its_clients() {
    let upstream = Recorder::start();
    let protected = Protected::with(
        upstream.address,
        &["--trusted-proxy", "127.0.0.0/8", "--keep-host"],
    );
    let said = [
        "x-forwarded-for: 203.0.113.9",
        "x-forwarded-proto: https",
        "x-forwarded-port: 443",
        "true-client-ip: 203.0.113.9",
    ];
    get(protected.address(), "/open", &said);
    let request = upstream.request();
    for line in [
        "x-forwarded-for: 203.0.113.9, 127.0.0.1",
        "x-forwarded-proto: https",
        "x-forwarded-port: 443",
        "true-client-ip: 203.0.113.9",
        "x-forwarded-host: shop.example",
        "host: shop.example",
    ] {
        assert!(
            request.contains(&format!("\r\n{line}\r\n")),
            "{line}\n{request}"
        );
    }
}

/// Proxies pass on such fields as clients send them. nginx, Caddy, `HAProxy`, Varnish and Apache do, unless they are configured
/// not to.
#[test]
fn not_even_a_trusted_proxy_may_name_another_method_or_path() {
    let upstream = Recorder::start();
    let behind = Protected::with(upstream.address, &["--trusted-proxy", "127.0.0.1"]);
    let names = [
        "X-HTTP-Method-Override",
        "X-HTTP-Method",
        "X-Method-Override",
        "X-Original-Method",
        "X-Original-URI",
        "X-Original-URL",
        "X-Rewrite-URL",
        // gunicorn takes a beginning of the path away that this field names, and so serves `/admin` for `/public/admin`.
        "Script-Name",
        "X-Script-Name",
        "Path-Info",
    ];
    for name in names {
        for spelling in [name, &name.replace('-', "_"), &name.replace('-', ".")] {
            let forged = format!("{spelling}: f0rged");
            let reply = get(
                behind.address(),
                "/pets",
                &["authorization: allow", &forged],
            );
            assert_eq!(reply.status, 200, "{spelling}");
        }
    }
    let requests = upstream.requests();
    assert_eq!(requests.len(), 3 * names.len());
    assert!(!requests.concat().contains("f0rged"), "{requests:?}");
}

#[test]
fn the_policy_sees_the_real_client() {
    let upstream = Recorder::start();
    let folder = crate::protected::folder(&crate::protected::api());
    let only_from = |address: &str| {
        serde_json::json!({"principalId": "ann", "policyDocument": {"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*",
            "Condition": {"IpAddress": {"aws:SourceIp": address}}
        }]}})
    };
    for (allowed, options, status) in [
        ("127.0.0.1", &[][..], 200),
        ("203.0.113.9", &[], 403),
        ("203.0.113.9", &["--trusted-proxy", "127.0.0.1"], 200),
    ] {
        crate::protected::write(folder.path(), "answers.json", &only_from(allowed));
        let url = format!("http://{}", upstream.address);
        let mut arguments = vec![
            "serve",
            "api.json",
            "--upstream",
            &url,
            "--function",
            "answers.json",
        ];
        arguments.extend(options);
        let server = crate::process::Server::start_in(folder.path(), &arguments);
        let headers = ["authorization: t", "x-forwarded-for: 203.0.113.9"];
        assert_eq!(
            get(server.address, "/pets", &headers).status,
            status,
            "{allowed} {options:?}"
        );
    }
}
