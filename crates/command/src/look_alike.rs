//! Two fields that some servers take for one: `X-Tenant` and `X_Tenant`. The guard judges the first, and the server
//! behind it may use the second.

use std::collections::HashMap;

use http::{
    HeaderMap, HeaderName,
    header::{CONTENT_LENGTH, TRANSFER_ENCODING},
};

use crate::field_name::{folded_bytes, is_usual};

/// Two such names. Fields that are removed behind the guard do not count. Takes time linear in the length of the names.
pub(super) fn pair(
    headers: &HeaderMap,
    is_removed: impl Fn(&str) -> bool,
) -> Option<[HeaderName; 2]> {
    let is_suspect = |name: &&HeaderName| !is_usual(name.as_str()) && !is_removed(name.as_str());
    let mut suspects = headers.keys().filter(is_suspect).peekable();
    // Almost no request has one.
    suspects.peek()?;
    let alike = by_folded_name(headers);
    suspects.find_map(|suspect| {
        let mut others = alike.get(&folded(suspect))?.iter();
        let other = others.find(|other| **other != suspect)?;
        Some([suspect.clone(), (*other).clone()])
    })
}

fn by_folded_name(headers: &HeaderMap) -> HashMap<Vec<u8>, Vec<&HeaderName>> {
    // These two are written for the next connection, even if the client has not sent them.
    let names = headers.keys().chain([&CONTENT_LENGTH, &TRANSFER_ENCODING]);
    let mut alike = HashMap::<_, Vec<_>>::new();
    for name in names {
        alike.entry(folded(name)).or_default().push(name);
    }
    alike
}

fn folded(name: &HeaderName) -> Vec<u8> {
    folded_bytes(name.as_str().as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http::HeaderValue;

    use super::*;
    use crate::thread_time::thread_time;

    fn pair(names: &[&'static str]) -> Option<[HeaderName; 2]> {
        let names = names.iter().map(|name| HeaderName::from_static(name));
        let headers = names
            .map(|name| (name, HeaderValue::from_static("x")))
            .collect();
        super::pair(&headers, |name| name == "x_removed")
    }

    #[test]
    fn one_spelling_of_a_name_is_fine() {
        for names in [
            &["x-tenant", "x-tenants"][..],
            &["api_key", "api"],
            &["x_tenant", "x-tenan"],
            &["x-removed", "x_removed"],
        ] {
            assert_eq!(pair(names), None, "{names:?}");
        }
    }

    #[test]
    fn two_spellings_are_not() {
        for (names, expected) in [
            (&["x-tenant", "x_tenant"][..], ["x_tenant", "x-tenant"]),
            (&["x.tenant", "x_tenant"], ["x.tenant", "x_tenant"]),
            (&["x_removed", "a", "b~c", "b!c"], ["b~c", "b!c"]),
            (&["content_length"], ["content_length", "content-length"]),
            (
                &["transfer.encoding"],
                ["transfer.encoding", "transfer-encoding"],
            ),
        ] {
            let found = pair(names).unwrap();
            assert_eq!(found, expected.map(HeaderName::from_static), "{names:?}");
        }
    }

    #[test]
    fn many_names_are_compared_in_linear_time() {
        let mut headers = HeaderMap::new();
        for number in 0..20_000 {
            let name = format!("x_tenant_with_a_long_name_{number}");
            headers.insert(
                HeaderName::try_from(name).unwrap(),
                HeaderValue::from_static(""),
            );
        }
        let before = thread_time();
        assert_eq!(super::pair(&headers, |_| false), None);
        let took = thread_time() - before;
        assert!(took < Duration::from_secs(5), "{took:?}");
    }
}
