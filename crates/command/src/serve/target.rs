//! Which requests are passed on at all, and to which URL.

use std::fmt;

use http::{
    HeaderName, Method, Request, Uri,
    header::HOST,
    uri::{Authority, Parts, Scheme},
};

use super::hop_by_hop;

/// The URL at the upstream: its path and query are, byte for byte, those that the guard sees.
pub(super) fn at<B>(upstream: &Authority, request: &Request<B>) -> Result<Uri, Unfit> {
    if request.method() == Method::CONNECT {
        return Err(Unfit::Connect);
    }
    if request.headers().get_all(HOST).iter().count() > 1 {
        return Err(Unfit::SeveralHosts);
    }
    if let Some(name) = hop_by_hop::removed_other(request.headers()) {
        return Err(Unfit::NamedInConnection(name));
    }
    let path = request.uri().path_and_query();
    let path = path.filter(|path| path.as_str().starts_with('/'));
    let mut url = Parts::default();
    url.scheme = Some(Scheme::HTTP);
    url.authority = Some(upstream.clone());
    url.path_and_query = Some(path.ok_or(Unfit::NoPath)?.clone());
    Uri::from_parts(url).map_err(|_| Unfit::NoPath)
}

/// Why a request is not for this server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unfit {
    /// A client asks for a tunnel.
    Connect,
    /// `OPTIONS *`, or `http://host?query`.
    NoPath,
    /// Servers choose different ones.
    SeveralHosts,
    /// The upstream would not get a field that the guard has judged.
    NamedInConnection(HeaderName),
    /// Some servers take one for the other.
    LookAlike([HeaderName; 2]),
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connect => {
                f.write_str("this server is not a proxy for clients, so `CONNECT` is refused")
            }
            Self::NoPath => f.write_str("the request's target has no path"),
            Self::SeveralHosts => f.write_str("the request has several fields `Host`"),
            Self::NamedInConnection(name) => write!(
                f,
                "`Connection` names the field `{name}`, which the server behind this one would not get; name only fields of a \
                 connection in it"
            ),
            Self::LookAlike([one, other]) => write!(
                f,
                "the request has the field `{one}`, which some servers take for `{other}`; leave one of them out"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;

    static UPSTREAM: LazyLock<Authority> =
        LazyLock::new(|| Authority::from_static("127.0.0.1:8000"));

    fn request(method: Method, target: &str) -> Request<()> {
        let request = Request::builder().method(method).uri(target);
        request.body(()).unwrap()
    }

    #[test]
    fn a_path_stays_as_it_is() {
        for (target, expected) in [
            ("/a%2Fb//c/../d?x=%00&y", "/a%2Fb//c/../d?x=%00&y"),
            ("http://example.com/pets?x", "/pets?x"),
            ("http://example.com", "/"),
            ("//example.com/x", "//example.com/x"),
        ] {
            let url = at(&UPSTREAM, &request(Method::GET, target)).unwrap();
            assert_eq!(url.path_and_query().unwrap(), expected);
            assert_eq!(url.authority().unwrap(), "127.0.0.1:8000");
        }
    }

    #[test]
    fn targets_without_a_path_are_refused() {
        for (method, target, unfit) in [
            (Method::OPTIONS, "*", Unfit::NoPath),
            (Method::GET, "http://example.com?x", Unfit::NoPath),
            (Method::CONNECT, "example.com:443", Unfit::Connect),
        ] {
            let url = at(&UPSTREAM, &request(method, target));
            assert_eq!(url, Err(unfit), "{target}");
        }
    }
}
