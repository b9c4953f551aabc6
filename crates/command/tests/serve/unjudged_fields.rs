//! Fields that the server behind the guard could use although the guard has not judged them.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use serde_json::json;

use crate::{
    client::{get, send},
    http2::client,
    protected::Protected,
    upstream::{App, Recorder},
};

#[test]
fn two_spellings_of_one_name_are_refused() {
    let upstream = Recorder::start();
    let protected = Protected::start(upstream.address);
    for headers in [
        &["x-tenant: acme", "x_tenant: bank"][..],
        &["X.Tenant: acme", "X_Tenant: bank"],
        &["content_length: 7"],
        &["transfer_encoding: chunked"],
    ] {
        let headers = [headers, &["authorization: allow"]].concat();
        let reply = get(protected.address(), "/pets", &headers);
        assert_eq!(reply.status, 400, "{headers:?}");
    }
    protected
        .server
        .wait_for_error("400 GET /pets: the request has the field `x_tenant`, which some servers take for `x-tenant`");
    assert!(upstream.requests().is_empty());
    let one = ["authorization: allow", "api_key: a", "x_tenant: b"];
    assert_eq!(get(protected.address(), "/pets", &one).status, 200);
    let request = upstream.request();
    assert!(request.contains("\r\napi_key: a\r\n"), "{request}");
}

/// Node.js uses the first `Authorization`, and the authorizer gets the last one.
#[test]
fn a_repeated_identity_source_is_refused() {
    let upstream = Recorder::start();
    let mut document = crate::protected::api();
    let scheme = &mut document["components"]["securitySchemes"]["keepers"];
    scheme["x-amazon-apigateway-authorizer"] = json!({
        "type": "request", "authorizerUri": "keepers",
        "identitySource": "method.request.header.Authorization, method.request.querystring.key"
    });
    let protected = Protected::of(&document, upstream.address, &[]);
    let allow = "authorization: allow";
    for (target, headers, status) in [
        (
            "/pets?key=1&other=2&other=3",
            &[allow, "x-a: 1", "x-a: 2"][..],
            200,
        ),
        ("/pets?key=1", &["authorization: forged", allow], 400),
        ("/pets?key=1", &[allow, "AUTHORIZATION: allow"], 400),
        ("/pets?key=forged&key=1", &[allow], 400),
        ("/pets?key=1&a&k%65y", &[allow], 400),
        ("/open?key=1&key=2", &[], 400),
    ] {
        let reply = get(protected.address(), target, headers);
        assert_eq!(reply.status, status, "{target} {headers:?}");
    }
    assert_eq!(upstream.requests().len(), 1);
    let printed = protected
        .server
        .wait_for_error("400 GET /open: the query has several parameters `key`");
    assert!(
        printed.contains("400 GET /pets: the request has several headers `authorization`"),
        "{printed}"
    );
}

/// PHP takes `%20key` for `key` and uses the last one, Express 4 takes `[key]` for it, and Perl begins another one at a `;`.
#[test]
fn a_parameter_that_servers_take_for_an_identity_source_is_refused() {
    let upstream = Recorder::start();
    let rest = json!({
        "type": "request", "authorizerUri": "keepers",
        "identitySource": "method.request.querystring.key"
    });
    // This one gets the last value, too.
    let http = json!({
        "type": "request", "authorizerUri": "keepers", "authorizerPayloadFormatVersion": "1.0",
        "identitySource": "$request.querystring.key"
    });
    for authorizer in [rest, http] {
        let mut document = crate::protected::api();
        let members = document.as_object_mut().unwrap();
        members.remove("x-amazon-apigateway-gateway-responses");
        let scheme = &mut document["components"]["securitySchemes"]["keepers"];
        scheme["x-amazon-apigateway-authorizer"] = authorizer;
        let protected = Protected::of(&document, upstream.address, &[]);
        for (query, status) in [
            ("key=allow", 200),
            ("key=allow&keys=2&x[key]=3&x=1;y", 200),
            ("key=forged&key=allow", 400),
            ("key=allow&%20key=forged", 400),
            ("[key]=forged&key=allow", 400),
            ("key[]=forged&key=allow", 400),
            ("x=1;key=forged&key=allow", 400),
            ("KEY=forged&key=allow", 400),
            ("key=allow;x", 400),
        ] {
            let reply = get(protected.address(), &format!("/pets?{query}"), &[]);
            assert_eq!(reply.status, status, "{query}");
        }
    }
    assert_eq!(upstream.requests().len(), 4);
}

