//! curl's flags.

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

pub(super) fn short(letter: char) -> Option<(Flag, Takes)> {
    let name = match letter {
        'X' => "request",
        'H' => "header",
        'd' => "data",
        'F' => "form",
        'u' => "user",
        'b' => "cookie",
        'A' => "user-agent",
        'e' => "referer",
        'G' => "get",
        'I' => "head",
        'k' => "insecure",
        's' => "silent",
        'S' => "show-error",
        'v' => "verbose",
        'i' => "include",
        'L' => "location",
        'f' => "fail",
        'N' => "no-buffer",
        'g' => "globoff",
        '#' => "progress-bar",
        '0' => "http1.0",
        '1' => "tlsv1",
        '4' => "ipv4",
        '6' => "ipv6",
        'j' => "junk-session-cookies",
        'O' => "remote-name",
        'o' => "output",
        'w' => "write-out",
        'm' => "max-time",
        'x' => "proxy",
        'c' => "cookie-jar",
        'D' => "dump-header",
        'E' => "cert",
        _ => return None,
    };
    long(name)
}

pub(super) fn long(name: &str) -> Option<(Flag, Takes)> {
    use Takes::{Nothing, Value};
    Some(match name {
        "url" => (Flag::Url, Value),
        "request" => (Flag::Method, Value),
        "header" => (Flag::Header, Value),
        "user" => (Flag::User, Value),
        "basic" => (Flag::Basic, Nothing),
        "oauth2-bearer" => (Flag::Bearer, Value),
        "cookie" => (Flag::Cookie, Value),
        "user-agent" => (Flag::UserAgent, Value),
        "referer" => (Flag::Referer, Value),
        "get" => (Flag::Get, Nothing),
        "head" => (Flag::Head, Nothing),
        "compressed" => (Flag::Compressed, Nothing),
        "globoff" => (Flag::GlobOff, Nothing),
        "path-as-is" => (Flag::PathAsIs, Nothing),
        "form" | "form-string" => (Flag::Form, Value),
        "json" => (Flag::Json, Value),
        "data-raw" => (Flag::Data, Value),
        "data" | "data-ascii" | "data-binary" => (Flag::DataFromFile, Value),
        "data-urlencode" => (Flag::DataToEncode, Value),
        "insecure"
        | "silent"
        | "show-error"
        | "verbose"
        | "include"
        | "location"
        | "fail"
        | "fail-with-body"
        | "no-buffer"
        | "progress-bar"
        | "ipv4"
        | "ipv6"
        | "http1.0"
        | "http1.1"
        | "http2"
        | "http2-prior-knowledge"
        | "http3"
        | "tlsv1"
        | "tlsv1.2"
        | "tlsv1.3"
        | "no-keepalive"
        | "junk-session-cookies"
        | "remote-name" => (Flag::Ignored, Nothing),
        "output" | "write-out" | "max-time" | "connect-timeout" | "proxy" | "cookie-jar"
        | "dump-header" | "cert" | "cacert" | "key" | "resolve" | "connect-to" | "interface"
        | "retry" | "max-redirs" => (Flag::Ignored, Value),
        _ => return None,
    })
}
