//! What `forward-auth` makes of the headers that describe a request, without a proxy.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use serde_json::json;

use crate::{
    document,
    process::Server,
    scene::forward_auth,
    wire::{exchange, send},
};

const METHOD: (&str, &str) = ("X-Original-Method", "GET");
const URI: (&str, &str) = ("X-Original-URI", "/open");
const CLIENT: (&str, &str) = ("X-Forwarded-For", "192.0.2.1");
const FORWARDED_METHOD: (&str, &str) = ("X-Forwarded-Method", "GET");
const FORWARDED_URI: (&str, &str) = ("X-Forwarded-Uri", "/open");
const REAL_IP: (&str, &str) = ("X-Real-IP", "192.0.2.1");

fn started(arguments: &[&str]) -> (tempfile::TempDir, Server) {
    let folder = tempfile::tempdir().unwrap();
    let judged = "$context.httpMethod $context.path $context.identity.sourceIp $context.domainName";
    let telling = json!({"UNAUTHORIZED": {"responseTemplates": {"text/plain": judged}}});
    document::write_with(folder.path(), &telling);
    let server = forward_auth(&folder, arguments);
    (folder, server)
}

#[test]
fn both_conventions_describe_a_request() {
    let (_folder, server) = started(&[]);
    for (headers, judged) in [
        (
            &[
                ("X-Original-Method", "PUT"),
                ("X-Original-URI", "/a?b"),
                CLIENT,
            ][..],
            "PUT /local/a 192.0.2.1 api.example",
        ),
        (
            &[
                ("X-Original-Method", "PUT"),
                ("X-Original-URL", "https://shop.example:8443/a?b"),
                REAL_IP,
            ],
            "PUT /local/a 192.0.2.1 shop.example",
        ),
        (
            &[
                ("X-Forwarded-Method", "PUT"),
                ("X-Forwarded-Uri", "/a?b"),
                ("X-Forwarded-Host", "shop.example"),
                CLIENT,
            ],
            "PUT /local/a 192.0.2.1 shop.example",
        ),
        (
            &[
                ("X-Forwarded-Method", "PUT"),
                ("X-Forwarded-Uri", "/a"),
                CLIENT,
                REAL_IP,
            ],
            "PUT /local/a 192.0.2.1 api.example",
        ),
        // The header of the other convention is the client's own.
        (
            &[
                ("X-Original-Method", "PUT"),
                ("X-Original-URI", "/a"),
                ("X-Forwarded-Host", "forged.example"),
                CLIENT,
            ],
            "PUT /local/a 192.0.2.1 api.example",
        ),
        // The last address is the one that the proxy has written.
        (
            &[
                METHOD,
                ("X-Original-URI", "/a"),
                ("X-Forwarded-For", "198.51.100.1, 192.0.2.1"),
            ],
            "GET /local/a 192.0.2.1 api.example",
        ),
    ] {
        for line in ["GET /", "POST /?ignored=/open"] {
            let answer = send(server.address, line, headers);
            assert_eq!((answer.status, &*answer.body), (401, judged), "{headers:?}");
        }
    }
}

