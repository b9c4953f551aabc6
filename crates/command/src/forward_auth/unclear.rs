//! Why it is not clear which request a proxy asks about.

use std::fmt;

use http::{HeaderName, StatusCode};

use crate::server::cookies;

/// Headers that do not describe exactly one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unclear {
    /// No header describes a request.
    Nothing,
    Missing(&'static HeaderName),
    Repeated(&'static HeaderName),
    /// Headers of both conventions.
    Both(&'static HeaderName, &'static HeaderName),
    Different(&'static HeaderName, &'static HeaderName),
    NotAMethod(&'static HeaderName),
    NotAUri(&'static HeaderName),
    NotAHost(&'static HeaderName),
    NotAnAddress(&'static HeaderName),
    /// A server may read it as a part of the request that the guard has not checked.
    Misleading(HeaderName),
    /// `Connection` names a header that the guard checks.
    NamedInConnection(HeaderName),
    /// Servers read several `Cookie` headers in different ways.
    SeveralCookies,
    /// Some servers take these two for one.
    LookAlike([HeaderName; 2]),
}

impl Unclear {
    /// 500 if the proxy's configuration is incomplete. Otherwise a client may have sent the header, which is a bad request.
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::Nothing | Self::Missing(_) => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

impl fmt::Display for Unclear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str(
                "the proxy does not say which request it asks about: let nginx send `X-Original-Method $request_method` \
                 and `X-Original-URI $request_uri`; Caddy's `forward_auth` and Traefik's `forwardAuth` send \
                 `X-Forwarded-Method` and `X-Forwarded-Uri` by themselves",
            ),
            Self::Missing(name) => write!(
                f,
                "the proxy does not send `{name}`: add `proxy_set_header {name} {};` to nginx's configuration",
                variable(name)
            ),
            Self::Repeated(name) => write!(
                f,
                "there are several `{name}`: configure the proxy so that it replaces the client's header"
            ),
            Self::Both(one, other) => write!(
                f,
                "there are `{one}` and `{other}`: configure the proxy so that it sets one kind and removes the other"
            ),
            Self::Different(one, other) => write!(
                f,
                "`{one}` and `{other}` differ: configure the proxy so that it sets one of them and removes the other"
            ),
            Self::NotAMethod(name) => not(f, name, "a method"),
            Self::NotAUri(name) => not(f, name, "the path and query of a request"),
            Self::NotAHost(name) => not(f, name, "a host"),
            Self::NotAnAddress(name) => not(f, name, "an IP address"),
            Self::Misleading(name) => write!(
                f,
                "the client sends `{name}`, which some servers take for another method or path, for what a proxy says \
                 about a client, or for a header of `--context-header`: if it is harmless, let the proxy remove it"
            ),
            Self::NamedInConnection(name) => write!(
                f,
                "`Connection` names `{name}`, which the server would not get: let the proxy replace `Connection`"
            ),
            Self::SeveralCookies => f.write_str(cookies::SEVERAL),
            Self::LookAlike([one, other]) => write!(
                f,
                "the request has `{one}` and `{other}`, whose names differ only in characters such as `-` and `_`, and some \
                 servers take one for the other: let the proxy remove one of them"
            ),
        }
    }
}

fn not(f: &mut fmt::Formatter<'_>, name: &HeaderName, what: &str) -> fmt::Result {
    write!(
        f,
        "`{name}` is not {what}: configure the proxy so that it replaces the client's header"
    )
}

/// nginx's variable for a header.
fn variable(name: &HeaderName) -> &'static str {
    match name.as_str() {
        "x-original-method" | "x-forwarded-method" => "$request_method",
        "x-forwarded-for" => "$remote_addr",
        _ => "$request_uri",
    }
}
