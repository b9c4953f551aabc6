//! Calls that are joined, given up, ended.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    task::Poll,
};

use tokio::sync::oneshot;
use tokio_test::{assert_pending, assert_ready_eq, task};

use super::*;

struct Board {
    flights: Arc<Flights<u32>>,
    count: Arc<AtomicUsize>,
}

impl Board {
    fn new() -> Self {
        Self {
            flights: Flights::new(),
            count: Arc::default(),
        }
    }

    fn board(&self, answer: oneshot::Receiver<u32>) -> impl Future<Output = u32> + use<> {
        self.board_in(0, answer)
    }

    fn board_in(
        &self,
        epoch: u64,
        answer: oneshot::Receiver<u32>,
    ) -> impl Future<Output = u32> + use<> {
        let count = Arc::clone(&self.count);
        let call = move || async move {
            count.fetch_add(1, Ordering::SeqCst);
            answer.await.unwrap()
        };
        let key = b"k"[..].into();
        let boarded = self.flights.board(key, epoch, || None::<()>, call);
        let (flight, _) = boarded.unwrap();
        flight.result()
    }

    fn count(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }
}

#[test]
fn one_call_answers_all() {
    let calls = Board::new();
    let (answer, first) = oneshot::channel();
    let mut waiters: Vec<_> = (0..100)
        .map(|_| task::spawn(calls.board(oneshot::channel().1)))
        .collect();
    // The first to come began the call, with a channel whose other end is gone; so begin anew.
    waiters.clear();
    assert_eq!(calls.flights.len(), 0);
    let mut leader = task::spawn(calls.board(first));
    let mut waiters: Vec<_> = (0..100)
        .map(|_| task::spawn(calls.board(oneshot::channel().1)))
        .collect();
    assert_pending!(leader.poll());
    waiters
        .iter_mut()
        .for_each(|waiter| assert_pending!(waiter.poll()));
    answer.send(7).unwrap();
    waiters
        .iter_mut()
        .for_each(|waiter| assert_eq!(waiter.poll(), Poll::Ready(7)));
    assert_ready_eq!(leader.poll(), 7);
    assert_eq!(calls.count(), 1);
    drop((leader, waiters));
    assert_eq!(calls.flights.len(), 0);
}

#[test]
fn the_call_goes_on_without_who_began_it() {
    let calls = Board::new();
    let (answer, first) = oneshot::channel();
    let mut leader = task::spawn(calls.board(first));
    assert_pending!(leader.poll());
    let mut waiter = task::spawn(calls.board(oneshot::channel().1));
    assert_pending!(waiter.poll());
    drop(leader);
    answer.send(7).unwrap();
    assert!(waiter.is_woken());
    assert_ready_eq!(waiter.poll(), 7);
    assert_eq!(calls.count(), 1);
}

#[test]
fn when_all_have_gone_nothing_is_left() {
    let calls = Board::new();
    let (answer, first) = oneshot::channel();
    let mut leader = task::spawn(calls.board(first));
    assert_pending!(leader.poll());
    let waiter = task::spawn(calls.board(oneshot::channel().1));
    drop(leader);
    drop(waiter);
    assert!(answer.is_closed(), "the call itself has ended");
    assert_eq!(calls.flights.len(), 0);
}

#[test]
fn the_end_of_one_call_does_not_disturb_the_next() {
    let calls = Board::new();
    let (answer, first) = oneshot::channel();
    let mut slow_reader = task::spawn(calls.board(first));
    assert_pending!(slow_reader.poll());
    answer.send(1).unwrap();
    assert_ready_eq!(slow_reader.poll(), 1);
    let (answer, second) = oneshot::channel();
    let mut next = task::spawn(calls.board(second));
    assert_pending!(next.poll());
    drop(slow_reader);
    assert_eq!(calls.flights.len(), 1);
    let mut joined = task::spawn(calls.board(oneshot::channel().1));
    assert_pending!(joined.poll());
    answer.send(2).unwrap();
    assert_eq!(joined.poll(), Poll::Ready(2));
    assert_ready_eq!(next.poll(), 2);
    assert_eq!(calls.count(), 2);
}

/// Who read the epoch before something was forgotten may come to the list after who read it behind that.
#[test]
fn a_late_comer_of_an_earlier_epoch_joins_the_newer_call() {
    let calls = Board::new();
    let (answer, newer) = oneshot::channel();
    let mut newer = task::spawn(calls.board_in(1, newer));
    assert_pending!(newer.poll());
    let mut late = task::spawn(calls.board_in(0, oneshot::channel().1));
    assert_pending!(late.poll());
    let mut joined = task::spawn(calls.board_in(1, oneshot::channel().1));
    assert_pending!(joined.poll());
    answer.send(7).unwrap();
    for waiter in [&mut newer, &mut late, &mut joined] {
        assert_eq!(waiter.poll(), Poll::Ready(7));
    }
    assert_eq!(calls.count(), 1);
}

#[test]
fn a_call_takes_only_itself_off_the_list() {
    let calls = Board::new();
    let (answer, older) = oneshot::channel();
    let mut older = task::spawn(calls.board_in(0, older));
    assert_pending!(older.poll());
    let (newer_answer, newer) = oneshot::channel();
    let mut newer = task::spawn(calls.board_in(1, newer));
    assert_pending!(newer.poll());
    // A late comer, after the newer one has ended: of the same epoch as the oldest, which still runs.
    newer_answer.send(2).unwrap();
    assert_ready_eq!(newer.poll(), 2);
    let (late_answer, late) = oneshot::channel();
    let mut late = task::spawn(calls.board_in(0, late));
    assert_pending!(late.poll());
    answer.send(1).unwrap();
    assert_ready_eq!(older.poll(), 1);
    assert_eq!(calls.flights.len(), 1);
    late_answer.send(3).unwrap();
    assert_ready_eq!(late.poll(), 3);
    assert_eq!(calls.flights.len(), 0);
}
