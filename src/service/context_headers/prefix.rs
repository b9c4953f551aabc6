//! The prefix of the headers: which prefixes are valid, and which names begin with one.

use std::sync::Arc;

use crate::error::ConfigError;

/// Parses a prefix. Fails if it is not made of words, or if a header that servers need begins with it.
pub(super) fn parse(prefix: &str) -> Result<Arc<str>, ConfigError> {
    let prefix = prefix.to_ascii_lowercase();
    match problem(&prefix) {
        None => Ok(prefix.into()),
        Some(problem) => Err(ConfigError::ContextHeaders { prefix, problem }),
    }
}

fn problem(prefix: &str) -> Option<String> {
    let words = prefix.strip_suffix('-').unwrap_or_default();
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric());
    if !words.split('-').all(is_word) {
        return Some(
            "a prefix consists of words of ASCII letters and digits, each followed by a `-`, such as `x-authorizer-`"
                .to_owned(),
        );
    }
    let taken = STANDARD.iter().find(|name| name.starts_with(prefix))?;
    Some(format!(
        "the header `{taken}` begins with it, and would be removed from every request; choose a prefix of your own, \
         such as `x-authorizer-`"
    ))
}

/// Request headers that servers and proxies act on. One header of each group is enough, such as `content-length` for
/// all that begin with `content-`.
const STANDARD: &[&str] = &[
    "accept-encoding",
    "access-control-request-method",
    "alt-used",
    "cache-control",
    "cdn-loop",
    "content-length",
    "early-data",
    "grpc-timeout",
    "http2-settings",
    "if-match",
    "keep-alive",
    "last-event-id",
    "max-forwards",
    "proxy-authorization",
    "sec-websocket-key",
    "transfer-encoding",
    "upgrade-insecure-requests",
    "user-agent",
    "x-amz-date",
    "x-amzn-trace-id",
    "x-api-key",
    "x-csrf-token",
    "x-forwarded-for",
    "x-http-method-override",
    "x-real-ip",
    "x-request-id",
    "x-requested-with",
];

/// Whether some server would read this as a name that begins with the prefix.
pub(super) fn is_under(name: &[u8], prefix: &str) -> bool {
    let name = name.get(..prefix.len()).unwrap_or_default();
    let plain = name.iter().map(|byte| plain(char::from(*byte)));
    plain.eq(prefix.chars())
}

/// Folds a character of a name as servers do.
pub(super) fn plain(sign: char) -> char {
    if sign.is_ascii_alphanumeric() {
        sign.to_ascii_lowercase()
    } else {
        '-'
    }
}
