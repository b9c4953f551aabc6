//! Checks that do not describe exactly one request, or that readers understand differently.

use envoy_types::{
    ext_authz::v3::pb::CheckRequest,
    pb::envoy::{
        config::core::v3::{HeaderValue, socket_address::PortSpecifier},
        service::auth::v3::{AttributeContext, attribute_context::HttpRequest},
    },
};

use crate::{
    client::{ask, check, connect, consistent, http_of, merged, refusal, source},
    guard::Guard,
    raw::{ask_changed, with_its_length},
};

const BAD_REQUEST: (i32, &str) = (400, r#"{"message":"Bad Request"}"#);
const BAD_CHECK: (i32, &str) = (500, r#"{"message": "Internal server error"}"#);

fn ann() -> CheckRequest {
    check("GET", "/pets", &[("authorization", "ann")])
}

fn with_http(change: impl FnOnce(&mut HttpRequest)) -> CheckRequest {
    let mut check = ann();
    change(http_of(&mut check));
    check
}

/// A path, also in the pseudo header.
fn with_path(path: &str) -> CheckRequest {
    check("GET", path, &[("authorization", "ann")])
}

fn with_header(name: &str, value: &[u8]) -> CheckRequest {
    with_http(|http| {
        let headers = &mut http.header_map.as_mut().unwrap().headers;
        headers.push(HeaderValue {
            key: name.to_owned(),
            raw_value: value.to_vec(),
            ..HeaderValue::default()
        });
    })
}

#[tokio::test]
async fn what_the_client_has_done_wrong_is_400() {
    let guard = Guard::start(&[]);
    let channel = connect(guard.server.address).await;
    let many: String = "/"
        .chars()
        .chain(std::iter::repeat_n('a', 70_000))
        .collect();
    let checks = [
        ("a path without a slash", with_path("pets")),
        ("a URL", with_path("http://pets.example/pets")),
        ("an asterisk", check("OPTIONS", "*", &[])),
        ("CONNECT", check("CONNECT", "", &[])),
        ("a fragment", with_path("/pets#/health")),
        ("a space", with_path("/pets /health")),
        ("a line break", with_path("/pets\r\n/health")),
        ("a path that is too long", with_path(&many)),
        ("an encoded slash", with_path("/pets%2F1")),
        ("dots", with_path("/health/../pets")),
        ("a method with a space", check("GET PETS", "/pets", &[])),
        ("a scheme", with_http(|http| http.scheme = "ftp".into())),
        (
            "a host with a line break",
            with_http(|http| http.host = "a\r\nb".into()),
        ),
        ("another path", with_header(":path", b"/health")),
        ("another method", with_header(":method", b"POST")),
        ("another host", with_header(":authority", b"evil.example")),
        ("another scheme", with_header(":scheme", b"http")),
        ("a second host", with_header("host", b"evil.example")),
        ("a protocol", with_header(":protocol", b"websocket")),
        (
            "a header with a line break",
            with_header("x-a", b"a\r\nb: c"),
        ),
        ("a header with a null", with_header("x-a", b"a\0")),
        (
            "a path that differs in the map",
            merged(with_http(|http| http.path = "/health".into())),
        ),
    ];
    for (what, check) in checks {
        let (status, body) = refusal(ask(&channel, check).await);
        assert_eq!((status, body.as_str()), BAD_REQUEST, "{what}");
    }
}

#[tokio::test]
async fn a_check_that_envoy_does_not_send_is_500() {
    let guard = Guard::start(&[]);
    let channel = connect(guard.server.address).await;
    let mut address = ann();
    source(&mut address).address = "pets.example".into();
    let mut port = ann();
    source(&mut port).port_specifier = Some(PortSpecifier::PortValue(70_000));
    let mut named_port = ann();
    source(&mut named_port).port_specifier = Some(PortSpecifier::NamedPort("http".into()));
    let mut no_request = ann();
    no_request.attributes.as_mut().unwrap().request = None;
    let mut no_http = ann();
    let request = no_http.attributes.as_mut().unwrap().request.as_mut();
    request.unwrap().http = None;
    let no_attributes = CheckRequest { attributes: None };
    let empty = CheckRequest {
        attributes: Some(AttributeContext::default()),
    };
    let both = with_http(|http| {
        http.headers.insert("authorization".into(), "ann".into());
    });
    let both_values = with_http(|http| {
        let headers = &mut http.header_map.as_mut().unwrap().headers;
        headers[4].value = "bob".into();
    });
    let checks = [
        ("no attributes", no_attributes),
        ("empty attributes", empty),
        ("no request", no_request),
        ("no http", no_http),
        ("no method", with_http(|http| http.method.clear())),
        ("no host", with_http(|http| http.host.clear())),
        (
            "a protocol",
            with_http(|http| http.protocol = "SPDY/3".into()),
        ),
        ("a query", with_http(|http| http.query = "a=b".into())),
        ("a fragment", with_http(|http| http.fragment = "a".into())),
        ("a name in upper case", with_header("Authorization", b"bob")),
        ("a name with a space", with_header("x a", b"b")),
        ("a header without a name", with_header("", b"b")),
        ("both kinds of headers", both),
        ("both kinds of values", both_values),
        ("an address that is a name", address),
        ("a port that is too large", port),
        ("a port that is a name", named_port),
    ];
    for (what, check) in checks {
        let (status, body) = refusal(ask(&channel, check).await);
        assert_eq!((status, body.as_str()), BAD_CHECK, "{what}");
    }
    let errors = guard
        .server
        .wait_for_error("500 the check's `source.address` is not an IP address");
    assert!(
        errors.contains("500 the check has no `attributes`"),
        "{errors}"
    );
}

#[tokio::test]
async fn a_message_that_cannot_be_read_is_400() {
    let guard = Guard::start(&[]);
    let channel = connect(guard.server.address).await;
    let not_utf8 = ask_changed(&channel, with_path("/pe\u{1}ts"), |message, _| {
        for byte in message.iter_mut().filter(|byte| **byte == 1) {
            *byte = 0xff;
        }
    });
    let (status, body) = refusal(consistent(not_utf8.await));
    assert_eq!((status, body.as_str()), BAD_REQUEST);

    let cut = ask_changed(&channel, ann(), |message, _| {
        message.truncate(message.len() - 3);
        with_its_length(message);
    });
    let (status, body) = refusal(consistent(cut.await));
    assert_eq!((status, body.as_str()), BAD_REQUEST);

    let shorter_than_said = ask_changed(&channel, ann(), |message, _| message.truncate(20));
    let (status, _) = refusal(consistent(shorter_than_said.await));
    assert_eq!(status, 400);
}

#[tokio::test]
async fn a_message_that_is_not_one_without_compression_is_refused() {
    let guard = Guard::start(&[]);
    let channel = connect(guard.server.address).await;
    let none = ask_changed(&channel, ann(), |message, _| message.clear());
    refusal(consistent(none.await));
    let compressed = ask_changed(&channel, ann(), |message, headers| {
        message[0] = 1;
        headers.insert("grpc-encoding", "gzip".parse().unwrap());
    });
    refusal(consistent(compressed.await));
    let flagged = ask_changed(&channel, ann(), |message, _| message[0] = 7);
    refusal(consistent(flagged.await));
}

#[tokio::test]
async fn a_large_message_is_413() {
    let guard = Guard::start(&[]);
    let channel = connect(guard.server.address).await;
    let large = with_http(|http| http.raw_body = vec![0; 2 * 1024 * 1024]);
    let (status, body) = refusal(ask(&channel, large).await);
    assert_eq!(status, 413);
    assert_eq!(body, "HTTP content length exceeded 10485760 bytes.");

    // The length is believed before the message is there.
    let announced = ask_changed(&channel, ann(), |message, _| message[1] = 0xff);
    let (status, _) = refusal(consistent(announced.await));
    assert_eq!(status, 413);
}
