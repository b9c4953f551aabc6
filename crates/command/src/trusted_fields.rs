//! Header fields that servers believe, although a client can send them. Only a trusted proxy may.

/// Who the client is, and what it asked for. Each has the same meaning in several spellings: servers that put fields into
/// environment variables read `x_forwarded_for` as `x-forwarded-for`.
const NAMES: [&str; 13] = [
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
    // Frameworks take the method from these. It would not be the method that the guard has judged.
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "x-real-ip",
];

/// `X-Original-URL` and `X-Rewrite-URL` are the path to some servers. It would not be the path that the guard has judged.
const BEGINNINGS: [&str; 3] = ["x-forwarded-", "x-original-", "x-rewrite-"];

/// Whether a field, with its name in lower case, is one of them.
pub(crate) fn contains(name: &str) -> bool {
    let name = name.replace(['_', '.'], "-");
    NAMES.contains(&name.as_str())
        || BEGINNINGS
            .iter()
            .any(|beginning| name.starts_with(beginning))
}
