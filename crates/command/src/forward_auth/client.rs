//! The client's address, as the proxy tells it.

use std::net::{IpAddr, SocketAddr};

use http::{HeaderMap, HeaderName, HeaderValue};

use super::{single::single, unclear::Unclear};

static FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
pub(super) static REAL_IP: HeaderName = HeaderName::from_static("x-real-ip");

/// The peer that the guard sees. With `X-Forwarded-For`, this is the proxy, and the guard reads the header. With
/// `X-Real-IP` alone, this is the client. With neither, the proxy's own address would pass for the client's.
pub(super) fn peer(headers: &HeaderMap, proxy: SocketAddr) -> Result<SocketAddr, Unclear> {
    let real_ip = match single(headers, &REAL_IP)? {
        Some(value) => Some(parse(value).ok_or(Unclear::NotAnAddress(&REAL_IP))?),
        None => None,
    };
    let nearest = headers.get_all(&FORWARDED_FOR).iter().next_back();
    match (nearest.map(last_entry), real_ip) {
        (Some(Some(nearest)), Some(real_ip)) if nearest == real_ip => Ok(proxy),
        // Proxies that set one of them pass on the other as the client sent it.
        (Some(_), Some(_)) => Err(Unclear::Different(&FORWARDED_FOR, &REAL_IP)),
        (Some(_), None) => Ok(proxy),
        (None, Some(real_ip)) => Ok(SocketAddr::new(real_ip, 0)),
        (None, None) => Err(Unclear::Missing(&FORWARDED_FOR)),
    }
}

fn last_entry(line: &HeaderValue) -> Option<IpAddr> {
    let last = line.as_bytes().rsplit(|&byte| byte == b',').next()?;
    address_in(last)
}

fn parse(value: &HeaderValue) -> Option<IpAddr> {
    address_in(value.as_bytes())
}

fn address_in(text: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(text).ok()?.trim();
    let address = text.parse::<IpAddr>();
    let address = address.or_else(|_| text.parse().map(|address: SocketAddr| address.ip()));
    Some(address.ok()?.to_canonical())
}
