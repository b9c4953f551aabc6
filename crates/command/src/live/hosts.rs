//! Hosts that change which path a server reads.

use http::{HeaderMap, HeaderValue, header::HOST, uri::Authority};

/// Whether the field `Host` is there and is not a host with an optional port. Many programs write it in front of the target to
/// get a URL. So `x/admin?` makes `/admin` the path, and an empty field makes the first segment of the path the host.
pub(super) fn is_ambiguous(headers: &HeaderMap) -> bool {
    headers.get_all(HOST).iter().any(|value| !is_a_host(value))
}

fn is_a_host(value: &HeaderValue) -> bool {
    let Ok(authority) = Authority::try_from(value.as_bytes()) else {
        return false;
    };
    let name = authority.host();
    let Some(port) = authority.as_str().strip_prefix(name) else {
        return false; // It names a user.
    };
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    !name.is_empty() && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_ambiguous(host: &str) -> bool {
        let value = HeaderValue::from_str(host).unwrap();
        super::is_ambiguous(&HeaderMap::from_iter([(HOST, value)]))
    }

    #[test]
    fn a_host_and_a_port_are_fine() {
        assert!(!super::is_ambiguous(&HeaderMap::new()));
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
