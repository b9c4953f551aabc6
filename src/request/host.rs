//! The host of a request, which can appear in several places.
//!
//! The authority of the target and the header `Host` can name two hosts. If the authorizer checks one and the service
//! serves the other, nothing is guarded. The same applies to a result that is cached under one of them.

use std::{fmt, str::FromStr};

use http::{HeaderMap, HeaderValue, Uri, header, uri::Authority};

/// How a layer treats a request that names its host in more than one way.
///
/// ```
/// # tokio_test::block_on(async {
/// use http::Request;
/// use tower_lambda_authorizer::{
///     AmbiguousHosts, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
/// };
///
/// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| async {
///     Ok(AuthorizerResponse::allow("*"))
/// }));
/// let request = || {
///     let request = Request::get("http://a.example/pets").header("host", "b.example");
///     request.header("authorization", "t").body(())
/// };
///
/// assert_eq!(layer.explain(request()?).await.response().unwrap().status(), 400);
/// let layer = layer.ambiguous_hosts(AmbiguousHosts::AsReceived);
/// assert!(layer.explain(request()?).await.is_allowed());
/// # Ok::<(), http::Error>(())
/// # }).unwrap();
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
#[non_exhaustive]
pub enum AmbiguousHosts {
    /// Refuse these requests with 400:
    ///
    /// - There are several `Host` headers.
    /// - The target's authority (`GET http://a/`, HTTP/2's `:authority`) and `Host` name different hosts or ports.
    /// - One of the two is not a host with an optional port. If the target has no authority, `Host` is checked only if
    ///   the authorizer has to be called.
    ///
    /// The comparison of hosts ignores case. A port that is the default of the target's scheme counts as missing. A
    /// request that names no host is not ambiguous.
    #[default]
    Refuse,
    /// Use the target's authority if it has one. Otherwise use the header `Host`, read like any repeated header on this
    /// type of API. Choose this only if the service behind the layer does not use the host, or reads it in the same
    /// way.
    AsReceived,
}

/// Why it is ambiguous which host a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HostAmbiguity {
    /// There are several `Host` headers.
    SeveralHeaders,
    /// The target's authority and the header `Host` differ.
    Different,
    /// The target's authority or the header `Host` contains user information, the part before an `@`.
    UserInfo,
    /// The target's authority or the header `Host` is not a host with an optional port.
    NotAHost,
}

impl fmt::Display for HostAmbiguity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SeveralHeaders => "it has several `Host` headers",
            Self::Different => {
                "its target (`:authority` in HTTP/2) and its `Host` header name different hosts"
            }
            Self::UserInfo => "its host has user information (the part before the `@`)",
            Self::NotAHost => "its host is not a host with an optional port",
        })
    }
}

/// Fails if the request names more than one host, in the target that the client sent, in the target after a router has
/// rewritten it, and in the header.
pub(crate) fn check_host(
    original: &Uri,
    request: &Uri,
    headers: &HeaderMap,
) -> Result<(), HostAmbiguity> {
    let has_authority = original.authority().is_some() || request.authority().is_some();
    // True for almost all HTTP/1.1 requests: no header is repeated, so there is at most one `Host`.
    if !has_authority && headers.len() == headers.keys_len() {
        return Ok(());
    }
    check_all(original, request, headers)
}

fn check_all(original: &Uri, request: &Uri, headers: &HeaderMap) -> Result<(), HostAmbiguity> {
    let mut values = headers.get_all(header::HOST).iter();
    let header = values.next();
    if values.next().is_some() {
        return Err(HostAmbiguity::SeveralHeaders);
    }
    let scheme = original.scheme_str().or(request.scheme_str());
    let targets = [original, request].into_iter().filter_map(Uri::authority);
    let mut hosts = targets.map(|authority| Host::new(authority, scheme));
    let Some(first) = hosts.next().transpose()? else {
        return Ok(());
    };
    let header = header.map(|value| Host::of_header(value, scheme));
    hosts.chain(header).try_for_each(|host| match host? {
        host if host == first => Ok(()),
        _ => Err(HostAmbiguity::Different),
    })
}

/// Fails if the header `Host` is not a host with an optional port. An empty header is accepted, since it names no host.
pub(crate) fn check_header(headers: &HeaderMap) -> Result<(), HostAmbiguity> {
    match headers.get(header::HOST) {
        Some(value) if !is_plain(value.as_bytes()) => Host::of_header(value, None).map(|_| ()),
        _ => Ok(()),
    }
}

