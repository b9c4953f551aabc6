//! The circuit breaker of the authorizer: who is refused without a call, and who cannot cause that.
#![cfg(feature = "testing")]

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tower_lambda_authorizer::{
    AuthorizerError, AuthorizerRequest, AuthorizerResponse, BoxAuthorizer, ConfigError,
    DenialReason, IdentitySources, LambdaAuthorizerLayer, authorizer_fn,
    caching::{CircuitBreaker, ResultCache},
    observing::{AuthorizerCall, BreakerEvent, CallOutcome, Decision, Observer},
    testing::Harness,
};

const SECOND: Duration = Duration::from_secs(1);
const TTL: Duration = Duration::from_secs(300);

#[derive(Clone, Default)]
struct Outcomes(Arc<Mutex<Vec<CallOutcome>>>, Arc<Mutex<Vec<String>>>);

impl Observer for Outcomes {
    fn decided(&self, _: &Decision<'_>) {}

    fn call_ended(&self, call: &AuthorizerCall<'_>) {
        self.0.lock().unwrap().push(call.outcome());
    }

    fn breaker_changed(&self, event: &BreakerEvent<'_>) {
        assert_eq!(event.breaker().as_str(), "authorizer");
        let pause = event.pause().unwrap_or_default();
        let line = format!("{} {pause:?}", event.state());
        self.1.lock().unwrap().push(line);
    }
}

struct World {
    harness: Harness,
    is_down: Arc<AtomicBool>,
    outcomes: Outcomes,
}

/// While it is up, tokens with `bad` make it fail, and `nobody` is unauthorized.
fn layer(is_down: &Arc<AtomicBool>) -> LambdaAuthorizerLayer<BoxAuthorizer> {
    let is_down = Arc::clone(is_down);
    let authorizer = authorizer_fn(move |request: AuthorizerRequest| {
        let is_down = is_down.load(Ordering::SeqCst);
        async move {
            let token = request.token().unwrap_or_default();
            match token {
                _ if is_down => Err(AuthorizerError::new("connection refused")),
                "nobody" => Err(AuthorizerError::unauthorized()),
                _ if token.starts_with("bad") => panic!("{token}"),
                _ => Ok(AuthorizerResponse::allow("*")),
            }
        }
    });
    LambdaAuthorizerLayer::token(BoxAuthorizer::new(authorizer))
}

impl World {
    fn new() -> Self {
        Self::with(|layer| layer)
    }

    fn with(
        change: impl FnOnce(
            LambdaAuthorizerLayer<BoxAuthorizer>,
        ) -> LambdaAuthorizerLayer<BoxAuthorizer>,
    ) -> Self {
        let (is_down, outcomes) = (Arc::default(), Outcomes::default());
        let breaker = CircuitBreaker::new().consecutive_failures(3).unwrap();
        let layer = layer(&is_down).observe(outcomes.clone());
        let layer = change(layer).circuit_breaker(breaker).unwrap();
        Self {
            harness: Harness::new(layer),
            is_down,
            outcomes,
        }
    }

    async fn status(&self, token: &str) -> u16 {
        let request = self.harness.get("/").header("authorization", token);
        request.send().await.status().as_u16()
    }

    /// How the calls for these tokens ended, one after the other.
    async fn outcomes(&self, tokens: &[&str]) -> Vec<CallOutcome> {
        for token in tokens {
            self.status(token).await;
        }
        std::mem::take(&mut *self.outcomes.0.lock().unwrap())
    }

