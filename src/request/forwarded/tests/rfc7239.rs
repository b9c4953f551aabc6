//! `Forwarded`, by examples.

use super::*;

fn client_of(peer: &str, lines: &[&str]) -> Option<String> {
    let lines: Vec<_> = lines.iter().map(|line| ("forwarded", *line)).collect();
    let client_ip = ClientIp::from_forwarded(PROXIES).unwrap();
    address(&client_ip, &request(peer, &lines))
}

pub(super) fn client(lines: &[&str]) -> Option<String> {
    client_of("10.1.1.1", lines)
}

pub(super) fn known(address: &str) -> Option<String> {
    Some(address.to_owned())
}

#[test]
fn headers_of_a_peer_that_is_not_a_proxy_are_ignored() {
    assert_eq!(
        client_of("203.0.113.7", &["for=1.2.3.4"]),
        known("203.0.113.7")
    );
    assert_eq!(client_of("203.0.113.7", &["for="]), known("203.0.113.7"));
}

#[test]
fn proxies_are_skipped_from_the_right() {
    assert_eq!(client(&[]), known("10.1.1.1"));
    assert_eq!(client(&["for=1.2.3.4"]), known("1.2.3.4"));
    assert_eq!(client(&["for=6.6.6.6, for=1.2.3.4"]), known("1.2.3.4"));
    assert_eq!(client(&["for=1.2.3.4,for=10.2.2.2"]), known("1.2.3.4"));
    assert_eq!(client(&["for=1.2.3.4", "for=192.0.2.1"]), known("1.2.3.4"));
    assert_eq!(client(&["for=6.6.6.6", "for=1.2.3.4"]), known("1.2.3.4"));
    assert_eq!(
        client(&["for=6.6.6.6, for=1.2.3.4", "for=10.0.0.2, for=10.0.0.1"]),
        known("1.2.3.4")
    );
    // All are proxies.
    assert_eq!(client(&["for=10.3.3.3, for=10.2.2.2"]), known("10.3.3.3"));
    assert_eq!(
        client_of("fd00::1", &["for=\"[fd00::2]\""]),
        known("fd00::2")
    );
}

#[test]
fn an_element_is_read_as_the_rfc_says() {
    for line in [
        "for=1.2.3.4",
        "For=1.2.3.4",
        "FOR=\"1.2.3.4\"",
        "for=\"1.2.3.4:80\"",
        "for=\"1.2.3.4:_port\"",
        "for=\"1.2.3\\.4\"",
        "for=\"\\1\\.2.3.4\"",
        "for=\"[::ffff:1.2.3.4]\"",
        "for=1.2.3.4;proto=https;by=203.0.113.43",
        "proto=https;host=\"a,for=6.6.6.6\";for=1.2.3.4",
        "proto=https; for=1.2.3.4 ; by=10.0.0.1",
        "by=\"a \\\" b, for=6.6.6.6; c\";for=1.2.3.4",
        "by=\"\\\\\";for=1.2.3.4",
        ";;for=1.2.3.4;",
        "\t for=1.2.3.4 \t",
        "secret=egah2CGj55fSJFs;for=1.2.3.4",
        // Not quoted although the RFC wants it.
        "for=1.2.3.4:80",
        "for=[::ffff:1.2.3.4]:80",
    ] {
        assert_eq!(client(&[line]), known("1.2.3.4"), "{line}");
    }
    for line in [
        "for=\"[2001:db8::17]\"",
        "for=\"[2001:DB8::17]:4711\"",
        "for=\"[2001:db8::17]:_x\"",
    ] {
        assert_eq!(client(&[line]), known("2001:db8::17"), "{line}");
    }
}

#[test]
fn the_client_is_unknown_behind_an_element_without_an_address() {
    for element in [
        "for=unknown",
        "for=_hidden",
        "for=\"_hidden\"",
        "for=",
        "for=\"\"",
        "for",
        "=1.2.3.4",
        "for =1.2.3.4",
        "for= 1.2.3.4",
        "proto=https",
        "",
        ";",
        "for=1.2.3.4;for=1.2.3.4",
        "for=1.2.3.4;FOR=6.6.6.6",
        "for=1.2.3.4;proto=http;proto=https",
        "for=1.2.3.4 by=6.6.6.6",
        "for=\"1.2.3.4\"x",
        "for=x\"1.2.3.4\"",
        "for=\"1.2.3.4",
        "for=1.2.3.4\"",
        "for=\"1.2.3.4\\\"",
        "for=1.2.3.4;by=\"",
        "for=1.2.3.4;b y=x",
        "for=1.2.3.4;by",
        "for=2001:db8::17",
        "for=\"2001:db8::17\"",
        "for=\"[2001:db8::17\"",
        "for=\"[2001:db8::17]4711\"",
        "for=\"[1.2.3.4]\"",
        "for=\"[fe80::1%eth0]\"",
        "for=\"1.2.3.4:\"",
        "for=\"1.2.3.4:123456\"",
        "for=\"1.2.3.4:_\"",
        "for=\"1.2.3.4:8a\"",
        "for=01.2.3.4",
        "for=1.2.3.4.",
        "for=host.example",
    ] {
        assert_eq!(client(&[element]), None, "{element}");
        let before = format!("for=6.6.6.6, {element}");
        assert_eq!(client(&[&before]), None, "{before}");
        let proxied = format!("{element}, for=10.0.0.1");
        assert_eq!(client(&[&proxied]), None, "{proxied}");
        // In front of the client's address it does not matter.
        let after = format!("{element}, for=1.2.3.4");
        assert_eq!(client(&[&after]), known("1.2.3.4"), "{after}");
        assert_eq!(client(&[element, "for=1.2.3.4"]), known("1.2.3.4"));
    }
}

#[test]
fn bytes_that_are_not_ascii_are_not_an_address() {
    for value in [&b"for=\xff"[..], b"for=\"\xff\"", b"\xff=1.2.3.4"] {
        let mut parts = request("10.1.1.1", &[]);
        let value = http::HeaderValue::from_bytes(value).unwrap();
        parts.headers.insert("forwarded", value);
        let client_ip = ClientIp::from_forwarded(PROXIES).unwrap();
        assert_eq!(client_ip.of(&parts), None);
    }
}

#[test]
fn only_a_trusted_proxy_can_say_whether_the_client_used_tls() {
    let secure = |peer: &str, lines: &[&str]| {
        let lines: Vec<_> = lines.iter().map(|line| ("forwarded", *line)).collect();
        let client_ip = ClientIp::from_forwarded(PROXIES).unwrap();
        client_ip.forwarded_secure_transport(&request(peer, &lines))
    };
    for (lines, expected) in [
        (&["proto=https"][..], Some(true)),
        (&["for=1.2.3.4;Proto=\"HTTPS\""], Some(true)),
        (&["proto=http"], Some(false)),
        (&["proto=https, proto=http"], Some(false)),
        (&["proto=http, proto=https"], Some(true)),
        (&["proto=http", "proto=https"], Some(true)),
        (&["proto=https", "for=1.2.3.4"], None),
        (&["for=\"proto=https\""], None),
        (&["proto=https;proto=https"], Some(false)),
        (&["proto=https;by=\""], Some(false)),
        (&[""], Some(false)),
        (&[], None),
    ] {
        assert_eq!(secure("10.1.1.1", lines), expected, "{lines:?}");
        assert_eq!(secure("203.0.113.7", lines), None, "{lines:?}");
    }
}
