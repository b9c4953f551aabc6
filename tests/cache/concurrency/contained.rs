//! Every request that waits for an authorizer gets an answer, whatever the authorizer's future does.

use std::{
    error::Error,
    fmt,
    panic::panic_any,
    pin::Pin,
    task::{Context, Poll, Wake, Waker},
};

use tower_lambda_authorizer::{AuthorizerError, AuthorizerRequest};

use super::*;

const LIMIT: Duration = Duration::from_secs(2);

/// Where the future panics. The panic's payload always panics again when it is dropped.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Panics {
    Before,
    WhenPolled,
    WhenPolledAndDropped,
    WhenDroppedAfterItsAnswer,
    WhenDroppedAtTheLimit,
    WhenItsErrorIsShown,
    WhenItsErrorIsAskedForItsSource,
    WhenItsErrorIsDropped,
    NeverThoughItsErrorHasNoEnd,
}

const ALL: [Panics; 9] = [
    Panics::Before,
    Panics::WhenPolled,
    Panics::WhenPolledAndDropped,
    Panics::WhenDroppedAfterItsAnswer,
    Panics::WhenDroppedAtTheLimit,
    Panics::WhenItsErrorIsShown,
    Panics::WhenItsErrorIsAskedForItsSource,
    Panics::WhenItsErrorIsDropped,
    Panics::NeverThoughItsErrorHasNoEnd,
];

struct PanicsWhenDropped;

impl Drop for PanicsWhenDropped {
    fn drop(&mut self) {
        panic!("the payload is dropped");
    }
}

fn throw() -> ! {
    panic_any(PanicsWhenDropped)
}

#[derive(Debug)]
struct BadError {
    panics: Panics,
    shown: AtomicUsize,
}

impl fmt::Display for BadError {
    /// `AuthorizerError` reads the message first, inside the authorizer's future.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let times = self.shown.fetch_add(1, Ordering::SeqCst);
        if self.panics == Panics::WhenItsErrorIsShown && times > 0 {
            throw();
        }
        f.write_str("bad")
    }
}

impl Error for BadError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self.panics {
            Panics::WhenItsErrorIsAskedForItsSource => throw(),
            Panics::NeverThoughItsErrorHasNoEnd | Panics::WhenItsErrorIsShown => Some(self),
            _ => None,
        }
    }
}

impl Drop for BadError {
    fn drop(&mut self) {
        if self.panics != Panics::NeverThoughItsErrorHasNoEnd {
            throw();
        }
    }
}

/// A future that is ready at its second poll, if it does not panic.
struct Bad {
    panics: Panics,
    polls: usize,
}

impl Future for Bad {
    type Output = Result<AuthorizerResponse, AuthorizerError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.polls += 1;
        match self.panics {
            Panics::WhenDroppedAtTheLimit => Poll::Pending,
            _ if self.polls == 1 => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Panics::WhenPolled | Panics::WhenPolledAndDropped => throw(),
            Panics::Before | Panics::WhenDroppedAfterItsAnswer => {
                Poll::Ready(Ok(AuthorizerResponse::allow("*")))
            }
            panics => Poll::Ready(Err(AuthorizerError::from(BadError {
                panics,
                shown: AtomicUsize::new(0),
            }))),
        }
    }
}

impl Drop for Bad {
    fn drop(&mut self) {
        use Panics::{WhenDroppedAfterItsAnswer, WhenDroppedAtTheLimit, WhenPolledAndDropped};
        let when = [
            WhenPolledAndDropped,
            WhenDroppedAfterItsAnswer,
            WhenDroppedAtTheLimit,
        ];
        if when.contains(&self.panics) {
            throw();
        }
    }
}

struct Authority(Panics);

impl Authorizer for Authority {
    fn authorize(
        &self,
        _: AuthorizerRequest,
    ) -> impl Future<Output = Result<AuthorizerResponse, AuthorizerError>> + Send {
        match self.0 {
            Panics::Before => throw(),
            panics => Bad { panics, polls: 0 },
        }
    }
}

