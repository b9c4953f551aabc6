//! Masks the request's credentials in a text, because an authorizer or a gateway response may repeat them.

use std::borrow::Cow;

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderName, request::Parts};

use super::DenialReason;
use crate::{
    identity::{IdentitySource, IdentitySources},
    request::context::{RequestContext, decoded_pairs},
};

/// What the names of headers with credentials contain: `authorization`, `x-api-key`, `cookie`, `x-csrf-token`.
const SECRET_NAMES: [&str; 12] = [
    "auth",
    "cookie",
    "credential",
    "jwt",
    "key",
    "otp",
    "passw",
    "secret",
    "session",
    "signature",
    "token",
    "ticket",
];

/// Shorter values are not masked: they match ordinary words.
const SHORTEST_CREDENTIAL: usize = 4;

/// The most characters of a text that are shown, because an authorizer's message may be long.
const LONGEST_EXPLANATION: usize = 2_000;

/// The most characters that are searched for credentials. The rest is never shown. A credential that the limit
/// cuts off is masked, too.
const LONGEST_MASKED: usize = 64 * 1024;

/// If a request's credentials have more words than this, masking them would take too long.
const MOST_CREDENTIALS: usize = 64;

/// Replaces a message if masking would take too long.
const WITHHELD: &str = "the authorizer's message is withheld: it may contain a credential";

/// The reason's text. Credentials of the request are masked wherever the authorizer's message repeats them as sent. The
/// rest of the text is this crate's own, and a token may happen to be one of its words.
pub(crate) fn without_credentials(
    reason: &DenialReason,
    sources: &IdentitySources,
    request: &RequestContext<'_>,
) -> String {
    match reason.quoted() {
        None => reason.to_string(),
        Some(message) => match masked(message, sources, request) {
            None => WITHHELD.to_owned(),
            Some(message) => {
                let text = reason.clone().quoting(message).to_string();
                text.chars().take(LONGEST_EXPLANATION).collect()
            }
        },
    }
}

/// The same reason, with the credentials of the request masked in the authorizer's message.
pub(crate) fn masked_reason(
    reason: &DenialReason,
    sources: &IdentitySources,
    request: &RequestContext<'_>,
) -> DenialReason {
    let Some(message) = reason.quoted() else {
        return reason.clone();
    };
    let message = masked(message, sources, request);
    let message = message.unwrap_or_else(|| WITHHELD.to_owned());
    let message = message.chars().take(LONGEST_EXPLANATION).collect();
    reason.clone().quoting(message)
}

/// A text without the credentials of the request.
pub(crate) fn mask(text: &str, sources: &IdentitySources, request: &RequestContext<'_>) -> String {
    masked(text, sources, request).unwrap_or_else(|| "***".to_owned())
}

/// The authorizer's message without the credentials of the request. `None` if it has too many.
fn masked(
    message: &str,
    sources: &IdentitySources,
    request: &RequestContext<'_>,
) -> Option<String> {
    let credentials = credentials(sources, request);
    if credentials.len() > MOST_CREDENTIALS {
        return None;
    }
    let mut message: String = message.chars().take(LONGEST_MASKED).collect();
    for credential in credentials {
        message = message.replace(&credential, "***");
        mask_cut(&mut message, &credential);
    }
    Some(message)
}

/// Masks a credential that was cut off at the end of the text.
fn mask_cut(text: &mut String, credential: &str) {
    let length = overlap(text.as_bytes(), credential.as_bytes());
    if length >= SHORTEST_CREDENTIAL {
        text.truncate(text.len() - length);
        text.push_str("***");
    }
}

/// The length of the longest prefix of `pattern` that is a suffix of `text`. This is the Knuth-Morris-Pratt search, run
/// to the end of the text, and takes linear time in the shorter of the two.
fn overlap<T: PartialEq>(text: &[T], pattern: &[T]) -> usize {
    let longest = pattern.len().min(text.len());
    let (pattern, _) = pattern.split_at(longest);
    let (_, text) = text.split_at(text.len() - longest);
    let mut borders = Vec::with_capacity(longest);
    borders.extend(pattern.first().map(|_| 0));
    for item in pattern.iter().skip(1) {
        let known = borders.last().copied().unwrap_or_default();
        borders.push(extend(pattern, &borders, known, item));
    }
    text.iter()
        .fold(0, |length, item| extend(pattern, &borders, length, item))
}

/// How much of `pattern` matches after `item`, if its first `length` items matched before. `borders` has, for each prefix
/// of `pattern`, the length of its longest proper prefix that is also its suffix.
fn extend<T: PartialEq>(pattern: &[T], borders: &[usize], mut length: usize, item: &T) -> usize {
    loop {
        if pattern.get(length) == Some(item) {
            return length + 1;
        }
        match length.checked_sub(1).and_then(|last| borders.get(last)) {
            Some(shorter) => length = *shorter,
            None => return 0,
        }
    }
}

