//! Two calls for one identity, of which the first was forgotten. The latest answer counts, from either call.

use std::{collections::VecDeque, task::Poll};

use tokio::sync::oneshot;

use super::*;
use crate::empty_service::empty;

type Answer = Result<AuthorizerResponse, AuthorizerError>;

/// An authorizer that answers its calls in their order, when the test permits it.
fn authorizer<const N: usize>() -> (BoxAuthorizer, [oneshot::Sender<Answer>; N]) {
    let (senders, receivers): (Vec<_>, VecDeque<_>) = (0..N).map(|_| oneshot::channel()).unzip();
    let receivers = Mutex::new(receivers);
    let authorizer = authorizer_fn(move |_| {
        let next = receivers.lock().unwrap().pop_front().unwrap();
        async move { next.await.unwrap() }
    });
    (BoxAuthorizer::new(authorizer), senders.try_into().unwrap())
}

async fn send(layer: LambdaAuthorizerLayer<BoxAuthorizer>) -> u16 {
    let request = Request::get("/").header("authorization", "ann");
    let service = layer.layer(service_fn(empty::<()>));
    let response = service.oneshot(request.body(()).unwrap()).await.unwrap();
    response.status().as_u16()
}

/// The later call has its answer, and is writing it to the store when the refusal arrives.
#[tokio::test]
async fn a_refusal_by_a_forgotten_call_removes_an_older_allowance_that_is_being_stored() {
    for (refusal, status) in [
        (Ok(AuthorizerResponse::deny("*")), 403),
        (Err(AuthorizerError::unauthorized()), 401),
    ] {
        let store = Arc::new(Store {
            turns: Some(Semaphore::new(0)),
            ..Store::default()
        });
        let shared = SharedCache::new(Arc::clone(&store), SECRET).unwrap();
        let (authorizer, [first, second, third]) = authorizer();
        let layer = LambdaAuthorizerLayer::token(authorizer)
            .shared_cache(shared.timeout(3_600 * SECOND).unwrap(), "pets");

        let mut forgotten = task::spawn(send(layer.clone()));
        assert_pending!(forgotten.poll());
        layer.results().invalidate(["ann"]).await.unwrap();
        let mut later = task::spawn(send(layer.clone()));
        assert_pending!(later.poll());

        second.send(Ok(AuthorizerResponse::allow("*"))).unwrap();
        assert_pending!(later.poll());
        first.send(refusal).unwrap();
        assert_eq!(forgotten.await, status);
        store.turns.as_ref().unwrap().add_permits(9);
        assert_eq!(later.await, 200, "it has the answer that was for it");

        third.send(Ok(AuthorizerResponse::deny("*"))).unwrap();
        assert_eq!(send(layer).await, 403, "neither memory nor store allow it");
    }
}

/// A slow store does not extend the TTL of an answer: a request after the TTL causes another call. The same holds for the own
/// lifetime of an answer while the machine is suspended, so that only the wall clock goes on.
#[tokio::test]
async fn a_call_that_still_writes_to_the_store_is_not_joined_after_the_time_to_live() {
    for (expiry, seconds, expected) in [
        (None, 299, 200),
        (None, 300, 403),
        (Some(10), 9, 200),
        (Some(10), 10, 403),
    ] {
        let store = Arc::new(Store {
            turns: Some(Semaphore::new(0)),
            ..Store::default()
        });
        let shared = SharedCache::new(Arc::clone(&store), SECRET).unwrap();
        let (authorizer, [first, second]) = authorizer();
        let clock = ManualClock::new(SystemTime::UNIX_EPOCH);
        let layer = LambdaAuthorizerLayer::token(authorizer)
            .clock(clock.clock())
            .shared_cache(shared.timeout(3_600 * SECOND).unwrap(), "pets");

        let mut writing = task::spawn(send(layer.clone()));
        assert_pending!(writing.poll());
        let allow = AuthorizerResponse::allow("*");
        let answer = match expiry {
            None => allow,
            Some(expiry) => allow.with_expiry(SystemTime::UNIX_EPOCH + expiry * SECOND),
        };
        first.send(Ok(answer)).unwrap();
        assert_pending!(writing.poll());
        match expiry {
            None => clock.advance(seconds * SECOND),
            Some(_) => clock.suspend(seconds * SECOND),
        }
        second.send(Ok(AuthorizerResponse::deny("*"))).unwrap();
        let mut later = task::spawn(send(layer.clone()));
        let at_once = later.poll();
        store.turns.as_ref().unwrap().add_permits(9);
        let status = match at_once {
            Poll::Ready(status) => status,
            Poll::Pending => later.await,
        };
        assert_eq!((seconds, status), (seconds, expected));
        assert_eq!(writing.await, 200, "it began before");
        assert_eq!((seconds, send(layer).await), (seconds, expected));
    }
}

