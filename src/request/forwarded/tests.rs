//! Both kinds of headers: `X-Forwarded-For` and `Forwarded`.

mod rfc7239;
mod rfc7239_random;
mod x_forwarded;

use std::net::SocketAddr;

use http::request::Parts;

use crate::request::client_ip::ClientIp;

const PROXIES: [&str; 3] = ["10.0.0.0/8", "192.0.2.1", "fd00::/8"];

fn request(peer: &str, headers: &[(&str, &str)]) -> Parts {
    let peer: std::net::IpAddr = peer.parse().unwrap();
    let mut request = http::Request::builder().extension(SocketAddr::from((peer, 4711)));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).unwrap().into_parts().0
}

fn address(client_ip: &ClientIp, parts: &Parts) -> Option<String> {
    client_ip.of(parts).map(|address| address.to_string())
}

/// A proxy sets one of the two and passes the other on as the client sent it.
#[test]
fn only_the_header_that_the_application_has_named_is_read() {
    let both = [("x-forwarded-for", "1.1.1.1"), ("forwarded", "for=2.2.2.2")];
    let x_forwarded = ClientIp::behind_proxies(PROXIES).unwrap();
    let forwarded = ClientIp::from_forwarded(PROXIES).unwrap();
    let read = |headers: &[_]| {
        let parts = request("10.1.1.1", headers);
        (address(&x_forwarded, &parts), address(&forwarded, &parts))
    };
    let known = |text: &str| Some(text.to_owned());
    assert_eq!(read(&both), (known("1.1.1.1"), known("2.2.2.2")));
    // Neither replaces the other. That all clients have the proxy's address would be wrong, too.
    assert_eq!(read(&both[..1]), (known("1.1.1.1"), None));
    assert_eq!(read(&both[1..]), (None, known("2.2.2.2")));
    assert_eq!(read(&[]), (known("10.1.1.1"), known("10.1.1.1")));

    let both = [("x-forwarded-proto", "https"), ("forwarded", "proto=http")];
    let parts = request("10.1.1.1", &both);
    assert_eq!(x_forwarded.forwarded_secure_transport(&parts), Some(true));
    assert_eq!(forwarded.forwarded_secure_transport(&parts), Some(false));
    let parts = request("10.1.1.1", &both[..1]);
    assert_eq!(forwarded.forwarded_secure_transport(&parts), None);
    let parts = request("10.1.1.1", &both[1..]);
    assert_eq!(x_forwarded.forwarded_secure_transport(&parts), None);
}

#[test]
fn an_invalid_range_is_refused_and_quoted() {
    for range in ["::ffff:10.0.0.0/104", "10.0.0.0/33", "proxy.internal", ""] {
        for result in [
            ClientIp::behind_proxies([range]),
            ClientIp::from_forwarded([range]),
        ] {
            let error = result.unwrap_err();
            assert!(error.to_string().contains(&format!("`{range}`")), "{error}");
        }
    }
}