    /// Three identities that were accepted fail.
    async fn outage(&self) {
        self.outcomes(&["ann", "bob", "cyd", "dan"]).await;
        self.harness.advance(TTL);
        self.is_down.store(true, Ordering::SeqCst);
        let outcomes = self.outcomes(&["ann", "bob", "cyd", "dan", "new"]).await;
        use CallOutcome::{Failed, Paused};
        assert_eq!(outcomes, [Failed, Failed, Failed, Paused, Paused]);
    }
}

use CallOutcome::{Answered, Failed, Panicked, Paused, Unauthorized};

#[tokio::test]
async fn an_outage_opens_it_and_one_request_probes() {
    let world = World::new();
    world.outage().await;
    let refused = world.harness.get("/").header("authorization", "new");
    let refused = refused.send().await;
    assert_eq!(refused.status(), 500);
    let denial = refused.denial().unwrap();
    assert!(matches!(
        denial.reason(),
        DenialReason::AuthorizerPaused { failures: 3, .. }
    ));
    assert_eq!(
        denial.to_string(),
        "the authorizer is not asked for another 1.0s, because its last 3 calls failed"
    );
    let explanation = denial.explanation();
    assert!(explanation.to_string().contains("not invoked"));
    let remedies = explanation.remedies().iter();
    let paused = remedies.filter(|remedy| remedy.cause() == "authorizer-paused");
    let paused: Vec<_> = paused.map(ToString::to_string).collect();
    assert!(matches!(&*paused, [text] if text.contains("paused by its circuit breaker")));
    world.outcomes(&[]).await;

    world.harness.advance(SECOND);
    assert_eq!(world.outcomes(&["dan", "ann"]).await, [Failed, Paused]);
    world.harness.advance(SECOND);
    assert_eq!(world.outcomes(&["eve"]).await, [Paused], "two seconds now");
    world.harness.advance(SECOND);
    world.is_down.store(false, Ordering::SeqCst);
    assert_eq!(world.outcomes(&["eve", "ann"]).await, [Answered, Answered]);
}

#[tokio::test]
async fn a_client_cannot_open_it_with_tokens_of_its_own() {
    let world = World::new();
    assert_eq!(world.status("mallory").await, 200);
    world.harness.advance(TTL);
    // Invented tokens that make it fail, and one that was accepted before and now fails.
    for token in 0..200 {
        world.status(&format!("bad {token}")).await;
    }
    world.is_down.store(true, Ordering::SeqCst);
    for _ in 0..200 {
        world.status("mallory").await;
    }
    world.is_down.store(false, Ordering::SeqCst);
    world.outcomes(&[]).await;
    assert_eq!(world.outcomes(&["ann", "new"]).await, [Answered, Answered]);
}

#[tokio::test]
async fn a_client_cannot_keep_it_open_with_tokens_of_its_own() {
    let world = World::new();
    world.outage().await;
    world.is_down.store(false, Ordering::SeqCst);
    world.harness.advance(SECOND);
    // The client wins the probe again and again, and the pause is over all the same.
    let outcomes = world.outcomes(&["bad 1", "bad 2", "bad 3", "new"]).await;
    assert_eq!(outcomes, [Panicked, Panicked, Panicked, Answered]);
}

#[tokio::test]
async fn unauthorized_is_an_answer() {
    let world = World::new();
    world.outcomes(&["ann", "bob", "cyd"]).await;
    world.harness.advance(TTL);
    for _ in 0..5 {
        world.is_down.store(true, Ordering::SeqCst);
        assert_eq!(world.outcomes(&["ann", "bob"]).await, [Failed, Failed]);
        world.is_down.store(false, Ordering::SeqCst);
        assert_eq!(world.outcomes(&["nobody"]).await, [Unauthorized]);
    }
    world.outage().await;
    world.harness.advance(SECOND);
    world.is_down.store(false, Ordering::SeqCst);
    assert_eq!(
        world.outcomes(&["nobody", "new"]).await,
        [Unauthorized, Answered]
    );
}

#[tokio::test]
async fn stale_results_are_served_only_if_they_would_be_after_a_failure() {
    let world =
        World::with(|layer| layer.cache(ResultCache::new().serve_stale_on_failure(10 * SECOND)));
    world.outage().await;
    assert_eq!(world.status("dan").await, 200);
    assert_eq!(world.status("new").await, 500);
    assert_eq!(world.outcomes(&[]).await, [Paused, Paused]);
    world.harness.advance(10 * SECOND);
    assert_eq!(world.status("dan").await, 500);
}

#[test]
fn it_needs_identities_to_count() {
    let is_down = Arc::default();
    let request = || {
        LambdaAuthorizerLayer::request(
            BoxAuthorizer::new(authorizer_fn(|_| async {
                Ok(AuthorizerResponse::allow("*"))
            })),
            IdentitySources::none(),
        )
    };
    let error = request()
        .unwrap()
        .circuit_breaker(CircuitBreaker::new())
        .unwrap_err();
    assert_eq!(error, ConfigError::CircuitBreaker);
    let layer = layer(&is_down).circuit_breaker(CircuitBreaker::new());
    assert!(layer.is_ok());
}

#[tokio::test]
async fn observers_are_told_that_it_opens_probes_and_closes() {
    let world = World::new();
    world.outage().await;
    world.harness.advance(SECOND);
    world.outcomes(&["dan"]).await; // the probe fails
    world.harness.advance(2 * SECOND);
    world.is_down.store(false, Ordering::SeqCst);
    world.outcomes(&["ann"]).await;
    let told = std::mem::take(&mut *world.outcomes.1.lock().unwrap());
    let expected = [
        "open 1s",
        "half_open 0ns",
        "open 2s",
        "half_open 0ns",
        "closed 0ns",
    ];
    assert_eq!(told, expected);

    // Nothing confirms the next outage, so the breaker closes by itself.
    let world = World::new();
    world.outage().await;
    world.harness.advance(11 * SECOND);
    world.outcomes(&["new"]).await;
    let told = std::mem::take(&mut *world.outcomes.1.lock().unwrap());
    assert_eq!(told, ["open 1s", "closed 0ns"]);
}
