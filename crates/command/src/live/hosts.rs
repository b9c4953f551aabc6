//! Hosts that change which path a server reads.

use http::{HeaderMap, Uri, header::HOST, uri::Authority};

/// Whether the target's authority (HTTP/2's `:authority`) or the field `Host` is there and is not a host with an optional port.
/// Many programs write it before the target to get a URL. So `x/admin?` makes `/admin` the path, and an empty field makes
/// the first segment of the path the host. A proxy writes the authority into `Host`.
pub(super) fn is_ambiguous(target: &Uri, headers: &HeaderMap) -> bool {
    let is_a_field = |value: &[u8]| Authority::try_from(value).is_ok_and(|it| is_a_host(&it));
    let mut fields = headers.get_all(HOST).iter();
    target.authority().is_some_and(|it| !is_a_host(it))
        || fields.any(|value| !is_a_field(value.as_bytes()))
}

fn is_a_host(authority: &Authority) -> bool {
    let name = authority.host();
    let Some(port) = authority.as_str().strip_prefix(name) else {
        return false; // It names a user.
    };
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    !name.is_empty() && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn is_ambiguous(host: &str) -> bool {
        let value = HeaderValue::from_str(host).unwrap();
        let in_field = super::is_ambiguous(
            &Uri::from_static("/admin"),
            &HeaderMap::from_iter([(HOST, value)]),
        );
        // In a target, some of them end the authority.
        if let Ok(authority) = host.parse::<Authority>() {
            let target = Uri::builder().scheme("http").path_and_query("/admin");
            let target = target.authority(authority).build().unwrap();
            assert_eq!(super::is_ambiguous(&target, &HeaderMap::new()), in_field);
        }
        in_field
    }

    #[test]
    fn a_host_and_a_port_are_fine() {
        let target = Uri::from_static("/admin");
        assert!(!super::is_ambiguous(&target, &HeaderMap::new()));
        for host in [
            "shop.example",
            "shop.example:8080",
            "shop.example:",
            "127.0.0.1:80",
            "[::1]:80",
            "shop_1",
        ] {
            assert!(!is_ambiguous(host), "{host}");
        }
    }

    #[test]
    fn a_part_of_a_url_is_not() {
        for host in [
            "", "x/admin?", "x/admin#", "x?", "x#", "x/", "/admin", "x\\admin", "u@x", "@x",
            "x:80/", "x:admin", "x:80:80", "x y", ":80", "http://x",
        ] {
            assert!(is_ambiguous(host), "{host}");
        }
    }
}
