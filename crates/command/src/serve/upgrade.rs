//! WebSocket: the upgrade of both connections, and the copying between them.
//!
//! No other protocol is upgraded to. With `h2c`, the upstream would read further requests on the connection, and no guard
//! would see them.

use http::{
    HeaderMap, HeaderValue, Method, Request, Version,
    header::{CONNECTION, UPGRADE},
};
use hyper::{body::Body, upgrade::OnUpgrade};
use hyper_util::rt::TokioIo;
use tokio::io::copy_bidirectional;

use super::hop_by_hop::has_token;

const WEBSOCKET: HeaderValue = HeaderValue::from_static("websocket");

/// The client's side, if it asks for an upgrade. A handshake has no body. An upstream that refuses it could take the body for
/// the next request.
pub(super) fn asked_by<B: Body>(request: &mut Request<B>) -> Option<OnUpgrade> {
    let is_http1 = request.version() == Version::HTTP_11;
    let has_body = request.body().size_hint().exact() != Some(0);
    let is_asked = is_http1
        && request.method() == Method::GET
        && !has_body
        && is_to_websocket(request.headers());
    is_asked.then(|| hyper::upgrade::on(request))
}

/// Whether a message names WebSocket, and nothing else.
pub(super) fn is_to_websocket(headers: &HeaderMap) -> bool {
    let mut names = headers.get_all(UPGRADE).iter();
    let is_websocket =
        |name: &HeaderValue| name.as_bytes().eq_ignore_ascii_case(WEBSOCKET.as_bytes());
    names.next().is_some_and(is_websocket)
        && names.next().is_none()
        && has_token(headers, &CONNECTION, "upgrade")
}

/// Asks the next side for the upgrade, or confirms it.
pub(super) fn write(headers: &mut HeaderMap) {
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, WEBSOCKET);
}

/// Copies in both directions until both sides have ended.
pub(super) fn connect(client: OnUpgrade, upstream: OnUpgrade) {
    tokio::spawn(async move {
        // A side that breaks off ends the other one, and nobody is left to be told.
        if let Ok((client, upstream)) = tokio::try_join!(client, upstream) {
            let (mut client, mut upstream) = (TokioIo::new(client), TokioIo::new(upstream));
            let _ = copy_bidirectional(&mut client, &mut upstream).await;
        }
    });
}
