//! Where the API is deployed.

use std::{fmt, net::IpAddr};

use http::{HeaderMap, Request, Uri, header, uri};

/// A URL that the paths of the requests are appended to.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint {
    scheme: uri::Scheme,
    authority: uri::Authority,
    /// The stage, or nothing. It does not end with a slash.
    base_path: String,
}

impl Endpoint {
    pub(crate) fn parse(url: &str) -> Result<Self, &'static str> {
        const EXAMPLE: &str =
            "write a URL such as https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/prod";
        // A parsed URI has no fragment any more.
        if url.contains(['?', '#']) {
            return Err(
                "leave out what begins with `?` or `#`; the requests have queries of their own",
            );
        }
        let parts = url.parse::<Uri>().map_err(|_| EXAMPLE)?.into_parts();
        let (Some(scheme), Some(authority)) = (parts.scheme, parts.authority) else {
            return Err(EXAMPLE);
        };
        if scheme != uri::Scheme::HTTP && scheme != uri::Scheme::HTTPS {
            return Err(
                "only `https:` and `http:` can be recorded; a WebSocket API has no responses to compare",
            );
        }
        if authority.as_str().contains('@') {
            return Err(
                "leave out the user name and the password; credentials belong into the requests",
            );
        }
        let path = parts.path_and_query;
        let path = path.as_ref().map_or("", |path| path.path());
        Ok(Self {
            scheme,
            authority,
            base_path: path.trim_end_matches('/').to_owned(),
        })
    }

    /// Why a request cannot be sent there as it is.
    pub(super) fn objection(&self, request: &Request<()>) -> Option<&'static str> {
        if request.uri().authority().is_some() {
            return Some(
                "the target names a host, but requests go to `--url` only; write the path alone",
            );
        }
        let mut hosts = request.headers().get_all(header::HOST).iter();
        let is_other = |host: &[u8]| !host.eq_ignore_ascii_case(self.authority.as_str().as_bytes());
        if hosts.any(|host| is_other(host.as_bytes())) {
            return Some(
                "its `Host` is not the host of `--url`, and requests go there only; leave the header out",
            );
        }
        CONNECTION
            .iter()
            .any(|name| request.headers().contains_key(*name))
            .then_some(
                "it has a header of the connection or of a body (`Connection`, `Content-Length`, `Expect`, `TE`, \
                 `Trailer`, `Transfer-Encoding`, `Upgrade` or the like), and no body is sent; leave the header out",
            )
    }

    /// Where a request goes: the base path and the request's target.
    pub(super) fn uri(&self, request: &Request<()>) -> Result<Uri, http::Error> {
        Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(format!("{}{}", self.base_path, request.uri()))
            .build()
    }

    /// Whether tokens travel over a network as plain text.
    pub(super) fn shows_tokens(&self) -> bool {
        let host = self.authority.host();
        let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
        let is_here = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
        self.scheme == uri::Scheme::HTTP && !is_here
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme, self.authority, self.base_path)
    }
}

/// Headers that describe the connection or a body rather than the request.
const CONNECTION: [&str; 10] = [
    "connection",
    "content-length",
    "expect",
    "http2-settings",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// The headers to send. The client writes `Host` itself. Rules of AWS WAF refuse requests without a `User-Agent`.
pub(super) fn headers_of(request: &Request<()>) -> HeaderMap {
    let mut headers = request.headers().clone();
    headers.remove(header::HOST);
    headers
        .entry(header::USER_AGENT)
        .or_insert(header::HeaderValue::from_static(concat!(
            "lambda-authorizer/",
            env!("CARGO_PKG_VERSION")
        )));
    headers
}
