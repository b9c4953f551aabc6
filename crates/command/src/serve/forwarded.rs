//! `X-Forwarded-*`: what the upstream learns about the client. A client could write anything, so only what trusted
//! proxies say is kept.

use std::net::IpAddr;

use http::{HeaderMap, HeaderName, HeaderValue, Uri, header::HOST};
use ipnet::IpNet;

use crate::trusted_fields;

const FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const X_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const PORT: HeaderName = HeaderName::from_static("x-forwarded-port");

#[derive(Debug, Clone)]
pub(super) struct Forwarded {
    trusted: Vec<IpNet>,
    /// Where this server listens.
    port: u16,
}

impl Forwarded {
    pub(super) fn new(trusted: Vec<IpNet>, port: u16) -> Self {
        Self { trusted, port }
    }

    /// Whether a field of a request from this peer is removed.
    pub(super) fn removes(&self, name: &str, peer: IpAddr) -> bool {
        trusted_fields::is_unwanted(name, self.trusts(peer))
    }

    fn trusts(&self, peer: IpAddr) -> bool {
        let peer = peer.to_canonical();
        self.trusted.iter().any(|range| range.contains(&peer))
    }

    /// Writes the fields for the upstream.
    pub(super) fn write(&self, headers: &mut HeaderMap, uri: &Uri, peer: IpAddr) {
        let peer = peer.to_canonical();
        remove(headers, self.trusts(peer));
        let host = host(headers, uri);
        append(headers, peer);
        let mut set = |name: HeaderName, value: Option<HeaderValue>| {
            if let (false, Some(value)) = (headers.contains_key(&name), value) {
                headers.insert(name, value);
            }
        };
        set(PROTO, Some(HeaderValue::from_static("http")));
        set(X_HOST, host);
        set(PORT, Some(HeaderValue::from(self.port)));
    }
}

/// The host that the client asked for.
fn host(headers: &HeaderMap, uri: &Uri) -> Option<HeaderValue> {
    let authority = uri.authority();
    let authority = authority.and_then(|it| HeaderValue::from_str(it.as_str()).ok());
    authority.or_else(|| headers.get(HOST).cloned())
}

/// Adds the peer after the clients that proxies have named.
fn append(headers: &mut HeaderMap, peer: IpAddr) {
    let earlier = headers.get_all(FOR).iter().map(HeaderValue::as_bytes);
    let peer = peer.to_string();
    let all: Vec<_> = earlier.chain([peer.as_bytes()]).collect();
    if let Ok(all) = HeaderValue::from_bytes(&all.join(&b", "[..])) {
        headers.insert(FOR, all);
    }
}

/// Removes every field that this peer may not send.
fn remove(headers: &mut HeaderMap, is_trusted: bool) {
    let names = headers
        .keys()
        .filter(|name| trusted_fields::is_unwanted(name.as_str(), is_trusted));
    let names: Vec<_> = names.cloned().collect();
    for name in names {
        headers.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(trusted: &str, fields: &[(&'static str, &'static str)]) -> Vec<(String, String)> {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, HeaderValue::from_static(value));
        }
        let forwarded = Forwarded::new(vec![trusted.parse().unwrap()], 3000);
        let uri = Uri::from_static("/pets");
        forwarded.write(&mut headers, &uri, "::ffff:192.0.2.1".parse().unwrap());
        let fields = headers.iter().filter(|(name, _)| **name != HOST);
        let fields =
            fields.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
        let mut fields: Vec<_> = fields.collect();
        fields.sort();
        fields
    }

    const FIELDS: [(&str, &str); 7] = [
        ("host", "shop.example"),
        ("x-forwarded-for", "203.0.113.9"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-prefix", "/admin"),
        ("x_forwarded_for", "127.0.0.1"),
        ("forwarded", "for=127.0.0.1"),
        ("x-real-ip", "127.0.0.1"),
    ];

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let pairs = pairs.iter();
        pairs
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn a_client_is_not_believed() {
        let expected = [
            ("x-forwarded-for", "192.0.2.1"),
            ("x-forwarded-host", "shop.example"),
            ("x-forwarded-port", "3000"),
            ("x-forwarded-proto", "http"),
        ];
        assert_eq!(written("10.0.0.0/8", &FIELDS), pairs(&expected));
    }

    #[test]
    fn a_trusted_proxy_is_believed() {
        let expected = [
            ("forwarded", "for=127.0.0.1"),
            ("x-forwarded-for", "203.0.113.9, 192.0.2.1"),
            ("x-forwarded-host", "shop.example"),
            ("x-forwarded-port", "3000"),
            ("x-forwarded-prefix", "/admin"),
            ("x-forwarded-proto", "https"),
            ("x-real-ip", "127.0.0.1"),
        ];
        assert_eq!(written("192.0.2.0/24", &FIELDS), pairs(&expected));
    }
}
