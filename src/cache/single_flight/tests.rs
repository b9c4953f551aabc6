//! Calls that are joined, dropped and completed.

use std::{
    future::poll_fn,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    task::{Context, Poll, Wake, Waker},
};

use tokio::sync::oneshot;
use tokio_test::{assert_pending, assert_ready_eq, task};

use super::*;

mod memory;

const KEY: &str = "k";

struct CountedCalls {
    single_flight: Arc<SingleFlight<u32>>,
    count: Arc<AtomicUsize>,
}

impl CountedCalls {
    fn new() -> Self {
        Self {
            single_flight: SingleFlight::new(),
            count: Arc::default(),
        }
    }

    fn request(&self, answer: oneshot::Receiver<u32>) -> impl Future<Output = u32> + use<> {
        self.request_key(KEY, answer)
    }

    /// The tens digit of the result is set if the key was forgotten.
    fn request_key(
        &self,
        key: &str,
        answer: oneshot::Receiver<u32>,
    ) -> impl Future<Output = u32> + use<> {
        let count = Arc::clone(&self.count);
        let call = move |handle: CallHandle<u32>| {
            Box::pin(async move {
                count.fetch_add(1, Ordering::SeqCst);
                answer.await.unwrap() + 10 * u32::from(handle.is_forgotten())
            })
        };
        let key = Key::of(key);
        let joined = self
            .single_flight
            .join_or_begin(joining(&key), || None::<()>, call);
        joined.unwrap().0
    }

    fn count(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }
}

#[test]
fn one_call_answers_all() {
    let calls = CountedCalls::new();
    let (answer, first) = oneshot::channel();
    let mut waiters: Vec<_> = (0..100)
        .map(|_| task::spawn(calls.request(oneshot::channel().1)))
        .collect();
    // The first request began the call with a channel that is closed by now, so begin again.
    waiters.clear();
    assert_eq!(calls.single_flight.len(), 0);
    let mut leader = task::spawn(calls.request(first));
    let mut waiters: Vec<_> = (0..100)
        .map(|_| task::spawn(calls.request(oneshot::channel().1)))
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
    assert_eq!(calls.single_flight.len(), 0);
}

#[test]
fn a_call_continues_without_the_request_that_began_it() {
    let calls = CountedCalls::new();
    let (answer, first) = oneshot::channel();
    let mut leader = task::spawn(calls.request(first));
    assert_pending!(leader.poll());
    let mut waiter = task::spawn(calls.request(oneshot::channel().1));
    assert_pending!(waiter.poll());
    drop(leader);
    answer.send(7).unwrap();
    assert!(waiter.is_woken());
    assert_ready_eq!(waiter.poll(), 7);
    assert_eq!(calls.count(), 1);
}

#[test]
fn a_call_is_dropped_with_its_last_request() {
    let calls = CountedCalls::new();
    let (answer, first) = oneshot::channel();
    let mut leader = task::spawn(calls.request(first));
    assert_pending!(leader.poll());
    let waiter = task::spawn(calls.request(oneshot::channel().1));
    drop(leader);
    drop(waiter);
    assert!(answer.is_closed(), "the call was dropped");
    assert_eq!(calls.single_flight.len(), 0);
}

#[test]
fn the_end_of_one_call_does_not_disturb_the_next() {
    let calls = CountedCalls::new();
    let (answer, first) = oneshot::channel();
    let mut slow_reader = task::spawn(calls.request(first));
    assert_pending!(slow_reader.poll());
    answer.send(1).unwrap();
    assert_ready_eq!(slow_reader.poll(), 1);
    let (answer, second) = oneshot::channel();
    let mut next = task::spawn(calls.request(second));
    assert_pending!(next.poll());
    drop(slow_reader);
    assert_eq!(calls.single_flight.len(), 1);
    let mut joined = task::spawn(calls.request(oneshot::channel().1));
    assert_pending!(joined.poll());
    answer.send(2).unwrap();
    assert_eq!(joined.poll(), Poll::Ready(2));
    assert_ready_eq!(next.poll(), 2);
    assert_eq!(calls.count(), 2);
}

#[test]
fn a_call_removes_only_itself_from_the_list() {
    let calls = CountedCalls::new();
    let (answer, older) = oneshot::channel();
    let mut older = task::spawn(calls.request(older));
    assert_pending!(older.poll());
    calls.single_flight.forget(&Key::of(KEY));
    assert_eq!(calls.single_flight.len(), 0);
    let (newer_answer, newer) = oneshot::channel();
    let mut newer = task::spawn(calls.request(newer));
    assert_pending!(newer.poll());
    answer.send(1).unwrap();
    assert_ready_eq!(older.poll(), 11);
    drop(older);
    assert_eq!(calls.single_flight.len(), 1);
    let mut joined = task::spawn(calls.request(oneshot::channel().1));
    assert_pending!(joined.poll());
    newer_answer.send(2).unwrap();
    assert_ready_eq!(newer.poll(), 2);
    assert_ready_eq!(joined.poll(), 2);
    assert_eq!((calls.count(), calls.single_flight.len()), (2, 0));
}

