//! Holds the answers of authorizers back.

use std::{
    future::poll_fn,
    mem,
    sync::Mutex,
    task::{Poll, Waker},
};

/// Open at first.
#[derive(Default)]
pub(super) struct Gate(Mutex<State>);

#[derive(Default)]
struct State {
    is_closed: bool,
    waiting: Vec<Waker>,
}

impl Gate {
    pub(super) fn closes(&self) {
        self.0.lock().unwrap().is_closed = true;
    }

    pub(super) fn opens(&self) {
        let State { waiting, .. } = mem::take(&mut *self.0.lock().unwrap());
        waiting.into_iter().for_each(Waker::wake);
    }

    pub(super) async fn pass(&self) {
        poll_fn(|context| {
            let mut state = self.0.lock().unwrap();
            if !state.is_closed {
                return Poll::Ready(());
            }
            state.waiting.push(context.waker().clone());
            Poll::Pending
        })
        .await;
    }
}
