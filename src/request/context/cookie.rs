//! Reads one cookie of a request, if all programs would read the same value.
//!
//! A result is cached under this value, but the authorizer and the service behind the layer read the header `Cookie` by
//! their own rules. If two cookies have the same name, some programs use the first and some the last. Some ignore case,
//! decode percent-encoding in names, remove Unicode spaces, or turn `.`, a space or `[` into `_`. Some allow a `;` in a
//! quoted value, and some end a cookie at a comma or a space. If any of these rules makes a difference, the cookie is
//! ambiguous.

use http::{HeaderMap, header};
use percent_encoding::percent_decode;

/// Two programs could read different values from a cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AmbiguousCookie;

/// The value of a cookie as it was sent, including quotes. Takes time linear in the length of the headers.
pub(crate) fn cookie_value<'h>(
    headers: &'h HeaderMap,
    name: &str,
) -> Result<Option<&'h str>, AmbiguousCookie> {
    let mut found = None;
    let headers = headers.get_all(header::COOKIE).iter();
    for cookie in headers.flat_map(|header| header.as_bytes().split(|byte| *byte == b';')) {
        match exact_value(cookie.trim_ascii(), name) {
            Some(value) if found.is_none_or(|known| known == value) => found = Some(value),
            Some(_) => return Err(AmbiguousCookie),
            None if mentions(cookie, name) => return Err(AmbiguousCookie),
            None => {}
        }
    }
    found.map(plain).transpose()
}

/// Whether this is a valid name that cannot be an attribute of RFC 2965, such as `$Path`.
pub(crate) fn is_cookie_name(name: &str) -> bool {
    super::is_parameter_name(name) && !name.starts_with('$')
}

fn exact_value<'c>(cookie: &'c [u8], name: &str) -> Option<&'c [u8]> {
    cookie.strip_prefix(name.as_bytes())?.strip_prefix(b"=")
}

/// Whether some program may find a cookie with this name in this part of the header.
fn mentions(cookie: &[u8], name: &str) -> bool {
    if may_be_called(cookie, name) {
        return true;
    }
    let mut is_first = true;
    let mut parts = cookie.split(|byte| *byte == b'=').peekable();
    while let Some(part) = parts.next() {
        let is_in_front_of_value = parts.peek().is_some();
        let part = trimmed_end(part);
        let separator = part.iter().rposition(|byte| is_separator(*byte));
        // Text between two `=` that contains no separator is a value.
        let word = match separator {
            Some(at) => part.get(at + 1..),
            None => is_first.then_some(part),
        };
        is_first = false;
        if is_in_front_of_value && word.is_some_and(|word| resembles(word, name)) {
            return true;
        }
    }
    false
}

/// Whether some program reads the text before the first `=` as the name. Programs may decode it, remove Unicode spaces,
/// turn a space or a bracket into `_`, or read `name[key]` as a list with that name.
fn may_be_called(cookie: &[u8], name: &str) -> bool {
    let Some(called) = cookie.split(|byte| *byte == b'=').next() else {
        return false;
    };
    let called: Vec<u8> = percent_decode(called).collect();
    let list = called.split(|byte| *byte == b'[').next();
    let name = || name.bytes().map(folded);
    [Some(called.as_slice()), list]
        .into_iter()
        .flatten()
        .any(|called| visible(called).iter().copied().map(folded).eq(name()))
}

/// Removes everything that is not visible ASCII at both ends.
fn visible(mut text: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = text {
        if first.is_ascii_graphic() {
            break;
        }
        text = rest;
    }
    while let [rest @ .., last] = text {
        if last.is_ascii_graphic() {
            break;
        }
        text = rest;
    }
    text
}

fn folded(byte: u8) -> u8 {
    match byte {
        b'.' | b' ' | b'[' => b'_',
        other => other.to_ascii_lowercase(),
    }
}

fn trimmed_end(mut part: &[u8]) -> &[u8] {
    while let [rest @ .., last] = part {
        if !is_separator(*last) {
            break;
        }
        part = rest;
    }
    part
}

fn is_separator(byte: u8) -> bool {
    matches!(byte, b',' | b'"') || !byte.is_ascii_graphic()
}

fn resembles(word: &[u8], name: &str) -> bool {
    percent_decode(word)
        .map(folded)
        .eq(name.bytes().map(folded))
}

/// Fails unless RFC 6265 allows the value: it may be in quotes, but contains no space, comma, quote or backslash.
fn plain(value: &[u8]) -> Result<&str, AmbiguousCookie> {
    let ([b'"', bare @ .., b'"'] | bare) = value;
    let is_allowed = |byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b',' | b'\\');
    match std::str::from_utf8(value) {
        Ok(text) if bare.iter().all(is_allowed) => Ok(text),
        _ => Err(AmbiguousCookie),
    }
}