/// A refusal that is not cached applies to earlier requests only.
#[tokio::test]
async fn a_call_that_still_removes_after_unauthorized_is_not_joined() {
    let store = Arc::new(Store {
        removals: Some(Semaphore::new(0)),
        ..Store::default()
    });
    let shared = SharedCache::new(Arc::clone(&store), SECRET).unwrap();
    let (authorizer, [first, second]) = authorizer();
    let layer = LambdaAuthorizerLayer::token(authorizer)
        .shared_cache(shared.timeout(3_600 * SECOND).unwrap(), "pets");

    let mut removing = task::spawn(send(layer.clone()));
    assert_pending!(removing.poll());
    first.send(Err(AuthorizerError::unauthorized())).unwrap();
    assert_pending!(removing.poll());
    second.send(Ok(AuthorizerResponse::allow("*"))).unwrap();
    assert_eq!(send(layer).await, 200);
    store.removals.as_ref().unwrap().add_permits(9);
    assert_eq!(removing.await, 401);
}

/// Two calls for one identity: the first one was forgotten while the store did not answer it, and asks the authorizer after
/// the second one. The second one's answer is older, though it arrives later.
#[tokio::test(start_paused = true)]
async fn an_answer_that_arrives_after_a_newer_one_is_not_cached() {
    for (newer, status) in [
        (Ok(AuthorizerResponse::deny("*")), 403),
        (Err(AuthorizerError::unauthorized()), 401),
    ] {
        let store = Arc::new(Store::default());
        let shared = SharedCache::new(Arc::clone(&store), SECRET).unwrap();
        let (authorizer, [older, asked_later, next]) = authorizer();
        let layer = LambdaAuthorizerLayer::token(authorizer)
            .shared_cache(shared.timeout(60 * SECOND).unwrap(), "pets");

        store.set(Mood::Hangs);
        let mut forgotten = task::spawn(send(layer.clone()));
        assert_pending!(forgotten.poll());
        store.set(Mood::Well);
        layer.results().invalidate(["ann"]).await.unwrap();
        let mut later = task::spawn(send(layer.clone()));
        assert_pending!(later.poll());
        // The store's time is over, so the first call asks the authorizer.
        tokio::time::advance(60 * SECOND).await;
        assert_pending!(forgotten.poll());
        asked_later.send(newer).unwrap();
        assert_eq!(forgotten.await, status);
        older.send(Ok(AuthorizerResponse::allow("*"))).unwrap();
        assert_eq!(later.await, 200, "it has the answer that was for it");

        next.send(Ok(AuthorizerResponse::deny("*"))).unwrap();
        assert_eq!(send(layer).await, 403, "neither memory nor store allow it");
    }
}

#[tokio::test(start_paused = true)]
async fn a_value_that_was_read_from_the_store_before_a_newer_answer_is_not_cached() {
    let store = Arc::new(Store {
        look_ups: Some(Semaphore::new(1)),
        ..Store::default()
    });
    let shared = SharedCache::new(Arc::clone(&store), SECRET).unwrap();
    let (authorizer, [first, asked_later, next]) = authorizer();
    let layer = LambdaAuthorizerLayer::token(authorizer)
        .shared_cache(shared.timeout(60 * SECOND).unwrap(), "pets");
    first.send(Ok(AuthorizerResponse::allow("*"))).unwrap();
    assert_eq!(send(layer.clone()).await, 200);
    let stored = store.values.lock().unwrap().clone();
    layer.results().invalidate(["ann"]).await.unwrap();

    store.set(Mood::Hangs);
    let mut forgotten = task::spawn(send(layer.clone()));
    assert_pending!(forgotten.poll());
    store.set(Mood::Well);
    layer.results().invalidate(["ann"]).await.unwrap();
    // As if another process had stored it.
    *store.values.lock().unwrap() = stored;
    tokio::time::advance(30 * SECOND).await;
    let mut later = task::spawn(send(layer.clone()));
    assert_pending!(later.poll());
    tokio::time::advance(30 * SECOND).await;
    assert_pending!(forgotten.poll());
    asked_later.send(Ok(AuthorizerResponse::deny("*"))).unwrap();
    assert_eq!(forgotten.await, 403);
    store.look_ups.as_ref().unwrap().add_permits(9);
    assert_eq!(later.await, 200, "it has the answer that was for it");

    next.send(Ok(AuthorizerResponse::deny("*"))).unwrap();
    assert_eq!(send(layer).await, 403, "neither memory nor store allow it");
}
