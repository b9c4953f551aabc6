//! curl's flags.

use self::Takes::{Nothing, Value};

/// What a flag means for the request.
#[derive(Clone, Copy)]
pub(super) enum Flag {
    /// A flag that changes nothing that an authorizer sees.
    Ignored,
    Url,
    Method,
    Header,
    User,
    Basic,
    Bearer,
    Cookie,
    UserAgent,
    Referer,
    Get,
    Head,
    Compressed,
    GlobOff,
    PathAsIs,
    Form,
    Json,
    /// A body as written.
    Data,
    /// A body, or an `@` and the name of a file.
    DataFromFile,
    DataToEncode,
}

#[derive(Clone, Copy)]
pub(super) enum Takes {
    Nothing,
    Value,
}

/// The letter of a flag, if it has one, its name, and what it means.
const FLAGS: [(&str, &str, Flag, Takes); 60] = [
    ("", "url", Flag::Url, Value),
    ("X", "request", Flag::Method, Value),
    ("H", "header", Flag::Header, Value),
    ("u", "user", Flag::User, Value),
    ("", "basic", Flag::Basic, Nothing),
    ("", "oauth2-bearer", Flag::Bearer, Value),
    ("b", "cookie", Flag::Cookie, Value),
    ("A", "user-agent", Flag::UserAgent, Value),
    ("e", "referer", Flag::Referer, Value),
    ("G", "get", Flag::Get, Nothing),
    ("I", "head", Flag::Head, Nothing),
    ("", "compressed", Flag::Compressed, Nothing),
    ("g", "globoff", Flag::GlobOff, Nothing),
    ("", "path-as-is", Flag::PathAsIs, Nothing),
    ("F", "form", Flag::Form, Value),
    ("", "form-string", Flag::Form, Value),
    ("", "json", Flag::Json, Value),
    ("", "data-raw", Flag::Data, Value),
    ("d", "data", Flag::DataFromFile, Value),
    ("", "data-ascii", Flag::DataFromFile, Value),
    ("", "data-binary", Flag::DataFromFile, Value),
    ("", "data-urlencode", Flag::DataToEncode, Value),
    // They change nothing that an authorizer sees.
    ("k", "insecure", Flag::Ignored, Nothing),
    ("s", "silent", Flag::Ignored, Nothing),
    ("S", "show-error", Flag::Ignored, Nothing),
    ("v", "verbose", Flag::Ignored, Nothing),
    ("i", "include", Flag::Ignored, Nothing),
    ("L", "location", Flag::Ignored, Nothing),
    ("f", "fail", Flag::Ignored, Nothing),
    ("", "fail-with-body", Flag::Ignored, Nothing),
    ("N", "no-buffer", Flag::Ignored, Nothing),
    ("#", "progress-bar", Flag::Ignored, Nothing),
    ("4", "ipv4", Flag::Ignored, Nothing),
    ("6", "ipv6", Flag::Ignored, Nothing),
    ("0", "http1.0", Flag::Ignored, Nothing),
    ("", "http1.1", Flag::Ignored, Nothing),
    ("", "http2", Flag::Ignored, Nothing),
    ("", "http2-prior-knowledge", Flag::Ignored, Nothing),
    ("", "http3", Flag::Ignored, Nothing),
    ("1", "tlsv1", Flag::Ignored, Nothing),
    ("", "tlsv1.2", Flag::Ignored, Nothing),
    ("", "tlsv1.3", Flag::Ignored, Nothing),
    ("", "no-keepalive", Flag::Ignored, Nothing),
    ("j", "junk-session-cookies", Flag::Ignored, Nothing),
    ("O", "remote-name", Flag::Ignored, Nothing),
    ("o", "output", Flag::Ignored, Value),
    ("w", "write-out", Flag::Ignored, Value),
    ("m", "max-time", Flag::Ignored, Value),
    ("", "connect-timeout", Flag::Ignored, Value),
    ("x", "proxy", Flag::Ignored, Value),
    ("c", "cookie-jar", Flag::Ignored, Value),
    ("D", "dump-header", Flag::Ignored, Value),
    ("E", "cert", Flag::Ignored, Value),
    ("", "cacert", Flag::Ignored, Value),
    ("", "key", Flag::Ignored, Value),
    ("", "resolve", Flag::Ignored, Value),
    ("", "connect-to", Flag::Ignored, Value),
    ("", "interface", Flag::Ignored, Value),
    ("", "retry", Flag::Ignored, Value),
    ("", "max-redirs", Flag::Ignored, Value),
];

pub(super) fn short(letter: char) -> Option<(Flag, Takes)> {
    find(|(known, ..)| known.starts_with(letter))
}

pub(super) fn long(name: &str) -> Option<(Flag, Takes)> {
    find(|(_, known, ..)| *known == name)
}

fn find(is_it: impl Fn(&(&str, &str, Flag, Takes)) -> bool) -> Option<(Flag, Takes)> {
    let mut flags = FLAGS.iter();
    let found = flags.find(|flag| is_it(flag));
    found.map(|(_, _, flag, takes)| (*flag, *takes))
}
