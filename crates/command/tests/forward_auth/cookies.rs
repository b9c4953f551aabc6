//! Several `Cookie` fields. Proxies pass them on as they are, and servers use the first one or join them with a comma.

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::Empty;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::json;

use crate::{document, proxies::Kind, scene::Scene, scene::forward_auth, wire::send};

#[test]
fn several_cookie_fields_reach_no_server() {
    for scene in Scene::all() {
        let ok = ("Authorization", "ok");
        for path in ["/pets", "/open"] {
            for other in ["Cookie", "cookie"] {
                let cookies = [ok, ("Cookie", "session=forged"), (other, "session=ok")];
                let answer = scene.send(&format!("GET {path}"), &cookies);
                assert_eq!(answer.status, 400, "{:?} {answer:?}", scene.kind);
            }
        }
        assert!(scene.upstream.take().is_empty(), "{:?}", scene.kind);
        let answer = scene.send("GET /pets", &[ok, ("Cookie", "a=1; b=2")]);
        assert_eq!(answer.status, 200, "{:?} {answer:?}", scene.kind);
        assert_eq!(scene.upstream.take_one().header("cookie"), ["a=1; b=2"]);
    }
}

/// Browsers split the field over HTTP/2. A proxy joins it before it asks: RFC 9113, section 8.2.3.
#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_http_2_splits_reaches_the_server_as_one() {
    for scene in Scene::all_with(json!({}), Kind::with_http_2) {
        let url = format!("http://{}/pets", scene.proxy.address);
        let status = status_over_http_2(&url, &[("authorization", "ok")]).await;
        assert_eq!(status, 200, "{:?}", scene.kind);
        assert_eq!(scene.upstream.take_one().header("cookie"), ["a=1; b=2"]);
    }
}

/// As documented: a proxy that asks over HTTP/2 may have split it.
#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_is_split_in_a_question_over_http_2_is_one() {
    let folder = tempfile::tempdir().unwrap();
    document::write(folder.path());
    let server = forward_auth(&folder, &[]);
    assert_eq!(status_over_http_2(&server.url("/"), &DESCRIBED).await, 200);
}

/// With two cookies, each in a field of its own.
async fn status_over_http_2(url: &str, headers: &[(&str, &str)]) -> StatusCode {
    let client = Client::builder(TokioExecutor::new())
        .http2_only(true)
        .build_http();
    let mut request = Request::get(url);
    for (name, value) in [headers, &[("cookie", "a=1"), ("cookie", "b=2")]].concat() {
        request = request.header(name, value);
    }
    let request = request.body(Empty::<Bytes>::new()).unwrap();
    client.request(request).await.unwrap().status()
}

const DESCRIBED: [(&str, &str); 3] = [
    ("X-Forwarded-Method", "GET"),
    ("X-Forwarded-Uri", "/open"),
    ("X-Forwarded-For", "192.0.2.1"),
];

/// This holds for every configuration of the proxy.
#[test]
fn a_question_with_several_cookie_fields_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    document::write(folder.path());
    let server = forward_auth(&folder, &[]);
    for (cookies, status) in [
        (&[("Cookie", "a=1; b=2")][..], 200),
        (&[("Cookie", "a=1"), ("cookie", "a=1")], 400),
        (&[("Cookie", "a=1"), ("X-Other", "1"), ("Cookie", "")], 400),
    ] {
        let headers = [&DESCRIBED[..], cookies].concat();
        let answer = send(server.address, "GET /", &headers);
        assert_eq!(answer.status, status, "{cookies:?}: {answer:?}");
    }
    server.wait_for_error("the request has several `Cookie` headers");
}
