//! Connections that wait for the next request.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use http_body_util::Empty;
use hyper::client::conn::http1::SendRequest;
use tokio::{
    runtime::Handle,
    time::{Instant, sleep_until},
};

/// Many servers close a connection that was not used for five seconds, and a request that is sent at that moment fails.
pub(super) const MAX_IDLE: Duration = Duration::from_secs(4);

/// Sends requests without a body.
pub(super) type Connection = SendRequest<Empty<Bytes>>;

#[derive(Clone, Default)]
pub(super) struct IdleConnections(Arc<Mutex<List>>);

#[derive(Default)]
struct List {
    /// The last one has waited for the shortest time. It is used first, so that the others end if there are fewer requests.
    waiting: Vec<Waiting>,
    /// Whether a task closes those that wait for too long.
    is_watched: bool,
}

struct Waiting {
    connection: Connection,
    end: Instant,
}

impl IdleConnections {
    /// The one that was used last, if the upstream has not closed it.
    pub(super) fn take(&self) -> Option<Connection> {
        let mut list = self.lock();
        while let Some(Waiting { connection, .. }) = list.waiting.pop() {
            if connection.is_ready() {
                return Some(connection);
            }
        }
        None
    }

    fn put(&self, connection: Connection, runtime: &Handle) {
        let mut list = self.lock();
        let end = Instant::now() + MAX_IDLE;
        list.waiting.push(Waiting { connection, end });
        if !list.is_watched {
            list.is_watched = true;
            runtime.spawn(self.clone().close_in_time());
        }
    }

    async fn close_in_time(self) {
        while let Some(end) = self.next_end() {
            sleep_until(end).await;
        }
    }

    /// When the next connection ends. Ends those whose time has come.
    fn next_end(&self) -> Option<Instant> {
        let mut list = self.lock();
        let now = Instant::now();
        list.waiting.retain(|it| it.end > now);
        let end = list.waiting.first().map(|it| it.end);
        list.is_watched = end.is_some();
        end
    }

    fn lock(&self) -> MutexGuard<'_, List> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.lock().waiting.len()
    }

    #[cfg(test)]
    pub(super) fn is_watched(&self) -> bool {
        self.lock().is_watched
    }
}

/// A connection whose response is being read. It waits for the next request after that.
pub(super) struct Lease {
    connection: Option<Connection>,
    idle: IdleConnections,
}

impl Lease {
    pub(super) fn new(connection: Connection, idle: &IdleConnections) -> Self {
        Self {
            connection: Some(connection),
            idle: idle.clone(),
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        // Without a runtime, the program ends.
        if let (Some(mut connection), Ok(runtime)) = (self.connection.take(), Handle::try_current())
        {
            let idle = self.idle.clone();
            // It notices the end of the response a moment later. It is not ready if the response was not read to its end, or
            // if more than the response has come.
            runtime.clone().spawn(async move {
                if connection.ready().await.is_ok() {
                    idle.put(connection, &runtime);
                }
            });
        }
    }
}
