//! Connections to the upstream. Over HTTP/1.1, each request has its own, unless it is sent on one that is kept
//! (`kept_connections.rs`). Over HTTP/2, many requests share one, and the upstream limits how many. The client library lets all
//! other requests wait, so a few slow clients would hold up everybody.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::{Body, Frame, SizeHint};
use hyper_util::client::legacy::{Builder, Client, connect::HttpConnector};

/// The most requests on one HTTP/2 connection. RFC 9113, section 6.5.2, advises servers against a lower limit.
const MAX_STREAMS: usize = 100;

/// Over HTTP/2, a client has one connection. Over HTTP/1.1, it has one for each request in progress.
pub(super) type UpstreamClient = Client<HttpConnector, UnsyncBoxBody<Bytes, hyper::Error>>;

pub(super) struct Connections {
    builder: Builder,
    connector: HttpConnector,
    most_requests: usize,
    clients: Mutex<Vec<Arc<UpstreamClient>>>,
}

impl Connections {
    pub(super) fn http1(mut builder: Builder, connector: HttpConnector) -> Self {
        builder.pool_max_idle_per_host(0);
        Self::new(builder, connector, usize::MAX)
    }

    pub(super) fn http2(mut builder: Builder, connector: HttpConnector) -> Self {
        builder.http2_only(true);
        Self::new(builder, connector, MAX_STREAMS)
    }

    fn new(builder: Builder, connector: HttpConnector, most_requests: usize) -> Self {
        Self {
            builder,
            connector,
            most_requests,
            clients: Mutex::default(),
        }
    }

    /// A client that can send one more request. A request counts until nobody holds the returned pointer.
    pub(super) fn free_client(&self) -> Arc<UpstreamClient> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        // One pointer is the list's.
        let free = clients
            .iter()
            .find(|client| Arc::strong_count(client) <= self.most_requests);
        if let Some(free) = free {
            return Arc::clone(free);
        }
        let client = Arc::new(self.builder.build(self.connector.clone()));
        clients.push(Arc::clone(&client));
        client
    }
}

/// What a request holds until it has ended.
pub(super) type Stream = Arc<dyn Send + Sync>;

/// A body of a request or response, which keeps its stream open.
pub(super) struct StreamBody<B> {
    body: B,
    _stream: Stream,
}

impl<B> StreamBody<B> {
    pub(super) fn new(body: B, stream: Stream) -> Self {
        Self {
            body,
            _stream: stream,
        }
    }
}

impl<B: Body + Unpin> Body for StreamBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
