//! Envoy's side of the conversation.

use std::net::SocketAddr;

use envoy_types::{
    ext_authz::v3::pb::{
        CheckRequest, CheckResponse, DeniedHttpResponse, HttpResponse, OkHttpResponse,
    },
    pb::envoy::{
        config::core::v3::{
            Address, HeaderMap, HeaderValue, SocketAddress, address, socket_address::PortSpecifier,
        },
        service::auth::v3::{
            AttributeContext,
            attribute_context::{HttpRequest, Peer, Request},
            authorization_client::AuthorizationClient,
        },
    },
};
use tonic::{
    Code, Status,
    transport::{Channel, Endpoint},
};

/// A connection to the server.
pub(crate) async fn connect(server: SocketAddr) -> Channel {
    let endpoint = Endpoint::from_shared(format!("http://{server}")).unwrap();
    endpoint.connect().await.unwrap()
}

/// Asks, and checks what holds for every answer.
pub(crate) async fn ask(channel: &Channel, check: CheckRequest) -> CheckResponse {
    let answer = AuthorizationClient::new(channel.clone()).check(check).await;
    consistent(answer)
}

/// There is no error, and the parts of an answer agree.
#[track_caller]
pub(crate) fn consistent(answer: Result<tonic::Response<CheckResponse>, Status>) -> CheckResponse {
    let answer = answer.unwrap().into_inner();
    let code = Code::from(answer.status.as_ref().unwrap().code);
    match answer.http_response.as_ref().unwrap() {
        HttpResponse::OkResponse(_) => assert_eq!(code, Code::Ok),
        HttpResponse::DeniedResponse(denied) => {
            let status = denied.status.as_ref().unwrap().code;
            assert!((200..600).contains(&status), "{status}");
            let unauthenticated = status == 401;
            assert_eq!(code == Code::Unauthenticated, unauthenticated);
            assert_eq!(code == Code::PermissionDenied, !unauthenticated);
        }
        HttpResponse::ErrorResponse(_) => panic!("Envoy may let a request through after an error"),
    }
    answer
}

pub(crate) fn is_ok(answer: &CheckResponse) -> bool {
    matches!(answer.http_response, Some(HttpResponse::OkResponse(_)))
}

#[track_caller]
pub(crate) fn ok(answer: CheckResponse) -> OkHttpResponse {
    match answer.http_response.unwrap() {
        HttpResponse::OkResponse(ok) => ok,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
pub(crate) fn denied(answer: CheckResponse) -> DeniedHttpResponse {
    match answer.http_response.unwrap() {
        HttpResponse::DeniedResponse(denied) => denied,
        other => panic!("{other:?}"),
    }
}

/// The status and the body of a denied response.
#[track_caller]
pub(crate) fn refusal(answer: CheckResponse) -> (i32, String) {
    let denied = denied(answer);
    (denied.status.unwrap().code, denied.body)
}

/// What Envoy sends about a request, with `encode_raw_headers`.
pub(crate) fn check(method: &str, path: &str, headers: &[(&str, &str)]) -> CheckRequest {
    let pseudo = [
        (":authority", "pets.example"),
        (":path", path),
        (":method", method),
        (":scheme", "https"),
    ];
    let raw = |(name, value): (&str, &str)| HeaderValue {
        key: name.to_owned(),
        raw_value: value.as_bytes().to_vec(),
        ..HeaderValue::default()
    };
    let headers = pseudo.into_iter().chain(headers.iter().copied());
    let mut check = from_peer("203.0.113.7");
    *http_of(&mut check) = HttpRequest {
        method: method.to_owned(),
        path: path.to_owned(),
        host: "pets.example".to_owned(),
        scheme: "https".to_owned(),
        protocol: "HTTP/1.1".to_owned(),
        size: -1,
        header_map: Some(HeaderMap {
            headers: headers.map(raw).collect(),
        }),
        ..HttpRequest::default()
    };
    check
}

/// The same without `encode_raw_headers`: a map, with one value for each name.
pub(crate) fn merged(mut check: CheckRequest) -> CheckRequest {
    let http = http_of(&mut check);
    for header in http.header_map.take().unwrap().headers {
        let value = String::from_utf8(header.raw_value).unwrap();
        let all = http.headers.entry(header.key).or_default();
        if !all.is_empty() {
            all.push(',');
        }
        all.push_str(&value);
    }
    check
}

pub(crate) fn http_of(check: &mut CheckRequest) -> &mut HttpRequest {
    let request = check.attributes.as_mut().unwrap().request.as_mut();
    request.unwrap().http.as_mut().unwrap()
}

fn from_peer(address: &str) -> CheckRequest {
    let address = SocketAddress {
        address: address.to_owned(),
        port_specifier: Some(PortSpecifier::PortValue(4711)),
        ..SocketAddress::default()
    };
    CheckRequest {
        attributes: Some(AttributeContext {
            source: Some(Peer {
                address: Some(Address {
                    address: Some(address::Address::SocketAddress(address)),
                }),
                ..Peer::default()
            }),
            request: Some(Request {
                http: Some(HttpRequest::default()),
                ..Request::default()
            }),
            ..AttributeContext::default()
        }),
    }
}

/// The client's address.
pub(crate) fn source(check: &mut CheckRequest) -> &mut SocketAddress {
    let source = check.attributes.as_mut().unwrap().source.as_mut();
    match source.unwrap().address.as_mut().unwrap().address.as_mut() {
        Some(address::Address::SocketAddress(address)) => address,
        other => panic!("{other:?}"),
    }
}
