//! Random requests, answers of an authorizer and values of the application.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Uri, header};
use proptest::{collection, option, prelude::*, sample, string::string_regex};

/// A request and what happens to it.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) path_parameter: String,
    pub(crate) answer: Answer,
}

#[derive(Debug, Clone)]
pub(crate) enum Answer {
    Deny { principal: String, reason: String },
    Failure { message: String },
}

pub(crate) fn case() -> impl Strategy<Value = Case> {
    let headers = collection::vec((header_of_interest(), header_value()), 0..6);
    (method(), uri(), headers, text(), answer()).prop_map(
        |(method, uri, headers, path_parameter, answer)| Case {
            method,
            uri,
            headers,
            path_parameter,
            answer,
        },
    )
}

fn answer() -> impl Strategy<Value = Answer> {
    prop_oneof![
        4 => (text(), text()).prop_map(|(principal, reason)| Answer::Deny { principal, reason }),
        1 => text().prop_map(|message| Answer::Failure { message }),
    ]
}

/// Any text, often with characters that could break out of JSON, a header or a template.
pub(crate) fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => sample::select(vec![
            "\"", "\\", "\\\"", "\",\"admin\":\"", "\r\n", "\n", "\r", "\r\n\r\n", "\0", "\u{1b}", "\u{7f}",
            "\u{2028}", "\u{85}", "é", "'", "</script>", "$context.requestId", "${context.stage}", "$",
            "{", "}", ": ", "set-cookie: a=b",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => string_regex("[ -~]{0,8}").unwrap(),
    ];
    collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

fn method() -> impl Strategy<Value = Method> {
    prop_oneof![
        3 => sample::select(vec![Method::GET, Method::POST, Method::HEAD, Method::OPTIONS]),
        1 => string_regex("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,9}").unwrap()
            .prop_map(|name| Method::from_bytes(name.as_bytes()).unwrap()),
    ]
}

/// Any target that `http` accepts, in origin or absolute form.
fn uri() -> impl Strategy<Value = Uri> {
    let origin = option::of(string_regex("https?://[a-z0-9.-]{1,9}(:[0-9]{1,4})?").unwrap());
    (origin, target_text("/"), option::of(target_text("sent="))).prop_filter_map(
        "no URI",
        |(origin, path, query)| {
            let origin = origin.unwrap_or_default();
            let query = query.map(|query| format!("?{query}")).unwrap_or_default();
            Uri::from_maybe_shared(Bytes::from(format!("{origin}{path}{query}"))).ok()
        },
    )
}

fn target_text(start: &'static str) -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        sample::select(vec![
            "\"",
            "{",
            "}",
            "%22",
            "%5C",
            "%0D%0A",
            "%00",
            "%0",
            "%",
            "&sent=",
            "&",
            "+",
            "'",
            "$context.stage",
            "é",
            "\u{2028}",
            "%FF",
            "/",
            "//",
            "..",
            ";",
            "|",
            "~",
            "=",
        ])
        .prop_map(str::to_owned),
        string_regex("[a-zA-Z0-9]{0,6}").unwrap(),
    ];
    collection::vec(piece, 0..7).prop_map(move |pieces| format!("{start}{}", pieces.concat()))
}

fn header_of_interest() -> impl Strategy<Value = HeaderName> {
    sample::select(vec![
        HeaderName::from_static("x-sent"),
        header::COOKIE,
        header::HOST,
        header::USER_AGENT,
        header::ACCEPT,
    ])
}

/// Any valid bytes of a header value. Tab is the only control character, and not all bytes are ASCII.
fn header_value() -> impl Strategy<Value = HeaderValue> {
    let bytes = prop_oneof![
        collection::vec(any::<u8>(), 0..12),
        text().prop_map(String::into_bytes),
    ];
    bytes.prop_map(|bytes| {
        let allowed = |byte: &u8| *byte == b'\t' || (*byte >= b' ' && *byte != 0x7f);
        let bytes: Vec<u8> = bytes.into_iter().filter(allowed).collect();
        HeaderValue::from_bytes(&bytes).unwrap()
    })
}
