//! Header fields that servers believe, although a client can send them. Only a trusted proxy may.

/// Who the client is, and what it asked for. Each has the same meaning in several spellings: servers that put fields into
/// environment variables read `x_forwarded_for` as `x-forwarded-for`.
const NAMES: [&str; 10] = [
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
];

/// Frameworks take the method or the path from these. It would not be the one that the guard has judged.
pub(crate) const OVERRIDES: [&str; 6] = [
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "x-original-uri",
    "x-original-url",
    "x-rewrite-url",
];

const BEGINNINGS: [&str; 3] = ["x-forwarded-", "x-original-", "x-rewrite-"];

/// Whether a field, with its name in lower case, is one of them.
pub(crate) fn contains(name: &str) -> bool {
    let name = folded(name);
    NAMES.contains(&name.as_str())
        || OVERRIDES.contains(&name.as_str())
        || BEGINNINGS
            .iter()
            .any(|beginning| name.starts_with(beginning))
}

/// Whether a server may take the method or the path from a field, with its name in lower case.
pub(crate) fn overrides(name: &str) -> bool {
    OVERRIDES.contains(&folded(name).as_str())
}

fn folded(name: &str) -> String {
    name.replace(['_', '.'], "-")
}
