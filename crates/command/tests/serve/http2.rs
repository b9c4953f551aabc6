//! HTTP/2 without TLS, from clients and to the upstream.

use axum::{Router, routing::any};
use bytes::Bytes;
use http::{HeaderMap, Request, Response, Version};
use http_body_util::{BodyExt, Full, combinators::UnsyncBoxBody};
use hyper::{body::Incoming, client::conn::http2};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioIo},
};
use tokio::net::TcpStream;

use crate::{
    protected::Protected,
    upstream::{App, Recorder},
};

pub(crate) fn client() -> Client<HttpConnector, UnsyncBoxBody<Bytes, std::io::Error>> {
    Client::builder(TokioExecutor::new())
        .http2_only(true)
        .build_http()
}

pub(crate) fn full(text: &'static str) -> UnsyncBoxBody<Bytes, std::io::Error> {
    Full::from(text)
        .map_err(|never| match never {})
        .boxed_unsync()
}

async fn ask(protected: &Protected, path: &str, headers: &[(&str, &str)]) -> Response<Incoming> {
    let mut request = Request::post(protected.server.url(path));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    client()
        .request(request.body(full("a body")).unwrap())
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_port_speaks_both_versions() {
    let upstream = Recorder::start();
    let protected = Protected::start(upstream.address);
    let refused = ask(&protected, "/pets", &[]).await;
    assert_eq!(
        (refused.status().as_u16(), refused.version()),
        (401, Version::HTTP_2)
    );
    let body = refused.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(body, r#"{"message":"Unauthorized"}"#);

    let allowed = ask(
        &protected,
        "/pets?x=%2F",
        &[("authorization", "allow"), ("x-forwarded-host", "bank")],
    )
    .await;
    assert_eq!(allowed.status(), 200);
    let request = upstream.request();
    assert!(
        request.starts_with("POST /pets?x=%2F HTTP/1.1\r\n"),
        "{request}"
    );
    assert!(
        request.contains(&format!(
            "\r\nx-forwarded-host: {}\r\n",
            protected.address()
        )),
        "{request}"
    );
    assert!(
        request.contains(&format!("\r\nhost: {}\r\n", upstream.address)),
        "{request}"
    );
    assert!(request.ends_with("\r\n\r\na body"), "{request}");

    assert_eq!(
        crate::client::get(protected.address(), "/pets", &[]).status,
        401
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_upstream_may_speak_http2() {
    let facts = |version: Version, headers: HeaderMap, body: String| async move {
        let te = headers.get("te").map(|te| te.to_str().unwrap().to_owned());
        format!("{version:?} {te:?} {body}")
    };
    let upstream = App::start(Router::new().route("/open", any(facts)));
    let protected = Protected::with(upstream.address, &["--upstream-http2"]);
    let reply = ask(&protected, "/open", &[("te", "trailers")]).await;
    let body = reply.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(body, r#"HTTP/2.0 Some("trailers") a body"#);
    let reply = crate::client::get(
        protected.address(),
        "/open",
        &["connection: upgrade", "upgrade: websocket"],
    );
    assert_eq!((reply.status, &*reply.body), (200, "HTTP/2.0 None "));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_requests_share_a_connection() {
    let upstream = Recorder::start();
    let protected = Protected::start(upstream.address);
    let client = client();
    let requests = (0..100).map(|number| {
        let request = Request::get(protected.server.url(&format!("/pets/{number}")));
        let token = if number % 2 == 0 { "allow" } else { "deny" };
        let request = request
            .header("authorization", token)
            .body(full(""))
            .unwrap();
        let sent = client.request(request);
        async move { (number, sent.await.unwrap().status().as_u16()) }
    });
    for (number, status) in futures_util::future::join_all(requests).await {
        assert_eq!(status, if number % 2 == 0 { 200 } else { 403 });
    }
    assert_eq!(upstream.requests().len(), 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn cookies_in_several_fields_are_one_field_to_the_guard_and_the_upstream() {
    let upstream = Recorder::start();
    let authorizer = serde_json::json!({
        "name": "keepers", "type": "TOKEN", "identitySource": "method.request.header.Cookie",
        "identityValidationExpression": "a=1; b=2"
    });
    let protected = Protected::of(&authorizer, upstream.address, &[]);
    let answer = serde_json::json!({"principalId": "ann", "policyDocument": {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}
    ]}});
    crate::protected::write(protected.folder.path(), "answers.json", &answer);
    protected.server.wait_for_error("read again");
    let reply = ask(&protected, "/", &[("cookie", "a=1"), ("cookie", "b=2")]).await;
    assert_eq!(reply.status(), 200);
    let request = upstream.request();
    assert!(request.contains("\r\ncookie: a=1; b=2\r\n"), "{request}");
}

/// Programs write `http://`, the host and the target in a row, and take the path from that.
#[tokio::test(flavor = "multi_thread")]
async fn an_authority_that_is_not_a_host_reaches_no_upstream() {
    for options in [&["--keep-host"][..], &[]] {
        let upstream = Recorder::start();
        let protected = Protected::with(upstream.address, options);
        let stream = TcpStream::connect(protected.address()).await.unwrap();
        let (mut client, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .unwrap();
        tokio::spawn(connection);
        for (authority, status) in [
            ("shop.example:80", 200),
            ("u@shop.example", 400),
            ("shop.example:admin", 400),
        ] {
            for path in ["/open", "/pets"] {
                let request = Request::get(format!("http://{authority}{path}"));
                let request = request.header("authorization", "allow");
                let answer = client.send_request(request.body(full("")).unwrap()).await;
                assert_eq!(answer.unwrap().status(), status, "{authority} {path}");
            }
        }
        assert_eq!(upstream.requests().len(), 2);
        protected
            .server
            .wait_for_error("400 GET /open: `Host` is not a host with an optional port");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_100_fields_are_refused() {
    let upstream = Recorder::start();
    let protected = Protected::start(upstream.address);
    let names: Vec<_> = (0..101).map(|number| format!("x-{number}")).collect();
    let fields: Vec<_> = names.iter().map(|name| (&**name, "1")).collect();
    assert_eq!(ask(&protected, "/open", &fields).await.status(), 431);
    assert!(upstream.requests().is_empty());
    // A browser sends each cookie in a field of its own.
    let cookies = [("cookie", "a=1"); 150];
    assert_eq!(ask(&protected, "/open", &cookies).await.status(), 200);
}
