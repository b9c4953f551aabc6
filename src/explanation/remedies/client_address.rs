//! Remedies for a client's address that is not known, or is that of a proxy.

use super::{Case, Remedy};
use crate::identity::IdentitySource;

/// Whether this source is the client's address.
fn is_address(source: &IdentitySource) -> bool {
    source.name() == "identity.sourceIp" && !source.place().is_sent_by_client()
}

/// Whether the client's address is an identity source, and is missing.
pub(super) fn is_missing(case: &Case<'_>) -> bool {
    case.absent().is_some_and(is_address)
}

pub(super) fn unknown(case: &Case<'_>) -> Option<Remedy> {
    let source = case.absent().filter(|source| is_address(source))?;
    let circumstances = case.circumstances;
    let client_ip = &circumstances.settings.reader.client_ip;
    let reason = client_ip.why_unknown(&circumstances.parts).reason();
    Some(Remedy::new(
        "client-address-unknown",
        format!("`{source}` is the client's address, which this process does not know: {reason}"),
    ))
}

/// The peer may be a proxy that the application has not named. Only given if the policy would allow the request from an
/// address in the header.
pub(super) fn header_ignored(case: &Case<'_>) -> Option<Remedy> {
    let circumstances = case.circumstances;
    circumstances.policy()?;
    let client_ip = &circumstances.settings.reader.client_ip;
    let mut ignored = client_ip.ignored(&circumstances.parts).into_iter();
    let allows = |address: &_| circumstances.is_allowed_from(*address);
    let ignored = ignored.find(|ignored| ignored.addresses.iter().any(allows))?;
    let (header, peer, constructor) = (ignored.header, ignored.peer, ignored.constructor);
    let line = if ignored.names_other_proxies {
        format!("add its address or its range to the proxies of `ClientIp::{constructor}`")
    } else {
        format!(
            "call the layer's `client_ip(ClientIp::{constructor}([\"{peer}\"])?)` with the addresses or ranges of all \
             your proxies"
        )
    };
    Some(Remedy::new(
        "forwarded-header-ignored",
        format!(
            "the layer ignores `{header}`, because the peer `{peer}` is not a proxy that you named. If it is yours, {line}. \
             If it is not, the client made up the header"
        ),
    ))
}
