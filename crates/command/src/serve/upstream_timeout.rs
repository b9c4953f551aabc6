//! How long the upstream may take to answer. The time in which it waits for the client's body does not count, so a slow
//! upload is not the upstream's fault.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::{
    sync::watch::{Receiver, Sender, channel},
    time::{Instant, sleep_until},
};

/// Whose turn it is to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    Client,
    UpstreamSince(Instant),
}

/// A request's body that notes whose turn it is.
pub(super) struct TimedBody<B> {
    body: B,
    turn: Sender<Turn>,
}

/// Passes when it has been the upstream's turn for too long.
pub(super) struct UpstreamTimeout(Receiver<Turn>);

/// Watches a request's body.
pub(super) fn timed<B>(body: B) -> (TimedBody<B>, UpstreamTimeout) {
    let (turn, whose) = channel(Turn::UpstreamSince(Instant::now()));
    (TimedBody { body, turn }, UpstreamTimeout(whose))
}

impl UpstreamTimeout {
    pub(super) async fn passed(mut self, timeout: Duration) {
        loop {
            let turn = *self.0.borrow_and_update();
            let end = async {
                match turn {
                    Turn::UpstreamSince(begin) => sleep_until(begin + timeout).await,
                    Turn::Client => std::future::pending().await,
                }
            };
            tokio::select! {
                () = end => return,
                changed = self.0.changed() => if changed.is_err() {
                    break;
                },
            }
        }
        // The body is sent.
        let turn = *self.0.borrow();
        if let Turn::UpstreamSince(begin) = turn {
            sleep_until(begin + timeout).await;
        }
    }
}

impl<B> TimedBody<B> {
    fn give_turn_to_upstream(&self) {
        self.turn.send_replace(Turn::UpstreamSince(Instant::now()));
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for TimedBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        match polled {
            Poll::Pending => {
                self.turn.send_replace(Turn::Client);
            }
            Poll::Ready(_) => self.give_turn_to_upstream(),
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<B> Drop for TimedBody<B> {
    fn drop(&mut self) {
        self.give_turn_to_upstream();
    }
}
