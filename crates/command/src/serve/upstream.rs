//! The server behind the guard.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Request, Response, StatusCode, Uri, Version,
    header::{CONNECTION, HOST, TE},
    request::Parts,
    uri::Authority,
};
use http_body_util::{BodyExt, combinators::UnsyncBoxBody};
use hyper::{body::Incoming, upgrade::OnUpgrade};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};

use super::{
    connections::{Connections, StreamBody},
    failed::Failed,
    framing, hop_by_hop, upgrade,
    upstream_timeout::timed,
};
use crate::cli::Serve;

/// Many servers close an HTTP/2 connection that was not used for five seconds, and a request that is sent at that moment fails.
const IDLE: Duration = Duration::from_secs(4);

/// The most bytes of a message that wait for a reader, so that slow clients cost little memory.
const MAX_WAITING: u32 = 64 * 1024;

/// Requests share an HTTP/2 connection to the server. Its window must not be used up by responses that nobody reads.
const MAX_WINDOW: u32 = (1 << 31) - 1;

/// The body of a request, and its length if that is known.
pub(super) struct RequestBody {
    pub(super) body: UnsyncBoxBody<Bytes, hyper::Error>,
    pub(super) length: Option<u64>,
}

pub(super) struct Upstream {
    connections: Connections,
    authority: Authority,
    timeout: Duration,
    speaks_http2: bool,
    keeps_host: bool,
}

impl Upstream {
    pub(super) fn new(arguments: &Serve) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(arguments.upstream_timeout));
        let mut builder = Client::builder(TokioExecutor::new());
        builder
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .http1_max_buf_size(MAX_WAITING as usize)
            .http2_initial_stream_window_size(MAX_WAITING)
            .http2_initial_connection_window_size(MAX_WINDOW);
        Self {
            connections: if arguments.upstream_http2 {
                Connections::http2(builder, connector)
            } else {
                Connections::http1(builder, connector)
            },
            authority: arguments.upstream.clone(),
            timeout: arguments.upstream_timeout,
            speaks_http2: arguments.upstream_http2,
            keeps_host: arguments.keep_host,
        }
    }

    pub(super) fn authority(&self) -> &Authority {
        &self.authority
    }

    /// Sends a request to this URL. `client` is the client's side of an upgrade.
    pub(super) async fn send(
        &self,
        mut parts: Parts,
        url: Uri,
        body: RequestBody,
        client: Option<OnUpgrade>,
    ) -> Result<Response<StreamBody<Incoming>>, Failed> {
        let client = client.filter(|_| !self.speaks_http2);
        self.address(&mut parts, client.is_some());
        if !self.speaks_http2 {
            framing::write(&mut parts.headers, body.length);
        }
        parts.uri = url;
        let (body, timeout) = timed(body.body);
        let upstream = self.connections.free_client();
        let body = StreamBody::new(body, Arc::clone(&upstream)).boxed_unsync();
        let sent = upstream.request(Request::from_parts(parts, body));
        let mut response = tokio::select! {
            response = sent => response.map_err(Failed::new)?,
            () = timeout.passed(self.timeout) => return Err(Failed::Late(self.timeout)),
        };
        let is_upgrade = response.status() == StatusCode::SWITCHING_PROTOCOLS;
        match client {
            Some(client) if is_upgrade && upgrade::is_to_websocket(response.headers()) => {
                upgrade::connect(client, hyper::upgrade::on(&mut response));
                hop_by_hop::remove(response.headers_mut());
                upgrade::write(response.headers_mut());
            }
            _ if is_upgrade => return Err(Failed::WrongUpgrade),
            _ => hop_by_hop::remove(response.headers_mut()),
        }
        // The connection to the client has a version of its own.
        *response.version_mut() = Version::HTTP_11;
        Ok(response.map(|body| StreamBody::new(body, upstream)))
    }

    /// Adds the fields of the connection to the upstream.
    fn address(&self, parts: &mut Parts, is_upgrade: bool) {
        if is_upgrade {
            upgrade::write(&mut parts.headers);
        } else if !self.speaks_http2 {
            write_options(&mut parts.headers);
        }
        parts.version = if self.speaks_http2 {
            Version::HTTP_2
        } else {
            Version::HTTP_11
        };
        self.address_host(parts);
    }

    fn address_host(&self, parts: &mut Parts) {
        let asked = parts.uri.authority().map(Authority::as_str);
        let asked = asked.and_then(|authority| HeaderValue::from_str(authority).ok());
        match (self.keeps_host, asked) {
            // HTTP/2 has it in the target.
            (true, Some(asked)) => {
                parts.headers.insert(HOST, asked);
            }
            (true, None) => {}
            // The client library writes the host of the URL.
            (false, _) => {
                parts.headers.remove(HOST);
            }
        }
    }
}

/// On a connection that is used again, what a server leaves unread of a body would be its next request, which no guard has
/// judged. And what a server sends behind the end of a response (a body with 204 or for `HEAD`, or more than `Content-Length`
/// says) would be read as the response to the next request, whose own response would go to the one after it. So each request is
/// the last one on its connection.
fn write_options(headers: &mut HeaderMap) {
    let options = if headers.contains_key(TE) {
        "te, close"
    } else {
        "close"
    };
    headers.insert(CONNECTION, HeaderValue::from_static(options));
}
