//! The memory of calls: what requests leave behind, and what the next call uses.

use super::*;

#[test]
fn requests_that_leave_a_long_call_leave_no_memory() {
    let calls = CountedCalls::new();
    let (_answer, first) = oneshot::channel();
    let mut leader = task::spawn(calls.request(first));
    assert_pending!(leader.poll());
    let left = allocation_counter::measure(|| {
        for _ in 0..1_000 {
            let mut request = task::spawn(calls.request(oneshot::channel().1));
            assert_pending!(request.poll());
        }
    });
    assert!(left.bytes_current < 100, "{left:?}");
}

/// The memory that is kept between two calls has no credential.
#[test]
fn a_call_uses_the_memory_of_one_that_has_ended() {
    let calls = CountedCalls::new();
    let ended = || {
        let (answer, receiver) = oneshot::channel();
        let mut request = task::spawn(calls.request(receiver));
        answer.send(7).unwrap();
        assert_ready_eq!(request.poll(), 7);
    };
    let spare = || calls.single_flight.calls().spare.as_ref().map(Arc::as_ptr);
    assert_eq!(spare(), None);
    ended();
    let first = spare();
    assert!(first.is_some());
    ended();
    assert_eq!(spare(), first);
    let kept = calls.single_flight.calls().spare.take().unwrap();
    assert!(kept.key().is_empty());
    assert_eq!(Arc::strong_count(&calls.single_flight), 1);
}

/// A request that joined still needs it.
#[test]
fn the_memory_of_a_call_is_not_used_while_a_request_has_to_read_its_result() {
    let calls = CountedCalls::new();
    let (answer, receiver) = oneshot::channel();
    let mut leader = task::spawn(calls.request(receiver));
    assert_pending!(leader.poll());
    let mut joined = task::spawn(calls.request(oneshot::channel().1));
    answer.send(7).unwrap();
    assert_ready_eq!(leader.poll(), 7);
    assert!(calls.single_flight.calls().spare.is_none());
    let (_answer, receiver) = oneshot::channel();
    let mut next = task::spawn(calls.request(receiver));
    assert_pending!(next.poll());
    assert_ready_eq!(joined.poll(), 7);
}
