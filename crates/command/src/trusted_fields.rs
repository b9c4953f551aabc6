//! Header fields that servers believe, although a client can send them. Only a trusted proxy may.

use crate::field_name::{are_alike, folded_bytes, is_usual};

/// Who the client is, and what it asked for. Each has the same meaning in several spellings: servers that put fields into
/// environment variables read `x_forwarded_for` as `x-forwarded-for`.
const NAMES: [&str; 11] = [
    "cf-connecting-ip",
    "client-ip",
    "fastly-client-ip",
    "forwarded",
    // CGI programs read it as the variable `HTTP_PROXY`.
    "proxy",
    "true-client-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-forwarded",
    "x-real-ip",
    // Tornado believes it more than `X-Forwarded-Proto`.
    "x-scheme",
];

/// Frameworks take the method or the path from these. The guard has not checked this one.
pub(crate) const OVERRIDES: [&str; 10] = [
    "path-info",
    // gunicorn takes it away from the beginning of the path.
    "script-name",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "x-original-method",
    "x-original-uri",
    "x-original-url",
    "x-rewrite-url",
    "x-script-name",
];

const BEGINNINGS: [&str; 3] = ["x-forwarded-", "x-original-", "x-rewrite-"];

/// Whether the server must not get a field of this sender. A trusted proxy says who the client is. But it passes on another
/// method or path, and a field in disguise, as the client has sent it.
pub(crate) fn is_unwanted(name: &str, is_from_trusted_proxy: bool) -> bool {
    overrides(name) || is_disguised(name) || !is_from_trusted_proxy && contains(name)
}

/// Whether it is one of them in a spelling that no proxy uses. So the client has sent it.
pub(crate) fn is_disguised(name: &str) -> bool {
    !is_usual(name) && contains(name)
}

/// Whether a field is one of them.
pub(crate) fn contains(name: &str) -> bool {
    let begins_alike = |beginning: &str| {
        let begin = name.as_bytes().get(..beginning.len());
        begin.is_some_and(|begin| folded_bytes(begin).eq(beginning.bytes()))
    };
    NAMES.iter().any(|known| are_alike(known, name))
        || overrides(name)
        || BEGINNINGS.into_iter().any(begins_alike)
}

/// Whether a server may take the method or the path from a field.
pub(crate) fn overrides(name: &str) -> bool {
    OVERRIDES.iter().any(|known| are_alike(known, name))
}
