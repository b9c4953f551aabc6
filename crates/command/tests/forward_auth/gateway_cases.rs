//! The gateway cases through real proxies that ask `forward-auth`. The function is behind a stub of the Invoke API.

use std::net::SocketAddr;

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::{
    cases::{Exchanged, Place, Reason, RequestMembers, Way, check, outside::CONTEXT_HEADERS},
    ports::free_port,
    process::Server,
    proxies::{Kind, Proxy},
    upstream::{Received, Upstream},
    wire::exchange,
};

#[test]
fn cases_have_the_same_outcome_through_nginx() {
    through(Kind::Nginx);
}

#[test]
fn cases_have_the_same_outcome_through_caddy() {
    through(Kind::Caddy);
}

fn through(kind: Kind) {
    if Kind::installed().contains(&kind) {
        let name = format!("{kind:?} and `forward-auth`").replace("Nginx", "nginx");
        check(&name, Place::Stub, || Stage::new(kind));
    }
}

/// One proxy for many cases. Each case has its own `forward-auth`, one after the other at the same address.
struct Stage {
    proxy: Proxy,
    forward_auth: SocketAddr,
    upstream: Upstream,
}

/// The client's address and scheme in a case, which the proxy tells as if it had seen them.
const CLIENT: &str = "x-case-client";
const SCHEME: &str = "x-case-scheme";

impl Stage {
    fn new(kind: Kind) -> Self {
        let upstream = Upstream::start();
        let forward_auth = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let page = configuration(kind);
        let proxy = Proxy::start_with(kind, &page, forward_auth, upstream.address);
        Self {
            proxy,
            forward_auth,
            upstream,
        }
    }
}

impl Way for Stage {
    fn arguments(&self) -> Vec<String> {
        vec!["forward-auth".into()]
    }

    fn listen(&self) -> String {
        self.forward_auth.to_string()
    }

    fn exchange(&self, _: &Server, request: &RequestMembers) -> Result<Exchanged, Reason> {
        let answer = exchange(self.proxy.address, &message(request));
        let reached = self.upstream.take();
        assert!(reached.len() < 2, "{reached:?}");
        Ok(Exchanged {
            response: answer.into_response(),
            reached: reached.first().map(headers),
        })
    }
}

fn message(request: &RequestMembers) -> Vec<u8> {
    let mut message = format!("{} {} HTTP/1.1\r\n", request.method, request.target);
    let mut headers = request.headers.iter();
    if !headers.any(|(sent, _)| sent.eq_ignore_ascii_case("host")) {
        message.push_str("Host: api.example\r\n");
    }
    let client = [(CLIENT, &request.source_ip), (SCHEME, &request.scheme)];
    let headers = request.headers.iter().map(|(name, value)| (&**name, value));
    for (name, value) in client.into_iter().chain(headers) {
        message.push_str(&format!("{name}: {value}\r\n"));
    }
    (message + "\r\n").into_bytes()
}

fn headers(received: &Received) -> HeaderMap {
    let headers = received.headers.iter();
    let headers = headers.map(|(name, value)| {
        let name: HeaderName = name.parse().unwrap();
        (name, HeaderValue::from_str(value).unwrap())
    });
    headers.collect()
}

/// The documented configuration, with the client of a case, and without names for the context: the test looks at what
/// `forward-auth` tells the proxy.
fn configuration(kind: Kind) -> String {
    let page = kind.documented();
    match kind {
        Kind::Nginx => {
            let copied = CONTEXT_HEADERS.map(|name| {
                let variable = name.replace('-', "_");
                let set = format!("auth_request_set ${variable} $upstream_http_{variable};");
                (set, format!("proxy_set_header {name} ${variable};"))
            });
            let (set, sent): (Vec<_>, Vec<_>) = copied.into_iter().unzip();
            page.replace("X-Forwarded-For $remote_addr", "X-Forwarded-For $http_x_case_client")
                .replace("X-Real-IP \"\";", "X-Real-IP \"\"; proxy_set_header X-Case-Client \"\"; proxy_set_header X-Case-Scheme \"\";")
                .replace("X-Forwarded-Proto $scheme", "X-Forwarded-Proto $http_x_case_scheme")
                .replace("X-Forwarded-Port $server_port", "X-Forwarded-Port $http_x_forwarded_port")
                .replace("auth_request_set $user", &format!("{} auth_request_set $user", set.concat()))
                .replace(
                    "proxy_set_header X-User $user;",
                    &format!("proxy_set_header X-User $user; {}", sent.concat()),
                )
        }
        Kind::Caddy => page.replace(
            "copy_headers X-User",
            &format!(
                "copy_headers {}\n\t\t\theader_up X-Forwarded-For {{http.request.header.X-Case-Client}}\n\
                 \t\t\theader_up X-Forwarded-Proto {{http.request.header.X-Case-Scheme}}\n\t\t\theader_up -X-Case-*",
                CONTEXT_HEADERS.join(" ")
            ),
        ),
    }
}