/// Layers with and without a limit of concurrent calls, and with and without a cache.
fn layers(panics: Panics) -> impl Iterator<Item = LambdaAuthorizerLayer<Authority>> {
    [(false, false), (false, true), (true, false), (true, true)]
        .into_iter()
        .map(move |(is_limited, is_kept)| {
            let layer = LambdaAuthorizerLayer::token(Authority(panics));
            let layer = layer.authorizer_timeout(LIMIT).unwrap();
            let layer = if is_kept {
                layer
            } else {
                layer.result_ttl(Duration::ZERO).unwrap()
            };
            if is_limited {
                layer.authorizer_concurrency_limit(2).unwrap()
            } else {
                layer
            }
        })
}

#[tokio::test(start_paused = true)]
async fn every_request_is_answered_in_time_whatever_the_authorizer_does() {
    for panics in ALL {
        for layer in layers(panics) {
            for _ in 0..2 {
                let start = Instant::now();
                let requests: Vec<_> = (0..60)
                    .map(|number| tokio::spawn(send(&layer, ["a", "b", "c"][number % 3])))
                    .collect();
                for request in requests {
                    let answer = request.await.expect("no panic gets out").status();
                    assert_eq!(answer, 500, "{panics:?}");
                }
                let took = start.elapsed();
                assert!(
                    took < LIMIT + Duration::from_millis(5),
                    "{panics:?}: {took:?}"
                );
            }
            let cache = format!("{layer:?}");
            assert!(
                cache.contains("calls_in_progress: 0 "),
                "{panics:?}: {cache}"
            );
        }
    }
}

/// A request that is cancelled sees no panic, and the next one is answered.
#[tokio::test(start_paused = true)]
async fn cancelling_the_last_request_drops_the_future_without_a_panic() {
    for layer in layers(Panics::WhenDroppedAtTheLimit) {
        for _ in 0..3 {
            let requests: Vec<_> = (0..3).map(|_| tokio::spawn(send(&layer, "a"))).collect();
            yield_now().await;
            yield_now().await;
            for request in requests {
                request.abort();
                assert!(request.await.unwrap_err().is_cancelled());
            }
        }
        assert_eq!(
            send(&layer, "a").await.status(),
            500,
            "there is a turn for it"
        );
    }
}

/// A waker that panics when the last handle of it is dropped.
struct BadWaker;

impl Wake for BadWaker {
    fn wake(self: Arc<Self>) {}
}

impl Drop for BadWaker {
    fn drop(&mut self) {
        throw();
    }
}

/// The call's clone of the waker is dropped after the client's own.
#[tokio::test]
async fn cancelling_a_request_catches_the_panic_of_its_waker() {
    let gate = Gate::new();
    let layer = gate.layer();
    let mut leaving = Box::pin(send(&layer, "a"));
    let waker = Waker::from(Arc::new(BadWaker));
    assert!(
        leaving
            .as_mut()
            .poll(&mut Context::from_waker(&waker))
            .is_pending()
    );
    drop(waker);
    let staying = tokio::spawn(send(&layer, "a"));
    yield_now().await;
    drop(leaving);
    gate.open();
    assert_eq!(staying.await.unwrap().status(), 200);
}

/// The response is a 500 whose reason names the missing timer, and the authorizer is not called.
#[test]
fn without_a_timer_every_request_is_answered() {
    let without_time = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    for limit in [Duration::from_nanos(1), Duration::MAX] {
        let gate = Gate::new();
        gate.open();
        for layer in [
            gate.layer(),
            gate.layer().authorizer_concurrency_limit(1).unwrap(),
        ] {
            let layer = layer.authorizer_timeout(limit).unwrap();
            for token in ["a", "a", "b"] {
                let response = without_time.block_on(send(&layer, token));
                assert_eq!(response.status(), 500);
                let denial = response.extensions().get::<Denial>().unwrap();
                assert!(matches!(denial.reason(), DenialReason::NoTimer), "{denial}");
            }
            let unlimited = layer.no_authorizer_timeout();
            assert_eq!(without_time.block_on(send(&unlimited, "a")).status(), 200);
        }
        assert_eq!(gate.calls(), 2);
    }
}
