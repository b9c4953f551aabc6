//! Random sequences of requests, changes of settings, revocations and time that passes.
//!
//! The oracle: a result is used only with the settings that its call began with, not longer than it lives, and never by
//! a request that begins after the result was revoked. `RELOAD_WORLDS=100000` sets how many sequences there are, and
//! `RELOAD_SEED=17` repeats one.

mod steps;

use std::{env, thread, time::SystemTime};

use fastrand::Rng;
use futures_util::future::{BoxFuture, FutureExt};
use tokio::sync::oneshot;
use tower_lambda_authorizer::{ManualClock, reload::ReloadLayer};

use super::*;

const TOKENS: usize = 3;
const STEPS: usize = 80;
const TTLS: [u64; 3] = [30, 3_000, 3_600];
const STALE: [u64; 3] = [0, 0, 7_200];
const PASSING: [u64; 6] = [1, 40, 1_000, 3_000, 3_700, 11_000];

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Moment {
    seconds: u64,
    step: usize,
}

/// What distinguishes results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Kept {
    /// Which layer that was built from scratch it comes from.
    origin: usize,
    ttl: u64,
    stale: u64,
}

/// A call to the authorizer.
struct Call {
    token: usize,
    kept: Kept,
    changes: usize,
    answer: Option<oneshot::Sender<bool>>,
    answered: Option<Moment>,
    is_revoked: bool,
}

/// What a call sends its answer with.
type Begun = Arc<Mutex<Vec<oneshot::Sender<bool>>>>;

struct UnderWay {
    response: task::Spawn<BoxFuture<'static, Response<()>>>,
    token: usize,
    kept: Kept,
    changes: usize,
    began: Moment,
    /// The calls that were revoked before it began.
    revoked: Vec<bool>,
}

/// How often something happened that the oracle is for.
#[derive(Debug, Default)]
struct Seen {
    hits: usize,
    passed: usize,
    failed: usize,
    hits_after_a_return: usize,
    revoked: usize,
}

struct World {
    random: Rng,
    clock: ManualClock,
    now: Moment,
    begun: Begun,
    number: Arc<AtomicUsize>,
    calls: Vec<Call>,
    handle: ReloadHandle<Guard>,
    layer: ReloadLayer<Guard>,
    cache: ResultCache,
    current: Kept,
    origins: usize,
    changes: usize,
    saved: Vec<(Guard, ResultCache, Kept)>,
    under_way: Vec<UnderWay>,
    seen: Seen,
}

/// A layer from scratch. Each call has a number, which is in its answer.
fn from_scratch(begun: &Begun, number: &Arc<AtomicUsize>, clock: &ManualClock) -> Guard {
    let (begun, number) = (Arc::clone(begun), Arc::clone(number));
    let authorizer = authorizer_fn(move |request| {
        let (answer, answered) = oneshot::channel();
        begun.lock().unwrap().push(answer);
        let number = number.fetch_add(1, Ordering::SeqCst).to_string();
        let token = request.token().unwrap_or_default().to_owned();
        async move {
            match answered.await {
                Ok(true) => Ok(AuthorizerResponse::allow("*")
                    .with_principal_id(token.clone())
                    .with_context("call", number)
                    .with_tag(token)),
                _ => Err(std::io::Error::other("it fails").into()),
            }
        }
    });
    let layer = LambdaAuthorizerLayer::token(BoxAuthorizer::new(authorizer));
    layer.clock(clock.clock()).no_authorizer_timeout()
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn stale(cache: &ResultCache, window: u64) -> ResultCache {
    let cache = cache.clone().serve_stale_on_failure(seconds(window));
    cache.serve_stale_while_refreshing(seconds(window))
}

/// Answers with the number of the call.
async fn which(request: Request<()>) -> Result<Response<()>, Infallible> {
    let caller = request.extensions().get::<AuthorizerContext>().unwrap();
    let number: usize = caller.get("call").unwrap().parse().unwrap();
    let mut response = Response::new(());
    response.extensions_mut().insert(Number(number));
    Ok(response)
}

#[derive(Debug, Clone, Copy)]
struct Number(usize);

impl World {
    /// Polls one. Returns whether it has ended.
    fn poll(&mut self, index: usize) -> bool {
        let request = &mut self.under_way[index];
        let polled = request.response.poll();
        for answer in self.begun.lock().unwrap().drain(..) {
            self.calls.push(Call {
                token: request.token,
                kept: request.kept,
                changes: request.changes,
                answer: Some(answer),
                answered: None,
                is_revoked: false,
            });
        }
        let Poll::Ready(response) = polled else {
            return false;
        };
        let ended = self.under_way.swap_remove(index);
        match response.extensions().get::<Number>() {
            None => {
                assert_eq!(response.status(), 500);
                self.seen.failed += 1;
            }
            Some(Number(number)) => self.check(&ended, *number),
        }
        true
    }

    fn check(&mut self, request: &UnderWay, number: usize) {
        let call = &self.calls[number];
        assert_eq!(call.token, request.token);
        assert_eq!(call.kept, request.kept, "a result of other settings");
        assert!(request.revoked.get(number) != Some(&true), "it was revoked");
        let answered = call.answered.unwrap();
        let end = answered.seconds + call.kept.ttl + call.kept.stale;
        assert!(request.began.seconds < end, "it has expired");
        self.seen.passed += 1;
        self.seen.hits += usize::from(answered < request.began);
        let is_from_before = answered < request.began && call.changes != request.changes;
        self.seen.hits_after_a_return += usize::from(is_from_before);
    }

    fn poll_all(&mut self) {
        let mut index = 0;
        while index < self.under_way.len() {
            if !self.poll(index) {
                index += 1;
            }
        }
    }
}

#[tokio::test]
async fn no_revoked_expired_or_foreign_result_is_used() {
    let number = |name: &str| env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let seeds = match number("RELOAD_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("RELOAD_WORLDS").unwrap_or(300),
    };
    let (is_one, mut seen) = (seeds.end - seeds.start == 1, Seen::default());
    for seed in seeds {
        let mut world = World::new(seed);
        let _names = NamesSeed(seed);
        for _ in 0..STEPS {
            world.step().await;
        }
        seen.hits += world.seen.hits;
        seen.passed += world.seen.passed;
        seen.failed += world.seen.failed;
        seen.hits_after_a_return += world.seen.hits_after_a_return;
        seen.revoked += world.seen.revoked;
    }
    let is_enough = seen.hits > 100 && seen.hits_after_a_return > 100 && seen.revoked > 100;
    assert!(is_one || is_enough, "{seen:?}");
}

/// Names the seed if the test fails.
struct NamesSeed(u64);

impl Drop for NamesSeed {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("RELOAD_SEED={}", self.0);
        }
    }
}
