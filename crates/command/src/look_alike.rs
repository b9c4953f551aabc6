//! Two fields that some servers take for one: `X-Tenant` and `X_Tenant`. The guard judges the first, and the server behind it
//! may use the second.

use http::{
    HeaderMap, HeaderName,
    header::{CONTENT_LENGTH, TRANSFER_ENCODING},
};

use crate::field_name::are_alike;

/// Whether a request has such a field. Fields that are removed behind the guard do not count.
pub(super) fn is_in(headers: &HeaderMap, is_removed: impl Fn(&str) -> bool) -> bool {
    let mut suspects = headers
        .keys()
        .filter(|name| is_unusual(name.as_str()) && !is_removed(name.as_str()));
    suspects.any(|suspect| {
        let others = headers.keys().filter(|name| *name != suspect);
        // These two are written for the next connection, also if the client has not sent them.
        let mut others = others.chain([&CONTENT_LENGTH, &TRANSFER_ENCODING]);
        others.any(|other: &HeaderName| are_alike(suspect.as_str(), other.as_str()))
    })
}

/// Two usual names are alike only if they are equal.
fn is_unusual(name: &str) -> bool {
    !name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_in(names: &[&'static str]) -> bool {
        let names = names.iter().map(|name| HeaderName::from_static(name));
        let headers = names
            .map(|name| (name, http::HeaderValue::from_static("x")))
            .collect();
        super::is_in(&headers, |name| name == "x_removed")
    }

    #[test]
    fn one_spelling_of_a_name_is_fine() {
        for names in [
            &["x-tenant", "x-tenants"][..],
            &["api_key", "api"],
            &["x_tenant", "x-tenan"],
            &["x-removed", "x_removed"],
        ] {
            assert!(!is_in(names), "{names:?}");
        }
    }

    #[test]
    fn two_spellings_are_not() {
        for names in [
            &["x-tenant", "x_tenant"][..],
            &["x.tenant", "x_tenant"],
            &["x_removed", "a", "b~c", "b!c"],
            &["content_length"],
            &["transfer.encoding"],
        ] {
            assert!(is_in(names), "{names:?}");
        }
    }
}
