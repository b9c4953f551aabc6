//! Who sent a request.

use std::net::{IpAddr, SocketAddr};

use envoy_types::pb::envoy::{
    config::core::v3::{SocketAddress, address::Address, socket_address::PortSpecifier},
    service::auth::v3::attribute_context::{Peer, TlsSession},
};
use http::Extensions;
use tower_lambda_authorizer::policy::ConditionContext;

use super::Undecided;

/// Notes the address that is connected to Envoy, and whether it uses TLS if Envoy says that it does.
///
/// The address is not known if the client uses a socket of Envoy's own machine.
pub(super) fn note_client(
    source: Option<Peer>,
    tls: Option<&TlsSession>,
    extensions: &mut Extensions,
) -> Result<(), Undecided> {
    let address = source.and_then(|peer| peer.address?.address);
    if let Some(Address::SocketAddress(address)) = address {
        extensions.insert(socket_address(&address)?);
    }
    if tls.is_some() {
        extensions.insert(ConditionContext::new().with("aws:SecureTransport", true));
    }
    Ok(())
}

fn socket_address(address: &SocketAddress) -> Result<SocketAddr, Undecided> {
    let wrong = || Undecided::BadCheck("the check's `source.address` is not an IP address");
    let ip: IpAddr = address.address.parse().map_err(|_| wrong())?;
    let port = match address.port_specifier {
        Some(PortSpecifier::PortValue(port)) => u16::try_from(port).map_err(|_| wrong())?,
        Some(PortSpecifier::NamedPort(_)) => return Err(wrong()),
        None => 0,
    };
    Ok(SocketAddr::new(ip, port))
}
