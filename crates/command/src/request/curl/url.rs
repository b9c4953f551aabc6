//! Reads a URL as curl does, which changes some before it sends them.

use std::net::{Ipv4Addr, Ipv6Addr};

use percent_encoding::percent_decode_str;

const PATTERN: &str = "curl reads `{`, `}`, `[` and `]` in a URL as a pattern and may send several requests; add `--globoff` to \
                       send them as they are, or write the URL of one request";

/// The beginnings of hosts with which curl speaks another protocol if the URL has no scheme.
const OTHER_PROTOCOLS: [&str; 6] = ["ftp.", "dict.", "ldap.", "imap.", "smtp.", "pop3."];

/// What is done to a URL, as flags say.
#[derive(Default)]
pub(super) struct Reading {
    /// `--globoff`: braces and brackets are not patterns.
    pub(super) globoff: bool,
    /// `--path-as-is`: `/../` and `/./` stay.
    pub(super) path_as_is: bool,
}

pub(super) struct Url<'u> {
    /// `NAME:PASSWORD`, decoded.
    pub(super) user: Option<Vec<u8>>,
    pub(super) scheme: &'static str,
    /// The host and the port.
    pub(super) authority: String,
    pub(super) path: String,
    pub(super) query: Option<&'u str>,
}

impl Reading {
    pub(super) fn of<'u>(&self, url: &'u str) -> Result<Url<'u>, String> {
        // Versions of curl encode some of them, each in its own way.
        if !url.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(
                "a URL has no spaces and nothing beyond ASCII; write such characters as in `%20`"
                    .into(),
            );
        }
        let (scheme, rest) = scheme(url)?;
        let (authority, rest) = split_before(rest, &['/', '?', '#']);
        if !self.globoff && is_pattern(rest) {
            return Err(PATTERN.into());
        }
        let (user, host_and_port) = match authority.rsplit_once('@') {
            Some((user, host_and_port)) => (Some(decoded(user)?), host_and_port),
            None => (None, authority),
        };
        let (rest, _) = split_before(rest, &['#']);
        let (path, query) = split_before(rest, &['?']);
        let path = if path.is_empty() {
            "/".into()
        } else if self.path_as_is {
            path.to_owned()
        } else {
            without_dots(path)?
        };
        Ok(Url {
            user,
            scheme: scheme.unwrap_or("http"),
            authority: authority_of(scheme, host_and_port)?,
            path,
            query: query.strip_prefix('?'),
        })
    }
}

fn scheme(url: &str) -> Result<(Option<&'static str>, &str), String> {
    let is_of_scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    let Some((scheme, rest)) = url
        .split_once(":/")
        .filter(|(scheme, _)| !scheme.is_empty() && scheme.chars().all(is_of_scheme))
    else {
        return Ok((None, url));
    };
    let scheme = match &*scheme.to_ascii_lowercase() {
        "http" => "http",
        "https" => "https",
        _ => return Err("the URL has another protocol; write `https://` or `http://`".into()),
    };
    match rest.strip_prefix('/') {
        Some(rest) => Ok((Some(scheme), rest)),
        None => Err(format!(
            "the URL has one slash after its scheme; write `{scheme}://`"
        )),
    }
}

/// Whether curl finds a pattern, or a `\` that keeps it from finding one. `[]` is none.
fn is_pattern(text: &str) -> bool {
    text.contains("\\[") || text.replace("[]", "").contains(['{', '}', '[', ']'])
}

fn split_before<'t>(text: &'t str, at: &[char]) -> (&'t str, &'t str) {
    text.split_at(text.find(at).unwrap_or(text.len()))
}

/// The credentials before the host, decoded. Versions of curl differ about a second `@`.
fn decoded(user: &str) -> Result<Vec<u8>, String> {
    let mut decoded: Vec<u8> = percent_decode_str(user).collect();
    if user.contains('@') || decoded.iter().any(u8::is_ascii_control) {
        return Err("the credentials in the URL cannot be read; write them with `--user`".into());
    }
    if !user.contains(':') {
        decoded.push(b':');
    }
    Ok(decoded)
}

fn authority_of(scheme: Option<&str>, host_and_port: &str) -> Result<String, String> {
    let end = host_and_port.find(']').unwrap_or_default();
    let colon = host_and_port.get(end..).and_then(|rest| rest.find(':'));
    let (host, port) = host_and_port.split_at(colon.map_or(host_and_port.len(), |it| end + it));
    let name =
        name(host).ok_or("the host in the URL cannot be read; write its name, or its address")?;
    // Without a scheme, curl supposes HTTP, but not always.
    let is_other = |prefix| host.to_ascii_lowercase().starts_with(prefix);
    if scheme.is_none() && (OTHER_PROTOCOLS.into_iter().any(is_other) || port == ":") {
        return Err("curl sends no HTTP to such a host without a scheme; write `https://`".into());
    }
    let port = match port {
        "" | ":" => None,
        port => {
            let number = port
                .get(1..)
                .filter(|it| it.bytes().all(|c| c.is_ascii_digit()));
            let number = number.and_then(|number| number.parse::<u16>().ok());
            Some(
                number
                    .filter(|number| *number > 0)
                    .ok_or("the port in the URL is not a port; write 1 to 65535")?,
            )
        }
    };
    Ok(match (port, scheme) {
        (None, _) | (Some(80), None | Some("http")) | (Some(443), Some("https")) => name,
        (Some(port), _) => format!("{name}:{port}"),
    })
}

/// A host's name, or an address as curl writes it.
fn name(host: &str) -> Option<String> {
    let address = host.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    if let Some(address) = address {
        let address: Ipv6Addr = address.parse().ok()?;
        return Some(format!("[{address}]"));
    }
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    // `127.1` and `0x7f.1` are addresses, too.
    let last = host.strip_suffix('.').unwrap_or(host).rsplit('.').next();
    let is_address = last.is_some_and(|last| last.starts_with(|c: char| c.is_ascii_digit()));
    let is_name = if is_address {
        host.parse::<Ipv4Addr>().is_ok()
    } else {
        !host.is_empty() && host.chars().all(is_of_name)
    };
    is_name.then(|| host.to_owned())
}

/// The path without its segments `.` and `..`, as RFC 3986 removes them.
fn without_dots(path: &str) -> Result<String, String> {
    let mut kept = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment {
            "." | ".." => {
                if segment == ".." {
                    kept.pop();
                }
                if is_last {
                    kept.push("");
                }
            }
            // Versions of curl differ.
            _ if matches!(
                &*segment.to_ascii_lowercase().replace("%2e", "."),
                "." | ".."
            ) =>
            {
                return Err("some versions of curl remove `%2e` from a path; add `--path-as-is`, or leave it out".into());
            }
            _ => kept.push(segment),
        }
    }
    Ok(kept.iter().flat_map(|segment| ["/", segment]).collect())
}
