//! The names under which `--admin` answers. A web site can point its own name at this machine, and then its scripts in
//! a browser can read what is served there (DNS rebinding). This is not possible with an IP address.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{
    HeaderMap, HeaderValue, StatusCode, Uri,
    header::HOST,
    uri::{Authority, InvalidUri},
};

/// Refuses a request for a name that is not known.
pub(super) async fn refuse_unknown(
    State(names): State<Vec<String>>,
    request: Request,
    next: Next,
) -> Response {
    const REFUSAL: &str = "The request's `Host` is not an IP address, `localhost` or a name that `--admin-host` gives.\n";
    if are_known(request.uri(), request.headers(), &names) {
        next.run(request).await
    } else {
        (StatusCode::MISDIRECTED_REQUEST, REFUSAL).into_response()
    }
}

/// Whether all hosts that a request names are known. Browsers always name one.
fn are_known(uri: &Uri, headers: &HeaderMap, names: &[String]) -> bool {
    let in_headers = headers.get_all(HOST).iter().map(authority);
    let in_target = uri.authority().cloned().map(Ok);
    let mut hosts = in_headers.chain(in_target);
    hosts.all(|host| host.is_ok_and(|host| is_known(host.host(), names)))
}

fn authority(value: &HeaderValue) -> Result<Authority, InvalidUri> {
    Authority::try_from(value.as_bytes())
}

fn is_known(host: &str, names: &[String]) -> bool {
    let host = host.to_ascii_lowercase();
    host == "localhost"
        || host.ends_with(".localhost")
        || is_address(&host)
        || names.iter().any(|name| name.eq_ignore_ascii_case(&host))
}

/// Only IPv6 addresses have brackets.
fn is_address(host: &str) -> bool {
    let bracketed = host.strip_prefix('[');
    match bracketed.and_then(|host| host.strip_suffix(']')) {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => host.parse::<std::net::Ipv4Addr>().is_ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(target: &'static str, host: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_str(host).unwrap());
        are_known(
            &Uri::from_static(target),
            &headers,
            &["Metrics.Example".into()],
        )
    }

    #[test]
    fn addresses_and_local_and_given_names_are_known() {
        for host in [
            "127.0.0.1",
            "192.0.2.1:9000",
            "[2001:db8::1]:9000",
            "LOCALHOST:9000",
            "app.localhost",
            "metrics.example:9000",
        ] {
            assert!(answers("/metrics", host), "{host}");
        }
        assert!(are_known(
            &Uri::from_static("/health"),
            &HeaderMap::new(),
            &[]
        ));
    }

    #[test]
    fn other_names_are_not_known() {
        for host in [
            "evil.example",
            "evil.example:9000",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "evil-metrics.example",
            "x@evil.example",
            "2130706433",
            "",
            "a b",
        ] {
            assert!(!answers("/metrics", host), "{host}");
        }
        assert!(!answers("http://evil.example/metrics", "127.0.0.1"));
        assert!(!answers("http://127.0.0.1/metrics", "evil.example"));
    }
}
