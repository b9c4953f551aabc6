//! Several `Cookie` fields, of which servers use the first one, or which they join with a comma.

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Empty};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};

use crate::{
    client::{ask, check, connect, ok, refusal},
    envoy::Envoy,
    guard::Guard,
};

#[tokio::test]
async fn a_check_with_several_cookie_fields_is_refused() {
    let guard = Guard::start(&[]);
    let channel = connect(guard.server.address).await;
    let ann = ("authorization", "ann");
    ok(ask(
        &channel,
        check("GET", "/pets", &[ann, ("cookie", "a=1; b=2")]),
    )
    .await);
    for path in ["/pets", "/health"] {
        let headers = [ann, ("cookie", "a=1"), ("cookie", "b=2")];
        assert_eq!(
            refusal(ask(&channel, check("GET", path, &headers)).await).0,
            400
        );
    }
    guard
        .server
        .wait_for_error("400 the request has several `Cookie` headers");
}

#[test]
fn through_envoy_several_cookie_fields_reach_no_server() {
    let guard = Guard::start(&[]);
    let Some(envoy) = Envoy::start(guard.server.address, |config| config) else {
        return;
    };
    let headers = [
        ("authorization", "ann"),
        ("cookie", "a=1"),
        ("Cookie", "a=2"),
    ];
    for path in ["/pets", "/health"] {
        let answer = envoy.get(path, &headers);
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    }
}

/// Browsers split the field over HTTP/2: RFC 9113, section 8.2.3.
#[tokio::test]
async fn through_envoy_a_field_that_http_2_splits_is_one() {
    let guard = Guard::start(&[]);
    let Some(envoy) = Envoy::start(guard.server.address, |config| config) else {
        return;
    };
    let client = Client::builder(TokioExecutor::new())
        .http2_only(true)
        .build_http();
    let request = Request::get(format!("http://{}/pets", envoy.address))
        .header("authorization", "ann")
        .header("cookie", "a=1")
        .header("cookie", "b=2");
    let request = request.body(Empty::<Bytes>::new()).unwrap();
    let answer = client.request(request).await.unwrap();
    assert_eq!(answer.status(), 200);
    let received = answer.into_body().collect().await.unwrap().to_bytes();
    let received = String::from_utf8_lossy(&received);
    assert!(received.contains("\r\ncookie: a=1; b=2\r\n"), "{received}");
}
