//! Headers that a server trusts although a client may have sent them.

use std::net::SocketAddr;

use http::{HeaderName, Request};
use ipnet::IpNet;

use crate::{live::ContextHeaders, trusted_fields};

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
        if trusted.iter().any(is_in) {
            Self::TrustedProxy
        } else {
            Self::Client
        }
    }

    /// Whether the server must not get a header of this sender. The server may read it as one of the guard's own, or
    /// the sender is not believed in it and Envoy does not write it itself.
    pub(super) fn is_unwanted(self, name: &str, own: &ContextHeaders) -> bool {
        let is_from_proxy = self == Self::TrustedProxy;
        own.covers(name)
            || trusted_fields::is_unwanted(name, is_from_proxy) && !WRITTEN_BY_ENVOY.contains(&name)
    }
}

/// Before Envoy asks, it replaces or removes these headers of the client, or adds to them. It writes the port only if
/// it is configured to.
const WRITTEN_BY_ENVOY: [&str; 4] = [
    "x-forwarded-client-cert",
    "x-forwarded-for",
    "x-forwarded-port",
    "x-forwarded-proto",
];

/// Envoy may be configured to pass on headers that it hides from this server. These are always removed.
pub(super) fn overrides() -> impl Iterator<Item = HeaderName> {
    let names = trusted_fields::OVERRIDES.into_iter();
    names.map(HeaderName::from_static)
}
