//! `Forwarded` (RFC 7239).
//!
//! A line is read from the right. The last element was written by the nearest proxy, and each one before it by the proxy
//! that the next element names. So everything that is read was written by a trusted proxy, and a quote that a client
//! left open does not reach into it.

use std::{
    borrow::Cow,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use http::{HeaderMap, HeaderName};

pub(super) static FORWARDED: HeaderName = HeaderName::from_static("forwarded");

/// What one proxy says about the connection that it accepted. The other parameters are checked and ignored.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Element<'l> {
    pub(super) client: Option<Cow<'l, [u8]>>,
    pub(super) proto: Option<Cow<'l, [u8]>>,
}

/// The clients of a line's elements, from the right. `None` for an element that names no address: it is malformed, or
/// its `for` is missing, `unknown` or a name (`_hidden`).
pub(super) fn addresses(line: &[u8]) -> impl Iterator<Item = Option<IpAddr>> + '_ {
    elements(line).map(|element| node(&element?.client?))
}

/// Whether the last element says `proto=https`. `None` if it has no `proto`.
pub(super) fn is_secure(headers: &HeaderMap) -> Option<bool> {
    let mut lines = headers.get_all(&FORWARDED).iter();
    let last = elements(lines.next_back()?.as_bytes()).next()?;
    match last {
        Some(element) => Some(element.proto?.eq_ignore_ascii_case(b"https")),
        None => Some(false),
    }
}

/// The elements of a line, from the right. `None` for one that is malformed.
pub(super) fn elements(line: &[u8]) -> impl Iterator<Item = Option<Element<'_>>> {
    Unquoted::split(line, b',').map(element)
}

fn element(text: &[u8]) -> Option<Element<'_>> {
    let mut element = Element::default();
    let mut is_empty = true;
    for pair in Unquoted::split(text, b';') {
        let pair = trim(pair);
        if pair.is_empty() {
            continue;
        }
        is_empty = false;
        let equals = pair.iter().position(|&byte| byte == b'=')?;
        let (name, value) = pair.split_at_checked(equals)?;
        let value = value_of(value.split_first()?.1)?;
        if name.is_empty() || !name.iter().all(|&byte| is_token(byte)) {
            return None;
        }
        let known = match name {
            name if name.eq_ignore_ascii_case(b"for") => &mut element.client,
            name if name.eq_ignore_ascii_case(b"proto") => &mut element.proto,
            _ => continue,
        };
        // Two programs could read different ones.
        if known.replace(value).is_some() {
            return None;
        }
    }
    (!is_empty).then_some(element)
}

/// A quoted string without its quotes and escapes, or a plain value. Many proxies forget the quotes around a colon or
/// brackets, so a plain value may contain these.
fn value_of(text: &[u8]) -> Option<Cow<'_, [u8]>> {
    match text.split_first()? {
        (b'"', quoted) => unquoted(quoted.strip_suffix(b"\"")?),
        _ => {
            let is_plain = |&byte: &u8| is_token(byte) || matches!(byte, b':' | b'[' | b']');
            text.iter().all(is_plain).then_some(Cow::Borrowed(text))
        }
    }
}

fn unquoted(text: &[u8]) -> Option<Cow<'_, [u8]>> {
    if !text.contains(&b'\\') {
        return (!text.contains(&b'"')).then_some(Cow::Borrowed(text));
    }
    let mut value = Vec::with_capacity(text.len());
    let mut bytes = text.iter();
    while let Some(&byte) = bytes.next() {
        match byte {
            b'\\' => value.push(*bytes.next()?),
            b'"' => return None,
            byte => value.push(byte),
        }
    }
    Some(Cow::Owned(value))
}

/// An address with or without a port. IPv6 addresses are in brackets.
pub(super) fn node(text: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(text).ok()?;
    let (address, port) = match text.strip_prefix('[') {
        Some(text) => {
            let (address, port) = text.split_once(']')?;
            let address = address.parse::<Ipv6Addr>().ok()?;
            (IpAddr::from(address), port)
        }
        None => {
            let (address, port) = text.split_at(text.find(':').unwrap_or(text.len()));
            let address = address.parse::<Ipv4Addr>().ok()?;
            (IpAddr::from(address), port)
        }
    };
    is_port(port).then(|| address.to_canonical())
}

/// Nothing, a number or a name (`:_port`).
fn is_port(text: &str) -> bool {
    let Some(port) = text.strip_prefix(':') else {
        return text.is_empty();
    };
    let is_named = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    match port.strip_prefix('_') {
        Some(name) => !name.is_empty() && name.bytes().all(is_named),
        None => (1..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

/// The parts of a text between delimiters outside of quotes, from the right. All of them together take time linear in
/// the text.
struct Unquoted<'l> {
    rest: Option<&'l [u8]>,
    delimiter: u8,
}

impl<'l> Unquoted<'l> {
    fn split(text: &'l [u8], delimiter: u8) -> Self {
        let rest = Some(text);
        Self { rest, delimiter }
    }
}

impl<'l> Iterator for Unquoted<'l> {
    type Item = &'l [u8];

    fn next(&mut self) -> Option<&'l [u8]> {
        let text = self.rest.take()?;
        let mut is_quoted = false;
        for (at, &byte) in text.iter().enumerate().rev() {
            if byte == b'"' && !(is_quoted && is_escaped(text, at)) {
                is_quoted = !is_quoted;
            }
            if byte == self.delimiter && !is_quoted {
                let (before, after) = text.split_at_checked(at)?;
                self.rest = Some(before);
                return after.split_first().map(|(_, after)| after);
            }
        }
        Some(text)
    }
}

/// Whether an odd number of backslashes precedes this place.
fn is_escaped(text: &[u8], at: usize) -> bool {
    let before = text.iter().take(at).rev();
    before.take_while(|&&byte| byte == b'\\').count() % 2 == 1
}

fn trim(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
