//! What a server leaves unread of a body must not be its next request, which no guard has judged.

use bytes::Bytes;
use http::Request;
use http_body_util::BodyExt;
use hyper::body::Frame;

use crate::{
    client::{get, send},
    http2::client,
    ignorant::Ignorant,
    protected::Protected,
};

/// What would be a request to the guarded path.
const SMUGGLED: &str = "GET /pets HTTP/1.1\r\nhost: x\r\n\r\n";

#[test]
fn a_body_that_the_upstream_leaves_unread_is_not_its_next_request() {
    leave_bodies_unread(&[]);
}

#[test]
fn neither_is_it_if_connections_are_kept() {
    leave_bodies_unread(&["--upstream-keep-alive"]);
}

#[track_caller]
fn leave_bodies_unread(options: &[&str]) {
    let upstream = Ignorant::start();
    let protected = Protected::with(upstream.address, options);
    for method in ["GET", "POST", "PUT", "DELETE", "OPTIONS", "PURGE"] {
        for fields in [
            "",
            "expect: 100-continue\r\n",
            "te: trailers\r\n",
            "connection: upgrade\r\nupgrade: websocket\r\n",
        ] {
            let length = SMUGGLED.len();
            let head = format!(
                "{method} /open HTTP/1.1\r\nhost: x\r\n{fields}content-length: {length}\r\n\r\n"
            );
            let end = "GET /open HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
            let answers = send(protected.address(), format!("{head}{SMUGGLED}{end}"));
            assert!(answers.contains(&format!("{method} /open")), "{answers}");
            assert!(!answers.contains("/pets"), "{method} {fields}: {answers}");
            // The response to a request that the upstream has found in a body would be taken for that of this one.
            assert_eq!(
                get(protected.address(), "/open", &[]).body,
                "GET /open HTTP/1.1"
            );
            upstream.has_served_only("/open");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_is_one_of_http_2_without_a_length() {
    let upstream = Ignorant::start();
    let protected = Protected::start(upstream.address);
    let frames = [Ok::<_, std::io::Error>(Frame::data(Bytes::from(SMUGGLED)))];
    let body = http_body_util::StreamBody::new(futures_util::stream::iter(frames));
    let request = Request::get(protected.server.url("/open")).body(body.boxed_unsync());
    let reply = client().request(request.unwrap()).await.unwrap();
    assert_eq!(reply.status(), 200);
    upstream.has_served_only("/open");
}
