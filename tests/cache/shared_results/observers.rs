//! What observers learn about decisions with results that processes share.

use std::sync::PoisonError;

use tower_lambda_authorizer::{
    caching::ResultCache,
    observing::{AccessLog, AuthorizerCall, CallStart, Decision, Observer},
};

use super::*;

#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Notes {
    fn note(&self, line: String) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.push(line);
    }

    fn taken(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl Observer for Notes {
    fn decided(&self, decision: &Decision<'_>) {
        let name = decision.authorizer_name().unwrap_or("-");
        let (source, waited) = (decision.source(), decision.waited());
        self.note(format!("{} {source} {name} {waited:?}", decision.outcome()));
    }

    fn call_began(&self, _: &CallStart<'_>) {
        self.note("began".to_owned());
    }

    fn call_ended(&self, call: &AuthorizerCall<'_>) {
        self.note(format!("ended {}", call.outcome()));
    }
}

/// The tier is no authorizer: there is no call, and no latency.
#[tokio::test]
async fn a_result_of_the_shared_tier_is_reported_as_such() {
    let world = World::new();
    let (notes, lines) = (Notes::default(), Notes::default());
    let observed = |layer: LambdaAuthorizerLayer<BoxAuthorizer>| {
        let log = AccessLog::csv("$context.authorizer.latency,$context.authorizer.status");
        let lines = lines.clone();
        layer
            .observe(notes.clone())
            .observe(log.unwrap().to_fn(move |line| lines.note(line.to_owned())))
    };
    let one = world.process_with(SECRET, observed);
    let other = world.process_with(SECRET, observed);
    one.passes("ann").await;
    assert_eq!(
        notes.taken(),
        ["began", "ended answered", "allowed missed pets Some(0ns)"]
    );
    other.passes("ann").await;
    assert_eq!(notes.taken(), ["allowed shared_tier pets Some(0ns)"]);
    other.passes("ann").await;
    assert_eq!(notes.taken(), ["allowed hit pets None"]);
    assert_eq!(lines.taken(), ["0,200", "-,200", "-,200"]);
}
/// The older result came from the tier. This request called the authorizer nevertheless.
#[tokio::test]
async fn a_failed_call_with_an_older_result_of_the_tier_is_a_miss() {
    let world = World::new();
    world.process().passes("ann").await;
    let notes = Notes::default();
    let failing = authorizer_fn(async |_| Err(AuthorizerError::new("out of order")));
    let shared = SharedCache::new(Arc::clone(&world.store), SECRET).unwrap();
    let layer = LambdaAuthorizerLayer::token(BoxAuthorizer::new(failing))
        .clock(world.clock.clock())
        .shared_cache(shared, "pets")
        .cache(ResultCache::new().serve_stale_on_failure(60 * SECOND))
        .observe(notes.clone());
    let process = Process {
        layer,
        calls: Arc::default(),
    };
    process.passes("ann").await;
    assert_eq!(notes.taken(), ["allowed shared_tier pets Some(0ns)"]);
    world.clock.advance(310 * SECOND);
    process.passes("ann").await;
    assert_eq!(
        notes.taken(),
        ["began", "ended failed", "allowed missed pets Some(0ns)"]
    );
}
