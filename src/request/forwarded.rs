//! The headers in which trusted proxies describe the client: `X-Forwarded-For` and `X-Forwarded-Proto`.

use std::net::{IpAddr, SocketAddr};

use http::{HeaderMap, HeaderName};
use ipnet::IpNet;

use crate::error::ConfigError;

static X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
static X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Parses an IP address or a CIDR range.
pub(super) fn parse_range(text: &str) -> Result<IpNet, ConfigError> {
    let address = text.parse::<IpAddr>().map(IpNet::from);
    let range = address.or_else(|_| text.parse::<IpNet>()).ok();
    // IPv4-mapped addresses are compared as IPv4, so a range of mapped addresses would match nothing.
    let is_mapped = |range: &IpNet| match range {
        IpNet::V4(_) => false,
        IpNet::V6(range) => range.addr().to_ipv4_mapped().is_some(),
    };
    range
        .filter(|range| !is_mapped(range))
        .ok_or_else(|| ConfigError::TrustedProxy {
            range: text.to_owned(),
        })
}

/// The first address in `X-Forwarded-For`, from the right, that is not a trusted proxy's. Takes time linear in the
/// header.
pub(super) fn client(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> Option<IpAddr> {
    let is_proxy = |address: &IpAddr| proxies.iter().any(|range| range.contains(address));
    let lines: Vec<&[u8]> = headers
        .get_all(&X_FORWARDED_FOR)
        .iter()
        .map(http::HeaderValue::as_bytes)
        .collect();
    let entries = lines
        .iter()
        .rev()
        .flat_map(|line| line.rsplit(|&byte| byte == b','));
    let mut client = peer;
    for entry in entries {
        if !is_proxy(&client) {
            break;
        }
        client = parse_entry(entry)?;
    }
    Some(client)
}

/// Parses an address with or without a port.
fn parse_entry(entry: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(entry).ok()?.trim();
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    let address = bare
        .unwrap_or(text)
        .parse::<IpAddr>()
        .or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()))
        .ok()?;
    Some(address.to_canonical())
}

/// Whether the client used TLS. Only a trusted proxy can say so, in the last value of `X-Forwarded-Proto`.
pub(super) fn is_secure(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> Option<bool> {
    if !proxies.iter().any(|range| range.contains(&peer)) {
        return None;
    }
    let mut values = headers.get_all(&X_FORWARDED_PROTO).iter();
    let last = values
        .next_back()?
        .as_bytes()
        .rsplit(|&byte| byte == b',')
        .next()?;
    Some(last.trim_ascii().eq_ignore_ascii_case(b"https"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::client_ip::ClientIp;

    fn client(peer: &str, forwarded: &[&str]) -> Option<String> {
        let mut request = http::Request::new(());
        let peer: IpAddr = peer.parse().unwrap();
        request
            .extensions_mut()
            .insert(SocketAddr::from((peer, 4711)));
        for line in forwarded {
            request
                .headers_mut()
                .append(&X_FORWARDED_FOR, line.parse().unwrap());
        }
        let client_ip = ClientIp::behind_proxies(["10.0.0.0/8", "192.0.2.1", "fd00::/8"]).unwrap();
        let address = client_ip.of(&request.into_parts().0);
        address.map(|address| address.to_string())
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
            let peer: IpAddr = peer.parse().unwrap();
            let mut request = http::Request::builder().extension(SocketAddr::from((peer, 4711)));
            for protocol in protocols {
                request = request.header(&X_FORWARDED_PROTO, *protocol);
            }
            let (parts, ()) = request.body(()).unwrap().into_parts();
            let client_ip = ClientIp::behind_proxies(["10.0.0.0/8"]).unwrap();
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
    fn an_invalid_range_is_refused_and_quoted() {
        for range in ["::ffff:10.0.0.0/104", "10.0.0.0/33", "proxy.internal", ""] {
            let error = ClientIp::behind_proxies([range]).unwrap_err();
            assert!(error.to_string().contains(&format!("`{range}`")), "{error}");
        }
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
}
