//! Connections to the upstream that are used again. Each one sends one request at a time.
//!
//! They are hyper's, without the pool of its client: the pool does not tell whether a connection was used before, and it
//! offers a connection to the next request as soon as the head of a response without a body is there, which is before anybody
//! can close it.

use std::{mem, sync::Arc, time::Duration};

use http::{HeaderValue, Request, Response, Uri, header::HOST, request::Parts};
use http_body_util::Empty;
use hyper::{body::Incoming, client::conn::http1::Builder};
use hyper_util::client::legacy::connect::HttpConnector;
use tokio::time::timeout;
use tower::ServiceExt;

use super::{
    connections::{Stream, StreamBody},
    failed::Failed,
    idle_connections::{Connection, IdleConnections, Lease},
    keep_alive,
};

pub(super) struct KeptConnections {
    connector: HttpConnector,
    builder: Builder,
    timeout: Duration,
    idle: IdleConnections,
}

impl KeptConnections {
    pub(super) fn new(builder: Builder, connector: HttpConnector, timeout: Duration) -> Self {
        Self {
            builder,
            connector,
            timeout,
            idle: IdleConnections::default(),
        }
    }

    /// Sends a request without a body.
    pub(super) async fn send(
        &self,
        mut request: Parts,
    ) -> Result<Response<StreamBody<Incoming>>, Failed> {
        let url = mem::take(&mut request.uri);
        if let (None, Some(host)) = (request.headers.get(HOST), host_of(&url)) {
            request.headers.insert(HOST, host);
        }
        request.uri = url
            .path_and_query()
            .cloned()
            .map(Uri::from)
            .unwrap_or_default();
        let sent = timeout(self.timeout, self.send_once_or_again(&url, request));
        sent.await.unwrap_or(Err(Failed::Late(self.timeout)))
    }

    /// Sends a request once more if the connection was used before and ends: the upstream may have closed it just before the
    /// request came. An upstream that closes a new connection means the request.
    async fn send_once_or_again(
        &self,
        url: &Uri,
        request: Parts,
    ) -> Result<Response<StreamBody<Incoming>>, Failed> {
        if let Some(used) = self.idle.take() {
            match self.send_on(used, request.clone()).await {
                Err(error) if !has_answered(&error) => {}
                answered => return answered.map_err(Failed::broke_off),
            }
        }
        let new = self.connect(url).await?;
        let sent = self.send_on(new, request).await;
        sent.map_err(Failed::broke_off)
    }

    async fn connect(&self, url: &Uri) -> Result<Connection, Failed> {
        let stream = self.connector.clone().oneshot(url.clone()).await;
        let stream = stream.map_err(Failed::unreachable)?;
        let handshake = self.builder.handshake(stream).await;
        let (sender, connection) = handshake.map_err(Failed::broke_off)?;
        // The sender is told how it ends.
        tokio::spawn(connection);
        Ok(sender)
    }

    async fn send_on(
        &self,
        mut connection: Connection,
        request: Parts,
    ) -> hyper::Result<Response<StreamBody<Incoming>>> {
        let request = Request::from_parts(request, Empty::new());
        let response = connection.send_request(request).await?;
        let stream: Stream = if keep_alive::is_doubtful(&response) {
            // Without its sender, a connection ends after the response.
            Arc::new(())
        } else {
            Arc::new(Lease::new(connection, &self.idle))
        };
        Ok(response.map(|body| StreamBody::new(body, stream)))
    }
}

/// Whether something has come that is not a response.
fn has_answered(error: &hyper::Error) -> bool {
    error.is_parse()
}

/// As the client of the other connections writes it: without the port that everybody knows.
fn host_of(url: &Uri) -> Option<HeaderValue> {
    let authority = url.authority()?;
    let host = match authority.port_u16() {
        Some(80) => authority.host(),
        _ => authority.as_str(),
    };
    HeaderValue::from_str(host).ok()
}

#[cfg(test)]
mod tests;