/// A fast check for a name without a port, or an empty string.
fn is_plain(host: &[u8]) -> bool {
    const PLAIN: [bool; 256] = {
        let mut table = [false; 256];
        let mut byte = 0_u8;
        while byte < 128 {
            #[expect(clippy::indexing_slicing, reason = "a byte is below 256")]
            {
                table[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
            }
            byte += 1;
        }
        table
    };
    #[expect(clippy::indexing_slicing, reason = "a byte is below 256")]
    host.iter()
        .fold(true, |plain, byte| plain & PLAIN[usize::from(*byte)])
}

/// A host and a port in a form that can be compared.
#[derive(PartialEq, Eq)]
struct Host {
    name: String,
    /// `None` for the default port of the scheme.
    port: Option<u16>,
}

impl Host {
    fn new(authority: &Authority, scheme: Option<&str>) -> Result<Self, HostAmbiguity> {
        if authority.as_str().contains('@') {
            return Err(HostAmbiguity::UserInfo);
        }
        let name = authority.host();
        let rest = authority.as_str().strip_prefix(name);
        let port = match rest.ok_or(HostAmbiguity::NotAHost)? {
            "" | ":" => None,
            rest => {
                let digits = rest.strip_prefix(':').ok_or(HostAmbiguity::NotAHost)?;
                let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
                let port = digits.parse().ok().filter(|_| is_number);
                Some(port.ok_or(HostAmbiguity::NotAHost)?)
            }
        };
        let default = match scheme {
            Some("http") => Some(80),
            Some("https") => Some(443),
            _ => None,
        };
        // A server in front may have joined several headers with a comma.
        if name.is_empty() || name.contains(',') {
            return Err(HostAmbiguity::NotAHost);
        }
        Ok(Self {
            name: name.to_ascii_lowercase(),
            port: port.filter(|_| port != default),
        })
    }

    fn of_header(value: &HeaderValue, scheme: Option<&str>) -> Result<Self, HostAmbiguity> {
        let text = value.to_str().map_err(|_| HostAmbiguity::NotAHost)?.trim();
        let authority = Authority::from_str(text).map_err(|_| HostAmbiguity::NotAHost)?;
        Self::new(&authority, scheme)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(target: &str, hosts: &[&str]) -> Result<(), HostAmbiguity> {
        let target = Uri::from_str(target).unwrap();
        let mut headers = HeaderMap::new();
        for host in hosts {
            headers.append(
                header::HOST,
                HeaderValue::from_bytes(host.as_bytes()).unwrap(),
            );
        }
        check_host(&target, &target, &headers)
    }

    #[test]
    fn a_request_names_one_host() {
        use HostAmbiguity::*;
        for (target, hosts, expected) in [
            ("/", &[][..], Ok(())),
            ("/", &["a"], Ok(())),
            ("/", &[""], Ok(())),
            ("/", &["a", "a"], Err(SeveralHeaders)),
            ("/", &["a", "b"], Err(SeveralHeaders)),
            ("http://a/", &[], Ok(())),
            ("http://a/", &["a"], Ok(())),
            ("http://a/", &["A"], Ok(())),
            ("http://A/", &["a:80"], Ok(())),
            ("http://a:80/", &["a"], Ok(())),
            ("http://a:/", &["a"], Ok(())),
            ("https://a/", &["a:443"], Ok(())),
            ("http://a:8080/", &["a:8080"], Ok(())),
            ("http://[::1]:8080/", &["[::1]:8080"], Ok(())),
            ("https://a/", &["a:80"], Err(Different)),
            ("http://a/", &["a:443"], Err(Different)),
            ("http://a:8080/", &["a"], Err(Different)),
            ("http://a/", &["b"], Err(Different)),
            ("http://a/", &["a."], Err(Different)),
            ("http://a/", &["a.b"], Err(Different)),
            ("http://[::1]/", &["[::2]"], Err(Different)),
            ("http://a/", &["a", "a"], Err(SeveralHeaders)),
            ("http://a/", &[""], Err(NotAHost)),
            ("http://a/", &["a/b"], Err(NotAHost)),
            ("http://a/", &["a b"], Err(NotAHost)),
            ("http://a/", &["a,b"], Err(NotAHost)),
            ("http://a/", &["\u{e4}"], Err(NotAHost)),
            ("http://a/", &["a:99999"], Err(NotAHost)),
            ("http://a/", &["a:+80"], Err(NotAHost)),
            ("http://a/", &["b@a"], Err(UserInfo)),
            ("http://b@a/", &[], Err(UserInfo)),
            ("http://b@a/", &["a"], Err(UserInfo)),
        ] {
            assert_eq!(check(target, hosts), expected, "{target} {hosts:?}");
        }
    }

    #[test]
    fn a_rewritten_target_is_checked_too() {
        let uri = |text| Uri::from_str(text).unwrap();
        let check =
            |original, request| check_host(&uri(original), &uri(request), &HeaderMap::new());
        assert_eq!(check("http://a/x/y", "http://a/y"), Ok(()));
        assert_eq!(check("http://a/", "/"), Ok(()));
        assert_eq!(check("/", "http://a/"), Ok(()));
        assert_eq!(
            check("http://a/", "http://b/"),
            Err(HostAmbiguity::Different)
        );
    }
}
