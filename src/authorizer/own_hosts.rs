//! The `Host` header that an authorizer sees.

use http::{HeaderMap, HeaderValue, header, uri::Authority};

/// The `Host` headers of a request whose target names the host, as in HTTP/2. The authorizer sees the target's host
/// instead.
#[derive(Debug, Clone)]
pub(crate) struct OwnHosts(Vec<HeaderValue>);

impl OwnHosts {
    /// Replaces the headers. Returns `None` if they stay as they are, because the authority is not a header value, or
    /// because there are as many headers as the map can hold.
    pub(crate) fn replace(headers: &mut HeaderMap, authority: &Authority) -> Option<Self> {
        let host = HeaderValue::from_str(authority.as_str()).ok()?;
        let own = headers.get_all(header::HOST).iter().cloned().collect();
        headers.try_insert(header::HOST, host).ok()?;
        Some(Self(own))
    }

    pub(crate) fn restore(self, headers: &mut HeaderMap) {
        let mut own = self.0.into_iter();
        match own.next() {
            Some(first) => headers.insert(header::HOST, first),
            None => headers.remove(header::HOST),
        };
        own.for_each(|other| {
            headers.append(header::HOST, other);
        });
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderName;

    use super::*;

    #[test]
    fn a_full_map_stays_as_it_is() {
        let mut headers = HeaderMap::new();
        let value = HeaderValue::from_static("x");
        let mut number = 0;
        loop {
            number += 1;
            let name = HeaderName::try_from(format!("x-{number}")).unwrap();
            if headers.try_insert(name, value.clone()).is_err() {
                break;
            }
        }
        let before = headers.len();
        assert!(OwnHosts::replace(&mut headers, &Authority::from_static("c")).is_none());
        assert_eq!(headers.len(), before);
    }

    /// Also the order in which the headers are listed.
    #[test]
    fn the_headers_are_restored_as_they_were() {
        for own in [&[][..], &["a"], &["a", "b", "a"]] {
            let mut headers = HeaderMap::new();
            let before = HeaderValue::from_static("x");
            headers.append(header::ACCEPT, before.clone());
            for host in own {
                headers.append(header::HOST, HeaderValue::from_static(host));
                headers.append(header::ACCEPT, before.clone());
            }
            let sent: Vec<_> = headers.clone().into_iter().collect();
            let authority = Authority::from_static("c:8080");
            let replaced = OwnHosts::replace(&mut headers, &authority).unwrap();
            let hosts: Vec<_> = headers.get_all(header::HOST).iter().collect();
            assert_eq!(hosts, ["c:8080"]);
            replaced.restore(&mut headers);
            assert_eq!(headers.into_iter().collect::<Vec<_>>(), sent);
        }
    }
}
