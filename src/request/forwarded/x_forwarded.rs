//! `X-Forwarded-For` and `X-Forwarded-Proto`.

use std::net::{IpAddr, SocketAddr};

use http::{HeaderMap, HeaderName};

pub(super) static FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
static PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// The entries of a line, from the right. `None` for an entry that is not an address.
pub(super) fn addresses(line: &[u8]) -> impl Iterator<Item = Option<IpAddr>> + '_ {
    line.rsplit(|&byte| byte == b',').map(address)
}

/// Parses an address with or without a port.
fn address(entry: &[u8]) -> Option<IpAddr> {
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

/// Whether the last value says `https`.
pub(super) fn is_secure(headers: &HeaderMap) -> Option<bool> {
    let mut values = headers.get_all(&PROTO).iter();
    let last = values
        .next_back()?
        .as_bytes()
        .rsplit(|&byte| byte == b',')
        .next()?;
    Some(last.trim_ascii().eq_ignore_ascii_case(b"https"))
}
