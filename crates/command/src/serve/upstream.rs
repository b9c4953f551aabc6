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
use hyper::{body::Incoming, client::conn::http1, upgrade::OnUpgrade};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};

use super::{
    connections::{Connections, Stream, StreamBody, UpstreamClient},
    failed::Failed,
    framing, hop_by_hop,
    idle_connections::MAX_IDLE,
    keep_alive,
    kept_connections::KeptConnections,
    upgrade,
    upstream_timeout::timed,
};
use crate::cli::Serve;

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
    /// `--upstream-keep-alive`.
    kept: Option<KeptConnections>,
    authority: Authority,
    timeout: Duration,
    speaks_http2: bool,
    keeps_host: bool,
}

impl Upstream {
    pub(super) fn new(arguments: &Serve) -> Self {
        let timeout = arguments.upstream_timeout;
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(timeout));
        let mut builder = Client::builder(TokioExecutor::new());
        builder
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(MAX_IDLE)
            .http1_max_buf_size(MAX_WAITING as usize)
            .http2_initial_stream_window_size(MAX_WAITING)
            .http2_initial_connection_window_size(MAX_WINDOW);
        let mut kept = http1::Builder::new();
        kept.max_buf_size(MAX_WAITING as usize);
        let kept = arguments
            .upstream_keep_alive
            .then(|| KeptConnections::new(kept, connector.clone(), timeout));
        Self {
            kept,
            connections: if arguments.upstream_http2 {
                Connections::http2(builder, connector)
            } else {
                Connections::http1(builder, connector)
            },
            authority: arguments.upstream.clone(),
            timeout,
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
        self.address_host(&mut parts);
        parts.uri = url;
        let mut response = if self.speaks_http2 {
            parts.version = Version::HTTP_2;
            self.ask_alone(Request::from_parts(parts, body)).await?
        } else {
            parts.version = Version::HTTP_11;
            framing::write(&mut parts.headers, body.length);
            self.ask_http1(parts, body, client.is_some()).await?
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
        Ok(response)
    }

    /// Adds the fields of the connection, and sends the request on one that suits it.
    async fn ask_http1(
        &self,
        mut parts: Parts,
        body: RequestBody,
        is_upgrade: bool,
    ) -> Result<Response<StreamBody<Incoming>>, Failed> {
        match &self.kept {
            Some(kept) if !is_upgrade && keep_alive::suits(&parts, body.length) => {
                write_options(&mut parts.headers, false);
                kept.send(parts).await
            }
            _ => {
                if is_upgrade {
                    upgrade::write(&mut parts.headers);
                } else {
                    write_options(&mut parts.headers, true);
                }
                self.ask_alone(Request::from_parts(parts, body)).await
            }
        }
    }

    async fn ask_alone(
        &self,
        request: Request<RequestBody>,
    ) -> Result<Response<StreamBody<Incoming>>, Failed> {
        let client = self.connections.free_client();
        self.ask(&client, client.clone(), request).await
    }

    async fn ask(
        &self,
        client: &UpstreamClient,
        stream: Stream,
        request: Request<RequestBody>,
    ) -> Result<Response<StreamBody<Incoming>>, Failed> {
        let (parts, body) = request.into_parts();
        let (body, timeout) = timed(body.body);
        let body = StreamBody::new(body, Arc::clone(&stream)).boxed_unsync();
        let sent = client.request(Request::from_parts(parts, body));
        let response = tokio::select! {
            response = sent => response.map_err(Failed::new)?,
            () = timeout.passed(self.timeout) => return Err(Failed::Late(self.timeout)),
        };
        Ok(response.map(|body| StreamBody::new(body, stream)))
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
/// judged. And what a server sends after the end of a response (a body with 204 or for `HEAD`, or more than `Content-Length`
/// says) would be read as the response to the next request, whose own response would go to the one after it. So a request is
/// the last one on its connection, unless it is sent on one that is kept.
fn write_options(headers: &mut HeaderMap, is_last: bool) {
    let options = match (headers.contains_key(TE), is_last) {
        (true, true) => "te, close",
        (true, false) => "te",
        (false, true) => "close",
        (false, false) => return,
    };
    headers.insert(CONNECTION, HeaderValue::from_static(options));
}