#[test]
fn forgetting_does_not_disturb_other_keys() {
    let calls = CountedCalls::new();
    let (answers, mut waiters): (Vec<_>, Vec<_>) = ["a1", "a2", "b1"]
        .map(|key| {
            let (answer, call) = oneshot::channel();
            (answer, task::spawn(calls.request_key(key, call)))
        })
        .into_iter()
        .unzip();
    for waiter in &mut waiters {
        assert_pending!(waiter.poll());
    }
    calls.single_flight.forget(&Key::of("b0"));
    assert_eq!(calls.single_flight.len(), 3);
    calls
        .single_flight
        .forget_all(|key| [Key::of("a1"), Key::of("a2")].contains(key));
    assert_eq!(calls.single_flight.len(), 1);
    for answer in answers {
        answer.send(0).unwrap();
    }
    let results = waiters.iter_mut().map(task::Spawn::poll);
    let results: Vec<_> = results.collect();
    assert_eq!(results, [10, 10, 0].map(Poll::Ready));
}

/// A waker that panics when it wakes and, if configured, when it is dropped.
struct BadWaker {
    panics_when_dropped: AtomicBool,
}

impl Wake for BadWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        panic!("woken");
    }
}

impl Drop for BadWaker {
    fn drop(&mut self) {
        assert!(!*self.panics_when_dropped.get_mut(), "dropped");
    }
}

#[test]
fn other_tasks_are_woken_although_a_waker_panics() {
    for panics_when_dropped in [false, true] {
        let calls = CountedCalls::new();
        let (answer, first) = oneshot::channel();
        let mut before = task::spawn(calls.request(first));
        let mut bad = Box::pin(calls.request(oneshot::channel().1));
        let mut after = task::spawn(calls.request(oneshot::channel().1));
        assert_pending!(before.poll());
        let waker = Arc::new(BadWaker {
            panics_when_dropped: AtomicBool::new(false),
        });
        let polled = bad
            .as_mut()
            .poll(&mut Context::from_waker(&Waker::from(Arc::clone(&waker))));
        assert!(polled.is_pending());
        assert_pending!(after.poll());
        // The call's list of wakers now holds the last reference to this one.
        waker
            .panics_when_dropped
            .store(panics_when_dropped, Ordering::SeqCst);
        drop(waker);
        answer.send(7).unwrap();
        assert!(before.is_woken() && after.is_woken());
        assert_ready_eq!(before.poll(), 7);
        assert_ready_eq!(after.poll(), 7);
        std::mem::forget(bad);
    }
}

/// A server may move a request to another task, which then has to be woken.
#[test]
fn the_waker_of_the_last_poll_is_woken() {
    let calls = CountedCalls::new();
    let (answer, first) = oneshot::channel();
    let mut waiter = Box::pin(calls.request(first));
    let mut earlier = task::spawn(());
    let mut later = task::spawn(());
    earlier.enter(|context, _| assert!(waiter.as_mut().poll(context).is_pending()));
    later.enter(|context, _| assert!(waiter.as_mut().poll(context).is_pending()));
    later.enter(|context, _| assert!(waiter.as_mut().poll(context).is_pending()));
    answer.send(7).unwrap();
    assert!(later.is_woken() && !earlier.is_woken());
}

/// A request may be kept without being polled again, although it was woken.
#[test]
fn a_request_that_found_the_call_busy_is_woken_if_the_call_was() {
    let single_flight = SingleFlight::new();
    let meanwhile: Arc<Mutex<Option<task::Spawn<Waiter<u32>>>>> = Arc::default();
    let inside = Arc::clone(&meanwhile);
    let call = move |_| {
        Box::pin(poll_fn(move |context| {
            match inside.lock().unwrap().as_mut() {
                Some(other) => {
                    context.waker().wake_by_ref();
                    assert_pending!(other.poll());
                    Poll::Pending
                }
                None => Poll::Ready(7),
            }
        }))
    };
    let begin = || single_flight.join_or_begin(joining(&Key::of(KEY)), || None::<()>, call.clone());
    let mut polls_once = task::spawn(begin().unwrap().0);
    *meanwhile.lock().unwrap() = Some(task::spawn(begin().unwrap().0));
    assert_pending!(polls_once.poll());
    let mut other = meanwhile.lock().unwrap().take().unwrap();
    assert!(other.is_woken());
    assert_ready_eq!(other.poll(), 7);
    assert_ready_eq!(polls_once.poll(), 7);
}

#[test]
fn requests_of_one_call_do_not_wake_each_other() {
    let single_flight = SingleFlight::new();
    let waker = Arc::new(Mutex::new(None));
    let registered = Arc::clone(&waker);
    let call = move |_| {
        Box::pin(poll_fn(move |context| {
            *registered.lock().unwrap() = Some(context.waker().clone());
            Poll::<u32>::Pending
        }))
    };
    let begin = || single_flight.join_or_begin(joining(&Key::of(KEY)), || None::<()>, call.clone());
    let mut requests = [(); 2].map(|()| task::spawn(begin().unwrap().0));
    for _ in 0..2 {
        requests
            .iter_mut()
            .for_each(|request| assert_pending!(request.poll()));
        assert!(!requests.iter().any(task::Spawn::is_woken));
        waker.lock().unwrap().take().map(Waker::wake).unwrap();
        assert!(requests.iter().all(task::Spawn::is_woken));
    }
}