/// The proxy's own request has the path of an open operation, which must not count.
#[test]
fn a_request_that_is_not_described_clearly_is_refused() {
    let (_folder, server) = started(&[]);
    for (headers, status, message) in [
        (
            &[][..],
            500,
            "the proxy does not say which request it asks about: let nginx send `X-Original-Method",
        ),
        (&[CLIENT], 500, "the proxy does not say which request"),
        (
            &[METHOD, URI],
            500,
            "`x-forwarded-for`: add `proxy_set_header x-forwarded-for $remote_addr;`",
        ),
        (
            &[METHOD, CLIENT],
            500,
            "add `proxy_set_header x-original-uri $request_uri;`",
        ),
        (
            &[URI, CLIENT],
            500,
            "add `proxy_set_header x-original-method $request_method;`",
        ),
        (
            &[FORWARDED_URI, CLIENT],
            500,
            "does not send `x-forwarded-method`",
        ),
        (
            &[FORWARDED_METHOD, CLIENT],
            500,
            "does not send `x-forwarded-uri`",
        ),
        (
            &[METHOD, URI, CLIENT, FORWARDED_METHOD, FORWARDED_URI],
            400,
            "there are `x-forwarded-uri` and `x-original-uri`",
        ),
        (
            &[METHOD, URI, CLIENT, ("X-Forwarded-Uri", "/pets")],
            400,
            "there are `x-forwarded-uri` and `x-original-uri`",
        ),
        (
            &[METHOD, URI, CLIENT, FORWARDED_METHOD],
            400,
            "there are `x-forwarded-method`",
        ),
        (
            &[METHOD, FORWARDED_URI, CLIENT],
            400,
            "there are `x-forwarded-uri` and `x-original-method`",
        ),
        (
            &[METHOD, METHOD, URI, CLIENT],
            400,
            "several `x-original-method`",
        ),
        (
            &[METHOD, URI, ("X-Original-URI", "/pets"), CLIENT],
            400,
            "several `x-original-uri`",
        ),
        (&[METHOD, URI, URI, CLIENT], 400, "several `x-original-uri`"),
        (
            &[FORWARDED_METHOD, FORWARDED_URI, FORWARDED_URI, CLIENT],
            400,
            "several `x-forwarded-uri`",
        ),
        (
            &[
                FORWARDED_METHOD,
                FORWARDED_URI,
                ("X-Forwarded-Host", "a"),
                ("X-Forwarded-Host", "b"),
                CLIENT,
            ],
            400,
            "several `x-forwarded-host`",
        ),
        (
            &[
                FORWARDED_METHOD,
                FORWARDED_URI,
                ("X-Forwarded-Host", "a, b"),
                CLIENT,
            ],
            400,
            "`x-forwarded-host` is not a host",
        ),
        (
            &[("X-Original-Method", "G T"), URI, CLIENT],
            400,
            "`x-original-method` is not a method",
        ),
        (
            &[("X-Original-Method", ""), URI, CLIENT],
            400,
            "`x-original-method` is not a method",
        ),
        (
            &[METHOD, ("X-Original-URI", ""), CLIENT],
            400,
            "`x-original-uri` is not the path and query",
        ),
        (
            &[METHOD, ("X-Original-URI", "open"), CLIENT],
            400,
            "`x-original-uri` is not the path",
        ),
        (
            &[METHOD, ("X-Original-URI", "?open"), CLIENT],
            400,
            "`x-original-uri` is not the path",
        ),
        (
            &[METHOD, ("X-Original-URI", "*"), CLIENT],
            400,
            "`x-original-uri` is not the path",
        ),
        (
            &[METHOD, ("X-Original-URI", "/open#/pets"), CLIENT],
            400,
            "`x-original-uri` is not the path",
        ),
        (
            &[METHOD, ("X-Original-URI", "/open /pets"), CLIENT],
            400,
            "`x-original-uri` is not the path",
        ),
        (
            &[METHOD, ("X-Original-URI", "http://a/open"), CLIENT],
            400,
            "`x-original-uri` is not the path",
        ),
        (
            &[METHOD, ("X-Original-URL", "/open"), CLIENT],
            400,
            "`x-original-url` is not",
        ),
        (
            &[METHOD, ("X-Original-URL", "https://a"), CLIENT],
            400,
            "`x-original-url` is not",
        ),
        (
            &[METHOD, ("X-Original-URL", "https://a/open#b"), CLIENT],
            400,
            "`x-original-url` is not",
        ),
        (
            &[METHOD, URI, ("X-Original-URL", "https://a/pets"), CLIENT],
            400,
            "`x-original-uri` and `x-original-url` differ",
        ),
        (
            &[METHOD, URI, REAL_IP, ("X-Forwarded-For", "192.0.2.2")],
            400,
            "`x-forwarded-for` and `x-real-ip` differ",
        ),
        (
            &[METHOD, URI, REAL_IP, ("X-Forwarded-For", "192.0.2.1, x")],
            400,
            "`x-forwarded-for` and `x-real-ip` differ",
        ),
        (
            &[METHOD, URI, ("X-Real-IP", "somebody")],
            400,
            "`x-real-ip` is not an IP address",
        ),
        (&[METHOD, URI, REAL_IP, REAL_IP], 400, "several `x-real-ip`"),
    ] {
        let answer = send(server.address, "GET /", headers);
        assert_eq!(answer.status, status, "{headers:?} {answer:?}");
        assert!(
            answer.body.contains(message),
            "{headers:?}: {}",
            answer.body
        );
        server.wait_for_error(message);
        // The same for nginx, which hands the refusal back.
        let packed = send(server.address, "GET /nginx", headers);
        assert_eq!(packed.status, 403, "{headers:?}");
        let refusal = [("X-Refusal", packed.header("x-refusal").unwrap())];
        let unpacked = send(server.address, "GET /nginx/refused", &refusal);
        assert_eq!(unpacked.comparable(), answer.comparable());
    }
    let answer = send(server.address, "GET /", &[METHOD, URI, CLIENT]);
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[test]
fn only_the_paths_of_the_documentation_are_asked_at() {
    let (_folder, server) = started(&[]);
    for path in [
        "/open",
        "/nginx/",
        "//",
        "/nginx/refused/x",
        "/_forward_auth",
        "/%6eginx",
    ] {
        let answer = send(
            server.address,
            &format!("GET {path}"),
            &[METHOD, URI, CLIENT],
        );
        assert_eq!(answer.status, 404, "{path}");
        assert!(
            answer.body.contains("let nginx ask at `/nginx`"),
            "{}",
            answer.body
        );
    }
}

/// Even if a client's request arrives there by mistake.
#[test]
fn no_header_makes_a_refusal_a_permission() {
    let (_folder, server) = started(&[]);
    for (text, status) in [
        // `401\na:b\n\nno`
        ("NDAxCmE6YgoKbm8", 401),
        // `200\n\n`, `204\n\n`, `100\n\n`, `999\n\n`
        ("MjAwCgo", 500),
        ("MjA0Cgo", 500),
        ("MTAwCgo", 500),
        ("OTk5Cgo", 999),
        ("", 403),
        ("MjAw", 500),
        ("!", 500),
        ("Cgo", 500),
        // `401\nno colon\n\n`
        ("NDAxCm5vIGNvbG9uCgo", 500),
    ] {
        let answer = send(
            server.address,
            "GET /nginx/refused",
            &[("X-Refusal", text), METHOD, URI, CLIENT],
        );
        assert_eq!(answer.status, status, "{text}");
    }
    assert_eq!(send(server.address, "GET /nginx/refused", &[]).status, 403);
}

#[test]
fn other_peers_are_refused() {
    let (_folder, server) = started(&["--trusted-peer", "192.0.2.0/24", "--trusted-peer", "::1"]);
    for line in ["GET /", "GET /nginx", "GET /nginx/refused", "GET /other"] {
        let answer = send(server.address, line, &[METHOD, URI, CLIENT]);
        assert_eq!(
            (answer.status, &*answer.body),
            (403, r#"{"message":"Forbidden"}"#),
            "{line}"
        );
    }
    server.wait_for_error("403 for 127.0.0.1, which is not a trusted peer: if it is your proxy, add `--trusted-peer 127.0.0.1`");
}

/// Behind two proxies, the client is the address in front of the one that is named.
#[test]
fn the_client_is_found_behind_named_proxies() {
    let (_folder, server) = started(&["--trusted-proxy", "198.51.100.0/24"]);
    let client = ("X-Forwarded-For", "203.0.113.5, 192.0.2.1, 198.51.100.7");
    let answer = send(
        server.address,
        "GET /",
        &[METHOD, ("X-Original-URI", "/a"), client],
    );
    assert_eq!(answer.body, "GET /local/a 192.0.2.1 api.example");
}

/// Clients may be in the same network as the proxy, which may add its entry to what they send.
#[test]
fn who_may_ask_is_not_believed_as_a_client() {
    let (_folder, server) = started(&[
        "--trusted-peer",
        "127.0.0.1",
        "--trusted-peer",
        "10.0.0.0/8",
    ]);
    for (forwarded_for, judged) in [
        ("198.51.100.66, 10.1.2.3", "10.1.2.3"),
        ("198.51.100.66, 127.0.0.1", "127.0.0.1"),
        ("198.51.100.66, ::ffff:10.1.2.3", "10.1.2.3"),
        ("198.51.100.66, [2001:db8::7]", "2001:db8::7"),
        ("198.51.100.66, [2001:db8::7]:80", "2001:db8::7"),
        // A socket of the proxy's machine.
        ("198.51.100.66, unix:", ""),
        ("unix:", ""),
    ] {
        let client = ("X-Forwarded-For", forwarded_for);
        let headers = [METHOD, ("X-Original-URI", "/a"), client];
        let answer = send(server.address, "GET /", &headers);
        let expected = format!("GET /local/a {judged} api.example");
        assert_eq!(answer.body, expected, "{forwarded_for}");
    }
}

/// nginx asks with HTTP/1.0 by default.
#[test]
fn a_proxy_may_speak_http_1_0() {
    let (_folder, server) = started(&[]);
    let headers = "Host: a\r\nX-Original-Method: GET\r\nX-Original-URI: /open\r\nX-Forwarded-For: 192.0.2.1\r\n";
    let answer = exchange(
        server.address,
        format!("GET / HTTP/1.0\r\n{headers}\r\n").as_bytes(),
    );
    assert_eq!(answer.status, 200);
}

/// A proxy asks many times over one connection, also if it sends a body.
#[test]
fn a_connection_is_kept() {
    let (_folder, server) = started(&[]);
    let mut stream = TcpStream::connect(server.address).unwrap();
    let headers = "Host: a\r\nX-Original-Method: GET\r\nX-Original-URI: /open\r\nX-Forwarded-For: 192.0.2.1\r\n";
    for _ in 0..3 {
        let request = format!("GET / HTTP/1.1\r\nContent-Length: 4\r\n{headers}\r\nbody");
        stream.write_all(request.as_bytes()).unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).unwrap();
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        assert!(head.contains("\r\ncontent-length: 0\r\n"), "{head}");
    }
}
