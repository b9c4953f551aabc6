//! Who may use the console.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use http::{
    HeaderMap, HeaderName, Method, StatusCode, Version, header, request::Parts, uri::Authority,
};

/// The rules of a console.
#[derive(Default)]
pub(crate) struct Access {
    /// The hosts that the application has added, in lower case.
    pub(crate) hosts: Vec<String>,
    pub(crate) peers: Option<Box<LetsIn>>,
}

type LetsIn = dyn Fn(&Parts) -> bool + Send + Sync;

/// Why a request is refused, and what to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) message: String,
}

/// A header that the page sends with each request that changes something. A form of another site cannot send it.
const CONSOLE_HEADER: &str = "x-authorizer-console";

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

impl Access {
    /// Returns the host under which the console was opened.
    pub(crate) fn check(&self, parts: &Parts) -> Result<String, Refusal> {
        self.check_peer(parts)?;
        let host = self.check_host(parts)?;
        check_origin(&parts.headers, &host)?;
        check_site(&parts.headers)?;
        check_header(parts)?;
        Ok(host.to_string())
    }

    fn check_peer(&self, parts: &Parts) -> Result<(), Refusal> {
        if self.peers.as_ref().is_some_and(|lets_in| lets_in(parts)) {
            return Ok(());
        }
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let Some(ConnectInfo(peer)) = peer else {
            return forbidden(
                "The console does not know the peer's address. Serve the app with \
                 `into_make_service_with_connect_info::<SocketAddr>()`.",
            );
        };
        if !is_loopback(peer.ip()) {
            return forbidden(format!(
                "The console answers only on this machine, and {} is not a loopback address. To let it in, call \
                 `Console::builder().peers(…)`.",
                peer.ip().to_canonical()
            ));
        }
        if let Some(name) = parts.headers.keys().find(|name| is_of_a_proxy(name)) {
            return forbidden(format!(
                "The request came through a proxy: it has the header `{name}`. So its sender is not known. Open the \
                 console without the proxy, or let requests in with `Console::builder().peers(…)`."
            ));
        }
        // Browsers and `curl` send HTTP/1.1. Without configuration, HTTP/1.0 is the only sign of a proxy such as nginx.
        if parts.version < Version::HTTP_11 {
            return forbidden(
                "The request is HTTP/1.0, as proxies send it. So its sender is not known. Open the console without the \
                 proxy, or let requests in with `Console::builder().peers(…)`.",
            );
        }
        Ok(())
    }

    fn check_host(&self, parts: &Parts) -> Result<Authority, Refusal> {
        let host = host(parts)?;
        if !self.is_known(host.host()) {
            return misdirected(format!(
                "The console is not served as `{}`. Open it as `localhost`, or name the host with \
                 `Console::builder().hosts(…)`.",
                host.host()
            ));
        }
        if !is_port(host.as_str().strip_prefix(host.host())) {
            return misdirected("The request's `Host` has no number as its port.");
        }
        Ok(host)
    }

    fn is_known(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let subdomain = host.strip_suffix(".localhost");
        host == "localhost"
            || subdomain.is_some_and(|name| !name.is_empty())
            || address(&host).is_some_and(is_loopback)
            || self.hosts.contains(&host)
    }
}

/// The address, if the host is an address. Only IPv6 addresses have brackets.
fn address(host: &str) -> Option<IpAddr> {
    let bracketed = host.strip_prefix('[');
    match bracketed.and_then(|host| host.strip_suffix(']')) {
        Some(address) => address.parse().ok().map(IpAddr::V6),
        None => host.parse().ok().map(IpAddr::V4),
    }
}

/// Whether the text after a host is empty or a port.
fn is_port(after: Option<&str>) -> bool {
    let port = |text: &str| text.strip_prefix(':')?.parse::<u16>().ok();
    after.is_some_and(|text| text.is_empty() || port(text).is_some())
}

fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

fn is_of_a_proxy(name: &HeaderName) -> bool {
    const NAMES: [&str; 7] = [
        "forwarded",
        "true-client-ip",
        "via",
        "x-client-ip",
        "x-cluster-client-ip",
        "x-real-ip",
        "fastly-client-ip",
    ];
    const BEGINNINGS: [&str; 4] = ["cf-", "x-envoy-", "x-forwarded-", "x-original-"];
    let name = name.as_str();
    NAMES.contains(&name)
        || BEGINNINGS
            .iter()
            .any(|beginning| name.starts_with(beginning))
}

/// The only host that the request names.
fn host(parts: &Parts) -> Result<Authority, Refusal> {
    let mut named: Vec<Authority> = parts.uri.authority().cloned().into_iter().collect();
    let headers = parts.headers.get_all(header::HOST).iter();
    let is_repeated = parts.headers.get_all(header::HOST).iter().count() > 1;
    for value in headers {
        let value = value.to_str().ok();
        match value.and_then(|value| value.parse().ok()) {
            Some(host) => named.push(host),
            None => return misdirected("The request's `Host` is not a host."),
        }
    }
    // HTTP/1.1 repeats the host of an absolute URI in `Host`. HTTP/2 may do so.
    let are_equal = |(a, b): (&Authority, &Authority)| a == b;
    let are_same = named.iter().zip(named.iter().skip(1)).all(are_equal);
    match named.into_iter().next() {
        Some(host) if are_same && !is_repeated && !host.as_str().contains('@') => Ok(host),
        Some(_) => misdirected("The request names several hosts."),
        None => misdirected("The request has no `Host`."),
    }
}

/// Refuses a request from a page of another site or of another port.
fn check_origin(headers: &HeaderMap, host: &Authority) -> Result<(), Refusal> {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let is_own = |origin: &[u8]| {
        let origin = std::str::from_utf8(origin).ok()?;
        let named = origin
            .strip_prefix("http://")
            .or_else(|| origin.strip_prefix("https://"))?;
        Some(named.eq_ignore_ascii_case(host.as_str()))
    };
    match (origins.next(), origins.next()) {
        (None, _) => Ok(()),
        (Some(origin), None) if is_own(origin.as_bytes()) == Some(true) => Ok(()),
        _ => forbidden(
            "The request comes from a page of another site (`Origin`). Use the console's own page.",
        ),
    }
}

fn check_site(headers: &HeaderMap) -> Result<(), Refusal> {
    let mut sites = headers.get_all(SEC_FETCH_SITE).iter();
    let is_fine = sites.all(|site| site == "same-origin" || site == "none");
    if is_fine {
        Ok(())
    } else {
        forbidden(
            "The request comes from another site (`Sec-Fetch-Site`). Type the console's address, or use a bookmark.",
        )
    }
}

fn check_header(parts: &Parts) -> Result<(), Refusal> {
    let is_reading = [Method::GET, Method::HEAD].contains(&parts.method);
    let mut values = parts.headers.get_all(CONSOLE_HEADER).iter();
    if is_reading || (values.next().is_some_and(|value| value == "1") && values.next().is_none()) {
        Ok(())
    } else {
        forbidden(format!("Send the header `{CONSOLE_HEADER}: 1`."))
    }
}

fn forbidden<T>(message: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal {
        status: StatusCode::FORBIDDEN,
        message: message.into(),
    })
}

fn misdirected<T>(message: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal {
        status: StatusCode::MISDIRECTED_REQUEST,
        message: message.into(),
    })
}