/// The guard judges both. `http.server` uses the first one, and WSGI servers would write a comma between them.
#[test]
fn several_cookie_fields_are_one() {
    let upstream = Recorder::start();
    let protected = Protected::start(upstream.address);
    let cookies = ["cookie: a=1", "x-other: 3", "Cookie: b=2; c"];
    assert_eq!(get(protected.address(), "/open", &cookies).status, 200);
    let request = upstream.request();
    assert!(request.contains("\r\ncookie: a=1; b=2; c\r\n"), "{request}");
}

/// The guard reads the address in one of them, and the server may read it in the other. No proxy writes the other one.
#[test]
fn a_proxys_field_in_another_spelling_is_not_passed_on() {
    let upstream = Recorder::start();
    let headers = [
        "authorization: allow",
        "x-forwarded-for: 203.0.113.7",
        "x_forwarded_for: 127.0.0.1",
        "x_real_ip: 127.0.0.1",
        "true.client.ip: 127.0.0.1",
    ];
    let behind = Protected::with(upstream.address, &["--trusted-proxy", "127.0.0.1"]);
    assert_eq!(get(behind.address(), "/pets", &headers).status, 200);
    let direct = Protected::start(upstream.address);
    assert_eq!(get(direct.address(), "/pets", &headers).status, 200);
    let requests = upstream.requests();
    assert_eq!(requests.len(), 2);
    for name in ["x_forwarded_for", "x_real_ip", "true.client.ip"] {
        assert!(!requests.concat().contains(name), "{requests:?}");
    }
}

const TRAILERS: [(&str, &str); 7] = [
    ("authorization", "deny"),
    ("cookie", "session=root"),
    ("x-tenant", "bank"),
    ("x_tenant", "bank"),
    ("content-type", "text/root"),
    ("x-real-ip", "127.0.0.1"),
    ("x-checksum", "7"),
];

#[test]
fn trailers_add_nothing_to_the_head() {
    let upstream = Recorder::start();
    let protected = Protected::start(upstream.address);
    let names: Vec<_> = TRAILERS.iter().map(|(name, _)| *name).collect();
    let lines = TRAILERS
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"));
    let request = format!(
        "POST /pets HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: allow\r\nx-tenant: acme\r\n\
         trailer: {}\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n{}\r\n",
        names.join(", "),
        lines.collect::<String>()
    );
    assert!(send(protected.address(), request).starts_with("HTTP/1.1 200"));
    let request = upstream.request();
    assert!(
        request.ends_with("\r\n1\r\na\r\n0\r\nx-checksum: 7\r\n\r\n"),
        "{request}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn trailers_of_http_2_add_nothing_either() {
    let named = |body: axum::body::Body| async move {
        let trailers = body.collect().await.unwrap().trailers().cloned();
        let trailers = trailers.unwrap_or_default();
        let names = trailers.keys().map(HeaderName::as_str);
        names.collect::<Vec<_>>().join(" ")
    };
    let upstream = App::start(axum::Router::new().fallback(named));
    let protected = Protected::with(upstream.address, &["--upstream-http2"]);
    let mut trailers = HeaderMap::new();
    for (name, value) in TRAILERS {
        trailers.insert(name, HeaderValue::from_static(value));
    }
    let frames = [Frame::data(Bytes::from("a")), Frame::trailers(trailers)];
    let frames = frames.map(Ok::<_, std::io::Error>);
    let body = StreamBody::new(futures_util::stream::iter(frames)).boxed_unsync();
    let request = Request::post(protected.server.url("/pets"))
        .header("authorization", "allow")
        .header("x-tenant", "acme")
        .body(body);
    let reply = client().request(request.unwrap()).await.unwrap();
    let body = reply.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(body, "x-checksum");
}
