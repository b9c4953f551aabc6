//! The server behind the guard.

use std::time::Duration;

use bytes::Bytes;
use http::{
    HeaderValue, Request, Response, StatusCode, Uri, Version,
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

use super::{failed::Failed, hop_by_hop, time_limit::timed, upgrade};
use crate::cli::Serve;

/// Many servers close a connection that was not used for five seconds, and a request that is sent at that moment fails.
const IDLE: Duration = Duration::from_secs(4);

type RequestBody = UnsyncBoxBody<Bytes, hyper::Error>;

#[derive(Clone)]
pub(super) struct Upstream {
    client: Client<HttpConnector, RequestBody>,
    authority: Authority,
    limit: Duration,
    speaks_http2: bool,
    keeps_host: bool,
}

impl Upstream {
    pub(super) fn new(arguments: &Serve) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(arguments.upstream_timeout));
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .http2_only(arguments.upstream_http2)
            .build(connector);
        Self {
            client,
            authority: arguments.upstream.clone(),
            limit: arguments.upstream_timeout,
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
    ) -> Result<Response<Incoming>, Failed> {
        let client = client.filter(|_| !self.speaks_http2);
        self.address(&mut parts, client.is_some());
        parts.uri = url;
        let (body, limit) = timed(body);
        let sent = self
            .client
            .request(Request::from_parts(parts, body.boxed_unsync()));
        let mut response = tokio::select! {
            response = sent => response.map_err(Failed::new)?,
            () = limit.passed(self.limit) => return Err(Failed::Late(self.limit)),
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

    /// Adds the fields of the connection to the upstream.
    fn address(&self, parts: &mut Parts, is_upgrade: bool) {
        if is_upgrade {
            upgrade::write(&mut parts.headers);
        } else if parts.headers.contains_key(TE) && !self.speaks_http2 {
            parts
                .headers
                .insert(CONNECTION, HeaderValue::from_static("te"));
        }
        parts.version = match self.speaks_http2 {
            true => Version::HTTP_2,
            false => Version::HTTP_11,
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