/// The values to mask. The longest come first, because one may be part of another.
fn credentials(sources: &IdentitySources, request: &RequestContext<'_>) -> Vec<String> {
    let parts: &Parts = request.parts;
    let query = parts.uri.query().unwrap_or_default();
    // Decoded, and as it was sent.
    let sent_values = query.split('&').filter_map(|pair| pair.split_once('='));
    let sent_values = sent_values.map(|(_, value)| value.to_owned());
    let query = decoded_pairs(query).map(|(_, value)| value.into_owned());
    let query = query.chain(sent_values);
    let places = sources.iter().flat_map(IdentitySource::places);
    let secret = parts.headers.keys().filter(|name| is_secret(name));
    let values = secret
        .flat_map(|name| header_values(&parts.headers, name))
        .chain(places.flat_map(|source| sent(source, request)))
        .chain(query);
    let mut credentials: Vec<_> = values.flat_map(|value| credentials_in(&value)).collect();
    credentials.retain(|credential| credential.len() >= SHORTEST_CREDENTIAL);
    // A gateway response's body may repeat them in JSON.
    let escaped: Vec<_> = credentials
        .iter()
        .filter_map(|text| escaped(text))
        .collect();
    credentials.extend(escaped);
    credentials.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    credentials.dedup();
    credentials
}

/// A text as JSON writes it, if that is another one.
fn escaped(text: &str) -> Option<String> {
    let json = serde_json::to_string(text).ok()?;
    let escaped = json.strip_prefix('"')?.strip_suffix('"')?;
    (escaped != text).then(|| escaped.to_owned())
}

/// Whether a header's name says that its value is a credential.
fn is_secret(name: &HeaderName) -> bool {
    let name = name.as_str();
    SECRET_NAMES.iter().any(|secret| name.contains(secret))
}

/// A value and the credentials inside it: the token after `Bearer`, a cookie's value, a password.
pub(crate) fn credentials_in(value: &str) -> Vec<String> {
    let mut credentials = basic_credentials(value);
    for word in value.split([' ', ';', ',', '"']) {
        credentials.push(word.to_owned());
        // The name of a cookie is not secret, and its value may contain `=`.
        credentials.extend(word.split_once('=').map(|(_, value)| value.to_owned()));
    }
    credentials.push(value.to_owned());
    credentials
}

/// The values that the request has in the place of a source. If a header is repeated, they are all of its values,
/// because the authorizer sees all of them.
fn sent(source: &IdentitySource, request: &RequestContext<'_>) -> Vec<String> {
    let repeated = source.header().into_iter();
    let repeated = repeated.flat_map(|name| header_values(&request.parts.headers, name));
    let value = source.read(request).ok();
    repeated.chain(value.map(Cow::into_owned)).collect()
}

fn header_values<'r>(
    headers: &'r HeaderMap,
    name: &HeaderName,
) -> impl Iterator<Item = String> + use<'r> {
    let values = headers.get_all(name).into_iter();
    values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// The user name and password of `Basic` authentication, decoded as an authorizer decodes them.
fn basic_credentials(value: &str) -> Vec<String> {
    let encoded = value.trim().strip_prefix("Basic ");
    let decoded = encoded.and_then(|encoded| STANDARD.decode(encoded.trim()).ok());
    let decoded = decoded.and_then(|decoded| String::from_utf8(decoded).ok());
    let Some(decoded) = decoded else {
        return Vec::new();
    };
    let parts: Vec<_> = decoded.split(':').map(str::to_owned).collect();
    [decoded].into_iter().chain(parts).collect()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    thread_local!(static COMPARISONS: Cell<usize> = const { Cell::new(0) });

    struct Counted(u8);

    impl PartialEq for Counted {
        fn eq(&self, other: &Self) -> bool {
            COMPARISONS.set(COMPARISONS.get() + 1);
            self.0 == other.0
        }
    }

    fn comparisons(text: &str, credential: &str) -> usize {
        let counted = |text: &str| text.bytes().map(Counted).collect::<Vec<_>>();
        COMPARISONS.set(0);
        overlap(&counted(text), &counted(credential));
        COMPARISONS.get()
    }

    #[test]
    fn searching_for_a_truncated_credential_takes_linear_time() {
        let length = 20_000;
        let same = "a".repeat(length);
        for (text, credential) in [
            (same.clone(), format!("{same}b")),
            (format!("{same}b"), same.clone()),
            (format!("b{same}"), format!("{same}b")),
            (
                "ab".repeat(length / 2),
                format!("{}aa", "ab".repeat(length / 2 - 2)),
            ),
        ] {
            let comparisons = comparisons(&text, &credential);
            assert!(comparisons <= 5 * length, "{comparisons}");
            assert!(
                comparisons >= length,
                "{comparisons} comparisons are too few for a search"
            );
        }
    }

    #[test]
    fn the_longest_prefix_at_the_end_is_found() {
        let words = |length: u32| {
            (0..3_usize.pow(length)).map(move |word| {
                let letters = (0..length).map(|at| word / 3_usize.pow(at) % 3);
                letters
                    .map(|letter| ['a', 'b', '\u{e9}'][letter])
                    .collect::<String>()
            })
        };
        let all: Vec<_> = (0..6).flat_map(words).collect();
        for text in &all {
            for credential in &all {
                let mut beginnings =
                    (0..=credential.len()).filter_map(|length| credential.get(..length));
                let longest = beginnings.rfind(|beginning| text.ends_with(beginning));
                let found = overlap(text.as_bytes(), credential.as_bytes());
                assert_eq!(Some(found), longest.map(str::len), "{text} {credential}");
            }
        }
    }

    #[test]
    fn a_truncated_credential_is_masked_if_it_is_long_enough() {
        for (text, masked) in [
            ("token: s3cr", "token: ***"),
            ("token: s3c", "token: s3c"),
            ("s3cret-w", "***"),
            ("", ""),
        ] {
            let mut text = text.to_owned();
            mask_cut(&mut text, "s3cret-word");
            assert_eq!(text, masked);
        }
    }
}
