use super::*;

fn client(peer: &str, lines: &[&str]) -> Option<String> {
    let lines: Vec<_> = lines
        .iter()
        .map(|line| ("x-forwarded-for", *line))
        .collect();
    let client_ip = ClientIp::behind_proxies(PROXIES).unwrap();
    address(&client_ip, &request(peer, &lines))
}

#[test]
fn headers_of_a_peer_that_is_not_a_proxy_are_ignored() {
    assert_eq!(client("203.0.113.7", &["1.2.3.4"]).unwrap(), "203.0.113.7");
    assert_eq!(client("192.0.2.2", &["1.2.3.4"]).unwrap(), "192.0.2.2");
}

#[test]
fn proxies_are_skipped_from_the_right() {
    assert_eq!(client("10.1.1.1", &[]).unwrap(), "10.1.1.1");
    assert_eq!(client("10.1.1.1", &["1.2.3.4"]).unwrap(), "1.2.3.4");
    assert_eq!(
        client("10.1.1.1", &["6.6.6.6, 1.2.3.4"]).unwrap(),
        "1.2.3.4"
    );
    assert_eq!(
        client("10.1.1.1", &["1.2.3.4, 10.2.2.2"]).unwrap(),
        "1.2.3.4"
    );
    assert_eq!(
        client("10.1.1.1", &["1.2.3.4", "192.0.2.1"]).unwrap(),
        "1.2.3.4"
    );
    assert_eq!(client("fd00::1", &["2001:db8::1"]).unwrap(), "2001:db8::1");
    assert_eq!(
        client("::ffff:10.0.0.1", &["1.2.3.4:99"]).unwrap(),
        "1.2.3.4"
    );
    assert_eq!(
        client("fd00::1", &["[2001:db8::1]:99"]).unwrap(),
        "2001:db8::1"
    );
    assert_eq!(
        client("fd00::1", &["[2001:db8::1]"]).unwrap(),
        "2001:db8::1"
    );
    assert_eq!(
        client("10.1.1.1", &["10.3.3.3, 10.2.2.2"]).unwrap(),
        "10.3.3.3"
    );
}

#[test]
fn only_a_trusted_proxy_can_say_whether_the_client_used_tls() {
    let secure = |peer: &str, protocols: &[&str]| {
        let lines = protocols
            .iter()
            .map(|protocol| ("x-forwarded-proto", *protocol));
        let parts = request(peer, &lines.collect::<Vec<_>>());
        let client_ip = ClientIp::behind_proxies(PROXIES).unwrap();
        client_ip.forwarded_secure_transport(&parts)
    };
    assert_eq!(secure("10.1.1.1", &["https"]), Some(true));
    assert_eq!(secure("10.1.1.1", &["http"]), Some(false));
    assert_eq!(secure("10.1.1.1", &["https, http"]), Some(false));
    assert_eq!(secure("10.1.1.1", &["http", "HTTPS"]), Some(true));
    assert_eq!(secure("10.1.1.1", &[]), None);
    assert_eq!(secure("203.0.113.7", &["https"]), None);
}

#[test]
fn the_client_is_unknown_after_an_entry_that_is_not_an_address() {
    assert_eq!(client("10.1.1.1", &["unknown"]), None);
    assert_eq!(client("10.1.1.1", &["1.2.3.4, , 10.2.2.2"]), None);
    assert_eq!(
        client("10.1.1.1", &["unknown, 1.2.3.4"]).unwrap(),
        "1.2.3.4"
    );
}
