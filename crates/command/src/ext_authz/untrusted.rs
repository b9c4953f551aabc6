//! Headers that a server believes, although a client has sent them.

use std::net::SocketAddr;

use http::{HeaderName, Request};
use ipnet::IpNet;

use crate::trusted_fields;

/// Who is connected to Envoy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sender {
    Client,
    TrustedProxy,
}

impl Sender {
    pub(super) fn of<B>(request: &Request<B>, trusted: &[IpNet]) -> Self {
        let address = request.extensions().get::<SocketAddr>();
        let address = address.map(|address| address.ip().to_canonical());
        let is_in = |range: &IpNet| address.is_some_and(|address| range.contains(&address));
        match trusted.iter().any(is_in) {
            true => Self::TrustedProxy,
            false => Self::Client,
        }
    }
}

/// Whether a header is for trusted proxies only, and not one that Envoy itself writes.
pub(super) fn is_untrusted(name: &HeaderName) -> bool {
    trusted_fields::contains(name.as_str()) && !WRITTEN_BY_ENVOY.contains(&name.as_str())
}

/// Envoy replaces or removes the client's, or adds to them, before it asks. It writes the port only if it is configured to.
const WRITTEN_BY_ENVOY: [&str; 4] = [
    "x-forwarded-client-cert",
    "x-forwarded-for",
    "x-forwarded-port",
    "x-forwarded-proto",
];

/// Envoy may be configured to hide headers from us that it passes on. These are always removed.
pub(super) fn overrides() -> impl Iterator<Item = HeaderName> {
    let names = trusted_fields::OVERRIDES.into_iter();
    names.map(HeaderName::from_static)
}
