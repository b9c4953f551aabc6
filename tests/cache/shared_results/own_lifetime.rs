//! A response's own lifetime in the shared tier: every process observes it.

use futures_util::FutureExt;
use tower_lambda_authorizer::{
    caching::ResultCache,
    testing::{MockAnswer, MockAuthorizer},
};

use super::*;
use crate::empty_service::empty;

/// A process whose authorizer gives this answer. It serves stale results for an hour if the authorizer fails.
struct Mocked {
    layer: LambdaAuthorizerLayer<MockAuthorizer>,
    authorizer: MockAuthorizer,
}

impl Mocked {
    fn new(world: &World, answer: impl Into<MockAnswer>) -> Self {
        let authorizer = MockAuthorizer::answering(answer);
        let shared = SharedCache::new(Arc::clone(&world.store), SECRET).unwrap();
        let layer = LambdaAuthorizerLayer::token(authorizer.clone())
            .clock(world.clock.clock())
            .cache(ResultCache::new().serve_stale_on_failure(3600 * SECOND))
            .shared_cache(shared, "pets");
        Self { layer, authorizer }
    }

    async fn status(&self) -> u16 {
        let service = self.layer.layer(service_fn(empty::<()>));
        let request = Request::get("/").header("authorization", "ann");
        let response = service.oneshot(request.body(()).unwrap()).await.unwrap();
        response.status().as_u16()
    }

    fn shared_errors(&self) -> u64 {
        self.layer.results().statistics().shared_errors
    }
}

fn allow() -> AuthorizerResponse {
    AuthorizerResponse::allow("*")
}

fn failing() -> MockAnswer {
    MockAnswer::fail("out of order")
}

#[tokio::test]
async fn it_ends_in_every_process_at_the_same_time() {
    for by_age in [true, false] {
        let world = World::new();
        let answer = if by_age {
            allow().with_max_age(100 * SECOND)
        } else {
            allow().with_expiry(world.clock.now() + 100 * SECOND)
        };
        let (one, other) = (Mocked::new(&world, answer), Mocked::new(&world, failing()));
        assert_eq!(one.status().await, 200);
        world.clock.advance(60 * SECOND);
        assert_eq!(other.status().await, 200);
        world.clock.advance(39 * SECOND);
        assert_eq!(other.status().await, 200);
        assert_eq!(other.authorizer.invocations(), 0);
        world.clock.advance(SECOND);
        assert_eq!(other.status().await, 500, "not even as a stale result");
        let late = Mocked::new(&world, failing());
        assert_eq!(late.status().await, 500);
        assert_eq!((one.shared_errors(), other.shared_errors()), (0, 1));
    }
}

/// The lifetime is longer than the time to live, but ends within the window for stale results.
#[tokio::test]
async fn a_process_that_found_the_result_does_not_serve_it_after_its_end() {
    let world = World::new();
    let one = Mocked::new(&world, allow().with_max_age(350 * SECOND));
    let other = Mocked::new(&world, failing());
    assert_eq!(one.status().await, 200);
    world.clock.advance(10 * SECOND);
    assert_eq!(other.status().await, 200);
    world.clock.advance(339 * SECOND);
    assert_eq!(other.status().await, 200, "a stale result");
    assert_eq!(other.authorizer.invocations(), 1);
    world.clock.advance(SECOND);
    assert_eq!(other.status().await, 500);
}

#[tokio::test]
async fn a_response_that_has_expired_is_not_stored_and_removes_the_earlier_one() {
    let world = World::new();
    let process = Mocked::new(&world, allow());
    assert_eq!(process.status().await, 200);
    assert_eq!(world.store.len(), 1);
    world.clock.advance(300 * SECOND);
    for age in [Duration::ZERO, Duration::from_micros(999)] {
        let answer = AuthorizerResponse::deny("*").with_max_age(age);
        process.authorizer.set(answer);
        assert_eq!(process.status().await, 403);
        assert_eq!(world.store.len(), 0, "{age:?}");
        world.clock.advance(SECOND);
    }
    assert_eq!(process.authorizer.invocations(), 3);
}

/// The store is slow, and meanwhile the result expires. It is not stored for longer than its own lifetime.
#[tokio::test]
async fn the_end_is_that_of_the_answer_and_not_of_the_write() {
    let world = World::with(Store {
        turns: Some(Semaphore::new(0)),
        ..Store::default()
    });
    let one = Mocked::new(&world, allow().with_max_age(60 * SECOND));
    let mut sent = task::spawn(Box::pin(one.status()));
    assert_pending!(sent.poll());
    world.clock.advance(59 * SECOND);
    world.store.turns.as_ref().unwrap().add_permits(1);
    assert_eq!(sent.await, 200);
    let other = Mocked::new(&world, failing());
    assert_eq!(other.status().now_or_never(), Some(200));
    world.clock.advance(SECOND);
    assert_eq!(Mocked::new(&world, failing()).status().await, 500);
}

/// The call still writes to the store, but its answer has expired.
#[tokio::test]
async fn no_request_joins_a_call_whose_answer_has_expired() {
    for age in [Duration::ZERO, 60 * SECOND] {
        let world = World::with(Store {
            turns: Some(Semaphore::new(0)),
            removals: Some(Semaphore::new(0)),
            ..Store::default()
        });
        let process = Mocked::new(&world, allow().with_max_age(age));
        let mut first = task::spawn(Box::pin(process.status()));
        assert_pending!(first.poll());
        world.clock.advance(age);
        process.authorizer.set(AuthorizerResponse::deny("*"));
        let mut second = task::spawn(Box::pin(process.status()));
        assert_pending!(second.poll());
        assert_eq!(process.authorizer.invocations(), 2, "{age:?}");
        world.store.turns.as_ref().unwrap().add_permits(9);
        world.store.removals.as_ref().unwrap().add_permits(9);
        assert_eq!((first.await, second.await), (200, 403));
    }
}
