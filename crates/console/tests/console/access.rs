//! Who may ask, rule by rule.

use std::net::{IpAddr, SocketAddr};

use axum::{Router, body::Body, extract::ConnectInfo};
use bytes::Bytes;
use http::{Request, StatusCode, request::Builder};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::json;
use tokio::net::TcpStream;
use tower::ServiceExt;
use tower_lambda_authorizer_console::Console;

use crate::support::{Answer, Served, pets};

const FINE: StatusCode = StatusCode::OK;
const FORBIDDEN: StatusCode = StatusCode::FORBIDDEN;
const MISDIRECTED: StatusCode = StatusCode::MISDIRECTED_REQUEST;

/// Asks a console without a server, from this peer.
async fn ask(console: &Console, peer: Option<&str>, request: Builder) -> (StatusCode, String) {
    let app = Router::new().nest_service("/_authorizer", console.router());
    let mut request = request.body(Body::empty()).unwrap();
    if let Some(peer) = peer {
        let peer = SocketAddr::new(peer.parse().unwrap(), 40_000);
        request.extensions_mut().insert(ConnectInfo(peer));
    }
    let response = app.oneshot(request).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

fn decisions() -> Builder {
    Request::get("/_authorizer/decisions").header("host", "localhost:3000")
}

#[tokio::test]
async fn only_peers_on_the_loopback_address_are_answered() {
    let console = Console::new();
    for (peer, status) in [
        ("127.0.0.1", FINE),
        ("127.9.9.9", FINE),
        ("::1", FINE),
        ("::ffff:127.0.0.1", FINE),
        ("192.168.1.7", FORBIDDEN),
        ("10.0.0.1", FORBIDDEN),
        ("0.0.0.0", FORBIDDEN),
        ("fe80::1", FORBIDDEN),
        ("2001:db8::7", FORBIDDEN),
        ("::ffff:192.168.1.7", FORBIDDEN),
    ] {
        let (answered, text) = ask(&console, Some(peer), decisions()).await;
        assert_eq!(answered, status, "{peer}: {text}");
        if status == FORBIDDEN {
            assert!(text.contains("Console::builder().peers("), "{text}");
        }
    }
}

#[tokio::test]
async fn without_connect_info_nobody_is_answered() {
    let (status, text) = ask(&Console::new(), None, decisions()).await;
    assert_eq!(status, FORBIDDEN);
    assert!(
        text.contains("into_make_service_with_connect_info::<SocketAddr>()"),
        "{text}"
    );
}

#[tokio::test]
async fn a_peer_behind_a_proxy_is_not_known() {
    let served = pets().await;
    for name in [
        "Forwarded",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Real-IP",
        "X-Original-Host",
        "X-Client-IP",
        "X-Cluster-Client-IP",
        "X-Envoy-External-Address",
        "True-Client-IP",
        "CF-Connecting-IP",
        "Fastly-Client-IP",
        "Via",
    ] {
        let request = served
            .request("GET", "/_authorizer/decisions")
            .header(name, "127.0.0.1");
        let answer = served.send(request.body(Full::default()).unwrap()).await;
        assert_eq!(answer.status, FORBIDDEN, "{name}");
        assert!(
            answer.text().contains(&name.to_ascii_lowercase()),
            "{}",
            answer.text()
        );
    }
}

/// As nginx does it if nothing is configured: HTTP/1.0, its own name for the server as the host, and no other header.
#[tokio::test]
async fn http_1_0_comes_from_a_proxy() {
    let console = Console::new();
    let old = || decisions().version(http::Version::HTTP_10);
    let (status, text) = ask(&console, Some("127.0.0.1"), old()).await;
    assert_eq!(status, FORBIDDEN);
    assert!(
        text.contains("HTTP/1.0") && text.contains("Console::builder().peers("),
        "{text}"
    );
    let console = Console::builder().peers(|_| true).build().unwrap();
    assert_eq!(ask(&console, Some("127.0.0.1"), old()).await.0, FINE);
}

#[tokio::test]
async fn the_application_lets_other_peers_in() {
    let colleague: IpAddr = [192, 168, 1, 7].into();
    let builder = Console::builder().peers(move |parts| {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        peer.is_some_and(|peer| peer.ip() == colleague)
    });
    let console = builder.build().unwrap();
    let proxied = || decisions().header("x-forwarded-for", "203.0.113.7");
    for (peer, request, status) in [
        ("192.168.1.7", decisions(), FINE),
        ("192.168.1.7", proxied(), FINE),
        ("192.168.1.8", decisions(), FORBIDDEN),
        ("127.0.0.1", decisions(), FINE),
        ("127.0.0.1", proxied(), FORBIDDEN),
    ] {
        let (answered, text) = ask(&console, Some(peer), request).await;
        assert_eq!(answered, status, "{peer}: {text}");
    }
    // The other rules hold for it, too.
    let rebound = Request::get("/_authorizer/decisions").header("host", "evil.example");
    assert_eq!(
        ask(&console, Some("192.168.1.7"), rebound).await.0,
        MISDIRECTED
    );
}

#[tokio::test]
async fn names_that_others_control_are_not_answered() {
    let served = pets().await;
    for (host, status) in [
        ("localhost", FINE),
        ("LocalHost:3000", FINE),
        ("console.localhost:3000", FINE),
        ("127.0.0.1:3000", FINE),
        ("127.1.2.3", FINE),
        ("[::1]:3000", FINE),
        ("[::ffff:127.0.0.1]", FINE),
        ("evil.example", MISDIRECTED),
        ("evil.example:3000", MISDIRECTED),
        ("localhost.evil.example", MISDIRECTED),
        ("evillocalhost", MISDIRECTED),
        ("localhost.", MISDIRECTED),
        ("127.0.0.1.evil.example", MISDIRECTED),
        ("127.1", MISDIRECTED),
        ("0.0.0.0:3000", MISDIRECTED),
        ("192.168.1.7", MISDIRECTED),
        ("user@localhost", MISDIRECTED),
        ("evil.example@localhost", MISDIRECTED),
        ("localhost, evil.example", MISDIRECTED),
        ("localhost:evil.example", MISDIRECTED),
        ("localhost:80;x", MISDIRECTED),
        ("localhost:65536", MISDIRECTED),
        ("[::1]evil.example", MISDIRECTED),
        ("[[::1]", MISDIRECTED),
        ("[127.0.0.1]", MISDIRECTED),
        (".localhost", MISDIRECTED),
        ("", MISDIRECTED),
    ] {
        let request = Request::get("/_authorizer/decisions").header("host", host);
        let answer = served.send(request.body(Full::default()).unwrap()).await;
        assert_eq!(answer.status, status, "{host}: {}", answer.text());
    }
    let rebound = Request::get("/_authorizer/decisions").header("host", "evil.example");
    let answer = served.send(rebound.body(Full::default()).unwrap()).await;
    assert!(answer.text().contains("`evil.example`") && answer.text().contains("hosts("));
}

#[tokio::test]
async fn the_application_names_hosts() {
    let console = Console::builder().hosts(["Dev.example"]).build().unwrap();
    for (host, status) in [
        ("dev.example", FINE),
        ("DEV.example:8080", FINE),
        ("sub.dev.example", MISDIRECTED),
        ("dev.example.evil.example", MISDIRECTED),
    ] {
        let request = Request::get("/_authorizer/decisions").header("host", host);
        let (answered, text) = ask(&console, Some("127.0.0.1"), request).await;
        assert_eq!(answered, status, "{host}: {text}");
    }
    for host in [
        "",
        "http://dev.example",
        "dev.example:80",
        "dev.example/x",
        "a b",
        "u@dev.example",
    ] {
        let error = Console::builder().hosts([host]).build().unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with(&format!("`{host}` is not a host")),
            "{error}"
        );
    }
    for capacity in [0, 10_001] {
        let error = Console::builder().capacity(capacity).build().unwrap_err();
        assert!(
            error
                .to_string()
                .ends_with("choose a number from 1 to 10000"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_request_names_one_host() {
    let served = pets().await;
    let mut none = served.request("GET", "/_authorizer/decisions");
    none.headers_mut().unwrap().clear();
    let twice = served
        .request("GET", "/_authorizer/decisions")
        .header("host", "localhost");
    let same_twice = Request::get("/_authorizer/decisions")
        .header("host", "localhost")
        .header("host", "localhost");
    let absolute = |uri: &str| {
        Request::get(format!("{uri}/_authorizer/decisions")).header("host", "localhost")
    };
    for (name, request, status) in [
        ("none", none, MISDIRECTED),
        ("two", twice, MISDIRECTED),
        ("the same twice", same_twice, MISDIRECTED),
        ("absolute", absolute("http://localhost"), FINE),
        (
            "absolute, another",
            absolute("http://evil.example"),
            MISDIRECTED,
        ),
        (
            "absolute, another local one",
            absolute("http://127.0.0.1"),
            MISDIRECTED,
        ),
    ] {
        let answer = served.send(request.body(Full::default()).unwrap()).await;
        assert_eq!(answer.status, status, "{name}: {}", answer.text());
    }
}

/// HTTP/2 has the host in `:authority`.
#[tokio::test]
async fn the_authority_of_http_2_is_the_host() {
    let served = pets().await;
    let stream = TokioIo::new(TcpStream::connect(served.address).await.unwrap());
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake::<_, _, Full<Bytes>>(TokioExecutor::new(), stream)
            .await
            .unwrap();
    tokio::spawn(connection);
    for (authority, host, status) in [
        ("localhost:3000", None, FINE),
        ("localhost:3000", Some("localhost:3000"), FINE),
        ("evil.example", None, MISDIRECTED),
        ("evil.example", Some("localhost"), MISDIRECTED),
        ("localhost", Some("evil.example"), MISDIRECTED),
    ] {
        let mut request = Request::get(format!("http://{authority}/_authorizer/decisions"));
        if let Some(host) = host {
            request = request.header("host", host);
        }
        let request = request
            .version(http::Version::HTTP_2)
            .body(Full::default())
            .unwrap();
        let response = sender.send_request(request).await.unwrap();
        assert_eq!(response.status(), status, "{authority} {host:?}");
    }
}

async fn with(served: &Served, name: &str, values: &[&str]) -> Answer {
    let mut request = Request::get("/_authorizer/decisions").header("host", "localhost:3000");
    for value in values {
        request = request.header(name, *value);
    }
    served.send(request.body(Full::default()).unwrap()).await
}

#[tokio::test]
async fn pages_of_other_sites_may_not_ask() {
    let served = pets().await;
    for (origins, status) in [
        (&["http://localhost:3000"][..], FINE),
        (&["https://localhost:3000"], FINE),
        (&["null"], FORBIDDEN),
        (&["http://evil.example"], FORBIDDEN),
        (&["http://localhost:8080"], FORBIDDEN),
        (&["http://localhost"], FORBIDDEN),
        (&["http://127.0.0.1:3000"], FORBIDDEN),
        (&["ftp://localhost:3000"], FORBIDDEN),
        (&["localhost:3000"], FORBIDDEN),
        (&[""], FORBIDDEN),
        (
            &["http://localhost:3000", "http://localhost:3000"],
            FORBIDDEN,
        ),
        (&["http://localhost:3000", "http://evil.example"], FORBIDDEN),
    ] {
        let answer = with(&served, "origin", origins).await;
        assert_eq!(answer.status, status, "{origins:?}");
    }
    for (sites, status) in [
        (&["same-origin"][..], FINE),
        (&["none"], FINE),
        (&["same-site"], FORBIDDEN),
        (&["cross-site"], FORBIDDEN),
        (&["something-new"], FORBIDDEN),
        (&["same-origin", "cross-site"], FORBIDDEN),
    ] {
        let answer = with(&served, "sec-fetch-site", sites).await;
        assert_eq!(answer.status, status, "{sites:?}");
    }
}

#[tokio::test]
async fn what_changes_something_needs_the_consoles_header() {
    let served = pets().await;
    served.visit("GET", "/pets", "keeper").await;
    let body = json!({"layer": 0}).to_string();
    for (method, path) in [
        ("DELETE", "decisions"),
        ("POST", "flush"),
        ("POST", "try"),
        ("POST", "policy"),
    ] {
        for values in [&[][..], &["0"], &["1", "1"], &["1, 1"]] {
            let mut request = served.request(method, &format!("/_authorizer/{path}"));
            request = request.header("content-type", "application/json");
            for value in values {
                request = request.header("x-authorizer-console", *value);
            }
            let answer = served
                .send(request.body(Full::from(body.clone())).unwrap())
                .await;
            assert_eq!(answer.status, FORBIDDEN, "{method} {path} {values:?}");
            assert!(answer.text().contains("x-authorizer-console: 1"));
        }
    }
    assert_eq!(served.console("decisions").await["total"], 1);
}

#[tokio::test]
async fn bodies_are_json_and_not_too_large() {
    let served = pets().await;
    let policy = |length: usize| {
        let mut question =
            json!({"layer": 0, "policy": "", "method": "GET", "path": "/pets"}).to_string();
        let missing = length - question.len();
        question.insert_str(question.len() - 1, &" ".repeat(missing));
        question
    };
    let largest = 256 * 1024;
    for (content_type, body, status) in [
        ("application/json", policy(1_000), FINE),
        ("application/json; charset=utf-8", policy(1_000), FINE),
        (
            "text/plain",
            policy(1_000),
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ),
        (
            "application/x-www-form-urlencoded",
            policy(1_000),
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ),
        (
            "text/plain; application/json",
            policy(1_000),
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ),
        ("application/json", policy(largest), FINE),
        (
            "application/json",
            policy(largest + 1),
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
        ("application/json", "{}".to_owned(), StatusCode::BAD_REQUEST),
        (
            "application/json",
            r#"{"layer":0,"policy":"","method":"GET","path":"/","more":1}"#.to_owned(),
            StatusCode::BAD_REQUEST,
        ),
        ("application/json", "[".repeat(200), StatusCode::BAD_REQUEST),
    ] {
        let request = served
            .request("POST", "/_authorizer/policy")
            .header("x-authorizer-console", "1")
            .header("content-type", content_type);
        let answer = served.send(request.body(Full::from(body)).unwrap()).await;
        assert_eq!(answer.status, status, "{content_type}: {}", answer.text());
        assert!(answer.json()["error"].is_string() || status == FINE);
    }
}
