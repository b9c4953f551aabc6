//! The connection that all look-ups of a tier share. It is replaced when it no longer works.

use std::{
    future::Future,
    panic::AssertUnwindSafe,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use redis::{ErrorKind, RedisError, RedisResult};
use tokio::time::Instant;

use super::connection::Connection;

/// A connection is replaced after this time without a response. Otherwise, if the server disappears without closing it,
/// the operating system retries for a quarter of an hour. And the client does not reconnect after a wrong password.
const MAX_SILENCE: Duration = Duration::from_secs(1);

#[derive(Default)]
pub(super) struct Link(Mutex<State>);

#[derive(Default)]
struct State {
    attempt: Option<Attempt>,
    /// When the first command was sent since the last response.
    silent_since: Option<Instant>,
}

/// An attempt to connect, in progress or completed. All look-ups share its result.
type Attempt = Shared<BoxFuture<'static, RedisResult<Connection>>>;

impl Link {
    /// The connection. Connects if there is none.
    pub(super) async fn connection<F>(&self, connect: impl FnOnce() -> F) -> RedisResult<Connection>
    where
        F: Future<Output = RedisResult<Connection>> + Send + 'static,
    {
        let attempt = self.state().attempt(connect);
        attempt.await
    }

    /// Records whether the server responded to a command.
    pub(super) fn heard(&self, error: Option<&RedisError>) {
        let mut state = self.state();
        match error.map(RedisError::kind) {
            None | Some(ErrorKind::Server(_)) => state.silent_since = None,
            Some(_) => {}
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn attempt<F>(&mut self, connect: impl FnOnce() -> F) -> Attempt
    where
        F: Future<Output = RedisResult<Connection>> + Send + 'static,
    {
        if self.is_unusable() {
            self.attempt = None;
            self.silent_since = None;
        }
        self.silent_since.get_or_insert_with(Instant::now);
        self.attempt.get_or_insert_with(|| begin(connect())).clone()
    }

    fn is_unusable(&self) -> bool {
        match self.attempt.as_ref().and_then(Shared::peek) {
            None => false,
            Some(Err(_)) => true,
            Some(Ok(_)) => self
                .silent_since
                .is_some_and(|since| since.elapsed() > MAX_SILENCE),
        }
    }
}

/// Connects in a separate task, since look-ups do not wait long enough.
fn begin(connect: impl Future<Output = RedisResult<Connection>> + Send + 'static) -> Attempt {
    let connect = AssertUnwindSafe(connect).catch_unwind().map(|result| {
        result.unwrap_or_else(|_| Err((ErrorKind::Client, "the Redis client panicked").into()))
    });
    let attempt = connect.boxed().shared();
    tokio::spawn(attempt.clone());
    attempt
}
