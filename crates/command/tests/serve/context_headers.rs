//! Values of the authorizer's context for the upstream.

use crate::{
    client::{get, send},
    protected::Protected,
    upstream::Recorder,
};

const OPTIONS: [&str; 6] = [
    "--context-header",
    "x-user=principalId",
    "--context-header",
    "X-Tenant=tenant",
    "--context-header",
    "x-missing=missing",
];

const SPOOFED: [&str; 5] = [
    "x-user: root",
    "X_User: root",
    "x.user: root",
    "x-tenant: root",
    "x-missing: root",
];

#[test]
fn the_upstream_gets_the_authorizers_values_and_not_the_clients() {
    let upstream = Recorder::start();
    let protected = Protected::with(upstream.address, &OPTIONS);
    let mut headers = SPOOFED.to_vec();
    headers.push("authorization: allow");
    assert_eq!(get(protected.address(), "/pets", &headers).status, 200);
    let request = upstream.request();
    assert!(request.contains("\r\nx-user: ann\r\n"), "{request}");
    assert!(
        request.contains("\r\nx-tenant: K%C3%A4se%20&%20Co\r\n"),
        "{request}"
    );
    assert!(
        !request.contains("root") && !request.contains("missing"),
        "{request}"
    );
}

#[test]
fn a_client_cannot_have_them_removed() {
    let upstream = Recorder::start();
    let protected = Protected::with(upstream.address, &OPTIONS);
    let headers = ["authorization: allow", "connection: x-user, x-tenant"];
    assert_eq!(get(protected.address(), "/pets", &headers).status, 200);
    let request = upstream.request();
    assert!(request.contains("\r\nx-user: ann\r\n"), "{request}");
    let headers = [&headers[..], &["x-user: root"]].concat();
    assert_eq!(get(protected.address(), "/pets", &headers).status, 400);
}

#[test]
fn on_an_open_operation_there_are_none() {
    let upstream = Recorder::start();
    let protected = Protected::with(upstream.address, &OPTIONS);
    assert_eq!(get(protected.address(), "/open", &SPOOFED).status, 200);
    let request = upstream.request().to_ascii_lowercase();
    for name in ["root", "x-user", "x-tenant", "x_user", "x.user"] {
        assert!(!request.contains(name), "{request}");
    }
}

#[test]
fn trailers_cannot_add_any() {
    let upstream = Recorder::start();
    let protected = Protected::with(upstream.address, &OPTIONS);
    let request = "POST /open HTTP/1.1\r\nhost: shop.example\r\nconnection: close\r\ntrailer: x-user, x-forwarded-for, x-sum\r\n\
        transfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\nx-user: root\r\nx-forwarded-for: 1.2.3.4\r\nx-sum: 1\r\n\r\n";
    let reply = send(protected.address(), request);
    assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
    let requests = upstream.requests().join("");
    assert!(
        !requests.contains("root") && !requests.contains("1.2.3.4"),
        "{requests}"
    );
}