/// Whether a value is empty, possibly in quotes.
pub(crate) fn is_empty_cookie(value: &str) -> bool {
    matches!(value, "" | r#""""#)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use std::time::Duration;

    use super::*;
    use crate::request::thread_time::thread_time;

    fn value(headers: &[&str]) -> Result<Option<String>, AmbiguousCookie> {
        let mut map = HeaderMap::new();
        for header in headers {
            map.append(header::COOKIE, header.parse().unwrap());
        }
        let value = cookie_value(&map, "app.sid")?;
        Ok(value.map(str::to_owned))
    }

    #[test]
    fn a_cookie_has_the_value_that_was_sent() {
        for (headers, expected) in [
            (&[][..], None),
            (&[""], None),
            (&["a=1; b=2"], None),
            (&["app.sid=1"], Some("1")),
            (&["_ga=GA1.2; app.sid=1;b={\"c\":[1,2]}"], Some("1")),
            (&["a=1", " app.sid=1=2 ", "b=2"], Some("1=2")),
            (&["app.sid=1", "app.sid=1"], Some("1")),
            (&["app.sid=\"1\""], Some("\"1\"")),
            (&["app.sid=%41"], Some("%41")),
            (&["app.sid="], Some("")),
            // Longer names that contain the name, and values that contain it.
            (&["my-app.sid=2; app.sid2=3; app.sid=1"], Some("1")),
            (&["a=app.sid=2; b=x&app.sid=3; app.sid=1"], Some("1")),
            (&["a={\"app.sid\":2}; app.sid=1"], Some("1")),
        ] {
            assert_eq!(
                value(headers),
                Ok(expected.map(str::to_owned)),
                "{headers:?}"
            );
        }
    }

    #[test]
    fn a_cookie_that_programs_read_differently_is_ambiguous() {
        for headers in [
            &["app.sid=1; app.sid=2"][..],
            &["app.sid=1", "app.sid=2"],
            &["app.sid=1; app.sid="],
            &["app.sid=1; app.sid"],
            &["app.sid=1; APP.SID=2"],
            &["app.sid=1; app_sid=2"],
            &["app.sid=1; app%2Esid=2"],
            &["app.sid=1; %61pp.sid=2"],
            &["app.sid=1; app.sid =2"],
            &["app.sid=1; \"app.sid\"=2"],
            &["app.sid=1; x=2,app.sid=2"],
            &["x=2, app.sid=2; app.sid=1"],
            &["app.sid=1; x=2 app.sid=2"],
            &["app.sid=1; x=\"app.sid=2"],
            &["app.sid=\"1; x=2\""],
            &["app.sid=\"1\\\"; x=2\""],
            &["app.sid=\""],
            &["app.sid=1\"2\""],
            &["app.sid=1,2"],
            &["app.sid=1 2"],
            &["app.sid= 1"],
            &["app.sid =1"],
            &["app.sid"],
            &["app.sid=caf\u{e9}"],
        ] {
            assert_eq!(value(headers), Err(AmbiguousCookie), "{headers:?}");
        }
    }

    fn value_of(header: &str, name: &str) -> Result<Option<String>, AmbiguousCookie> {
        let mut map = HeaderMap::new();
        map.append(
            header::COOKIE,
            HeaderValue::from_bytes(header.as_bytes()).unwrap(),
        );
        cookie_value(&map, name).map(|value| value.map(str::to_owned))
    }

    #[test]
    fn a_name_that_other_languages_change_into_this_name_is_ambiguous() {
        for other in [
            "\u{a0}app_sid=2",
            "app_sid\u{2003}=2",
            "%20app_sid=2",
            "app sid=2",
            "app[sid=2",
            "app_sid[a]=2",
        ] {
            for headers in [
                format!("app_sid=1; {other}"),
                format!("{other}; app_sid=1"),
                other.into(),
            ] {
                assert_eq!(
                    value_of(&headers, "app_sid"),
                    Err(AmbiguousCookie),
                    "{headers}"
                );
            }
        }
        for other in ["xapp_sid=2", "app_sid2=3", "app=4", "sid=5"] {
            let header = format!("app_sid=1; {other}");
            assert_eq!(
                value_of(&header, "app_sid"),
                Ok(Some("1".to_owned())),
                "{header}"
            );
        }
    }

    #[test]
    fn a_long_header_is_read_in_linear_time() {
        let pieces = [
            "=", " ", "\"", ",", "a=", "app.sid", " =", "app.sid,", "%", "; ", "x =",
        ];
        for piece in pieces {
            let long = piece.repeat(200_000);
            let before = thread_time();
            let _ = value(&[&long]);
            let took = thread_time() - before;
            assert!(took < Duration::from_secs(5), "{piece}: {took:?}");
        }
    }
}
