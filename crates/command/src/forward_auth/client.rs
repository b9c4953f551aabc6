//! The client, as the proxy describes it.

use std::net::{IpAddr, SocketAddr};

use http::{Extensions, HeaderMap, HeaderName, HeaderValue};
use tower_lambda_authorizer::policy::ConditionContext;

use super::{single::single, unclear::Unclear};

static FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
pub(super) static FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
pub(super) static REAL_IP: HeaderName = HeaderName::from_static("x-real-ip");

/// Notes the address that is connected to the proxy, and whether it uses TLS. For the guard, this address is the peer.
/// So addresses before it count only if it is one of `--trusted-proxy`, and the proxy that asks does not count as
/// the client.
///
/// The address is not known if the client uses a socket of the proxy's own machine.
pub(super) fn note_client(headers: &HeaderMap, extensions: &mut Extensions) -> Result<(), Unclear> {
    let real_ip = match single(headers, &REAL_IP)? {
        Some(value) => Some(parse(value).ok_or(Unclear::NotAnAddress(&REAL_IP))?),
        None => None,
    };
    let nearest = headers.get_all(&FORWARDED_FOR).iter().next_back();
    let client = match (nearest.map(last_entry), real_ip) {
        // Proxies that set one of them pass on the other as the client sent it.
        (Some(nearest), Some(_)) if nearest != real_ip => {
            return Err(Unclear::Different(&FORWARDED_FOR, &REAL_IP));
        }
        (Some(nearest), _) => nearest,
        (None, Some(real_ip)) => Some(real_ip),
        (None, None) => return Err(Unclear::Missing(&FORWARDED_FOR)),
    };
    if let Some(client) = client {
        extensions.insert(SocketAddr::new(client, 0));
    }
    if nearest.is_some() && is_secure(headers) {
        extensions.insert(ConditionContext::new().with("aws:SecureTransport", true));
    }
    Ok(())
}

/// The proxy adds its own value at the end, if it does not replace the others.
fn is_secure(headers: &HeaderMap) -> bool {
    let last = headers.get_all(&FORWARDED_PROTO).iter().next_back();
    last.and_then(after_the_last_comma)
        .is_some_and(|protocol| protocol.eq_ignore_ascii_case(b"https"))
}

fn last_entry(line: &HeaderValue) -> Option<IpAddr> {
    address_in(after_the_last_comma(line)?)
}

fn after_the_last_comma(line: &HeaderValue) -> Option<&[u8]> {
    let last = line.as_bytes().rsplit(|&byte| byte == b',').next()?;
    Some(last.trim_ascii())
}

fn parse(value: &HeaderValue) -> Option<IpAddr> {
    address_in(value.as_bytes())
}

/// An address, with or without a port or brackets.
fn address_in(text: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(text).ok()?.trim();
    let bare = text.strip_prefix('[');
    let bare = bare.and_then(|text| text.strip_suffix(']'));
    let address = bare.unwrap_or(text).parse::<IpAddr>();
    let address = address.or_else(|_| text.parse().map(|address: SocketAddr| address.ip()));
    Some(address.ok()?.to_canonical())
}
