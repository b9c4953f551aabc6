//! Query parameters that servers read in different ways.
//!
//! A parameter is judged under its exact name, and its value ends at the next `&`. Servers and frameworks take others for it:
//!
//! - PHP drops spaces before a name and what follows `%00`, reads `.`, a space and `[` as `_`, and `token[]` as `token`.
//! - The package `qs`, which Express 4 uses, reads `token[]`, `token[a]` and `[token]` as `token`.
//! - Perl's Plack and Rack 2 also begin a parameter at a `;`.
//! - ASP.NET ignores case.

use percent_encoding::percent_decode_str;

/// An identity source in the query.
pub(super) struct Parameter {
    name: String,
    /// The authorizer gets all its values, joined.
    may_be_repeated: bool,
}

impl Parameter {
    pub(super) fn new(name: &str, may_be_repeated: bool) -> Self {
        let name = name.to_owned();
        Self {
            name,
            may_be_repeated,
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Whether a query has this parameter, and servers may find a value of it that the authorizer does not get.
    pub(super) fn has_several(&self, query: &str) -> bool {
        let (mut exact, mut is_unclear) = (0, false);
        for pair in query.split('&') {
            if decoded(name_in(pair)) == self.name.as_bytes() {
                exact += 1;
                // Its value may be cut.
                is_unclear |= pair.contains(';');
            } else {
                is_unclear |= pair.split(';').any(|part| may_be_called(part, &self.name));
            }
        }
        exact > 1 && !self.may_be_repeated || exact > 0 && is_unclear
    }
}

fn name_in(pair: &str) -> &str {
    pair.split('=').next().unwrap_or(pair)
}

fn decoded(name: &str) -> Vec<u8> {
    percent_decode_str(&name.replace('+', " ")).collect()
}

/// Whether some server takes this for a parameter with the name.
fn may_be_called(part: &str, name: &str) -> bool {
    let called = decoded(name_in(part));
    let end = called.iter().position(|byte| *byte == 0);
    let called = visible(
        called
            .get(..end.unwrap_or(called.len()))
            .unwrap_or_default(),
    );
    let inside = called.strip_prefix(b"[").unwrap_or(called);
    let list = inside.split(|byte| matches!(byte, b'[' | b']')).next();
    let name = || name.bytes().map(folded);
    [Some(called), list]
        .into_iter()
        .flatten()
        .any(|called| called.iter().copied().map(folded).eq(name()))
}

/// Without everything that is not visible ASCII at both ends.
fn visible(name: &[u8]) -> &[u8] {
    let begin = name.iter().position(u8::is_ascii_graphic);
    let end = name.iter().rposition(u8::is_ascii_graphic);
    match (begin, end) {
        (Some(begin), Some(end)) => name.get(begin..=end).unwrap_or_default(),
        _ => &[],
    }
}

fn folded(byte: u8) -> u8 {
    match byte {
        b'.' | b' ' | b'[' => b'_',
        other => other.to_ascii_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::thread_time::thread_time;

    fn has_several(query: &str, name: &str) -> bool {
        Parameter::new(name, false).has_several(query)
    }

    #[test]
    fn all_values_may_be_judged() {
        let joined = Parameter::new("api_key", true);
        assert!(!joined.has_several("api_key=1&api_key=2"));
        assert!(joined.has_several("api_key=1&api_key=2&API_KEY=3"));
        assert!(joined.has_several("api_key=1&api_key=2;x"));
    }

    #[test]
    fn one_parameter_is_fine() {
        for query in [
            "",
            "a=1",
            "api_key=1",
            "x=1&api_key=1&y=2",
            "api%5Fkey=1",
            "api_key=a%3Bb&x=1;y",
            "api_key=1&api_keys=2&my_api_key=3&x[api_key]=4&key=5",
            "x=api_key&api_key=1&y=a=api_key=2",
            // The guard does not find the parameter, either.
            "API_KEY=1&api.key=2",
            "api_key[]=1",
        ] {
            assert!(!has_several(query, "api_key"), "{query}");
        }
    }

    #[test]
    fn another_that_some_server_takes_for_it_is_not() {
        for other in [
            "api_key=2",
            "api_key",
            "%61pi_key=2",
            "API_KEY=2",
            "api.key=2",
            "api key=2",
            "api+key=2",
            "api[key=2",
            "api_key[]=2",
            "api_key%5B%5D=2",
            "api_key[a][b]=2",
            "[api_key]=2",
            "[api_key][]=2",
            "%20api_key=2",
            "api_key%00x=2",
            "api_key%FF=2",
            "%EF%BB%BFapi_key=2",
            "x=1;api_key=2",
            "amp;api_key=2",
            ";api.key",
        ] {
            for query in [format!("{other}&api_key=1"), format!("api_key=1&{other}")] {
                assert!(has_several(&query, "api_key"), "{query}");
            }
        }
        assert!(has_several("api_key=1;x", "api_key"));
    }

    #[test]
    fn a_long_query_is_read_in_linear_time() {
        for piece in ["&", ";", "[", "%00", "a=", "api_key&", "api_key;", "+"] {
            let long = piece.repeat(200_000);
            let before = thread_time();
            let _ = has_several(&long, "api_key");
            let took = thread_time() - before;
            assert!(took < Duration::from_secs(5), "{piece}: {took:?}");
        }
    }
}
