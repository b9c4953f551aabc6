//! Two fields that some servers take for one: `X-Tenant` and `X_Tenant`. The guard judges the first, and the server
//! behind it may use the second.

use http::{
    HeaderMap, HeaderName,
    header::{CONTENT_LENGTH, TRANSFER_ENCODING},
};

use crate::field_name::{are_alike, is_usual};

/// Two such names. Fields that are removed behind the guard do not count.
pub(super) fn pair(
    headers: &HeaderMap,
    is_removed: impl Fn(&str) -> bool,
) -> Option<[HeaderName; 2]> {
    let mut suspects = headers
        .keys()
        .filter(|name| !is_usual(name.as_str()) && !is_removed(name.as_str()));
    suspects.find_map(|suspect| {
        let others = headers.keys().filter(|name| *name != suspect);
        // These two are written for the next connection, even if the client has not sent them.
        let mut others = others.chain([&CONTENT_LENGTH, &TRANSFER_ENCODING]);
        let other =
            others.find(|other: &&HeaderName| are_alike(suspect.as_str(), other.as_str()))?;
        Some([suspect.clone(), other.clone()])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(names: &[&'static str]) -> Option<[HeaderName; 2]> {
        let names = names.iter().map(|name| HeaderName::from_static(name));
        let headers = names
            .map(|name| (name, http::HeaderValue::from_static("x")))
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
}
