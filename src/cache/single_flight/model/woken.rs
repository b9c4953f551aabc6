//! A call that another thread wakes while requests poll it, and one of them leaves.

use std::{
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll, Waker},
};

use futures_util::task::noop_waker_ref;
use shuttle::future::block_on;

use super::*;

/// Rings once.
#[derive(Default)]
struct Bell(Mutex<(bool, Option<Waker>)>);

impl Bell {
    fn ring(&self) {
        let mut state = self.0.lock().unwrap();
        state.0 = true;
        let waker = state.1.take();
        drop(state);
        waker.into_iter().for_each(Waker::wake);
    }

    fn poll(&self, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.0.lock().unwrap();
        state.1 = Some(context.waker().clone());
        if state.0 {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }
}

/// No request waits for ever. A request that leaves does not react to its waker.
fn woken_call() {
    let single_flight = SingleFlight::new();
    let bell = Arc::new(Bell::default());
    let requests = [true, true, false, false].map(|leaves| {
        let (single_flight, bell) = (Arc::clone(&single_flight), Arc::clone(&bell));
        spawned(move || {
            let call = |_| Box::pin(poll_fn(move |context| bell.poll(context)));
            let joined = single_flight.join_or_begin(joining(&Key::of("a")), || None::<()>, call);
            let (mut waiter, _) = joined.unwrap();
            if leaves {
                let mut context = Context::from_waker(noop_waker_ref());
                let _ = Pin::new(&mut waiter).poll(&mut context);
            } else {
                block_on(waiter);
            }
        })
    });
    let ringing = spawned(move || bell.ring());
    run_together(requests.into_iter().chain([ringing]));
    assert_eq!(single_flight.len(), 0);
}

#[test]
fn a_request_that_leaves_does_not_take_the_wake_up_with_it() {
    run(RandomScheduler::new_from_seed(7, iterations()), woken_call);
    run(PctScheduler::new_from_seed(8, 3, iterations()), woken_call);
}
