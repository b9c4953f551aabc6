//! Which request targets are passed on.

use http::{
    Method, Uri,
    uri::{Authority, Parts, Scheme},
};

/// The URL at the upstream: its path and query are, byte for byte, those that the guard sees.
pub(super) fn at(upstream: &Authority, method: &Method, uri: &Uri) -> Result<Uri, Unfit> {
    if method == Method::CONNECT {
        return Err(Unfit::Connect);
    }
    let path = uri.path_and_query();
    let path = path.filter(|path| path.as_str().starts_with('/'));
    let mut url = Parts::default();
    url.scheme = Some(Scheme::HTTP);
    url.authority = Some(upstream.clone());
    url.path_and_query = Some(path.ok_or(Unfit::NoPath)?.clone());
    Uri::from_parts(url).map_err(|_| Unfit::NoPath)
}

/// Why a request is not for this server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfit {
    /// A client asks for a tunnel.
    Connect,
    /// `OPTIONS *`, or `http://host?query`.
    NoPath,
}

impl Unfit {
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::Connect => "this server is not a proxy for clients, so `CONNECT` is refused",
            Self::NoPath => "the request's target has no path",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;

    static UPSTREAM: LazyLock<Authority> =
        LazyLock::new(|| Authority::from_static("127.0.0.1:8000"));

    #[test]
    fn a_path_stays_as_it_is() {
        for (target, expected) in [
            ("/a%2Fb//c/../d?x=%00&y", "/a%2Fb//c/../d?x=%00&y"),
            ("http://example.com/pets?x", "/pets?x"),
            ("http://example.com", "/"),
            ("//example.com/x", "//example.com/x"),
        ] {
            let url = at(&UPSTREAM, &Method::GET, &target.parse().unwrap()).unwrap();
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
            let url = at(&UPSTREAM, &method, &target.parse().unwrap());
            assert_eq!(url, Err(unfit), "{target}");
        }
    }
}
