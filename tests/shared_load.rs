//! A real Redis server under load, which is killed, paused and restarted. Every answer must stay right.
#![cfg(feature = "redis")]
#![allow(clippy::unwrap_used)]

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use http::{Request, Response};
use tokio::{
    task::JoinSet,
    time::{MissedTickBehavior, timeout},
};
use tower::{Layer, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    AuthorizerContext, AuthorizerResponse, BoxAuthorizer, LambdaAuthorizerLayer, authorizer_fn,
    caching::{CacheStatistics, ResultCache},
    shared_cache::{RedisTier, SharedCache},
};

#[path = "support/redis_server.rs"]
mod redis_server;

use redis_server::RedisServer;

const LIMIT: Duration = Duration::from_millis(50);

/// Extra time for a busy machine.
const SLACK: Duration = Duration::from_secs(60);

/// The client's own limit, which must not be the one that ends a look-up.
const CLIENTS_LIMIT: Duration = Duration::from_secs(600);

const TOKENS: usize = 50;

/// A layer without results in memory, so that every request uses the server.
#[derive(Clone)]
struct Process {
    layer: LambdaAuthorizerLayer<BoxAuthorizer>,
    calls: Arc<AtomicUsize>,
}

impl Process {
    fn new(server: &RedisServer) -> Self {
        let calls = Arc::<AtomicUsize>::default();
        let count = Arc::clone(&calls);
        let authorizer = authorizer_fn(move |request| {
            count.fetch_add(1, Ordering::Relaxed);
            async move {
                let token = request.token().unwrap_or_default();
                Ok(if token.ends_with('0') {
                    AuthorizerResponse::deny("*")
                } else {
                    AuthorizerResponse::allow("*").with_principal_id(token)
                })
            }
        });
        let tier = RedisTier::connect(server.url()).unwrap();
        let tier = tier.response_timeout(CLIENTS_LIMIT).unwrap();
        let shared = SharedCache::new(tier, [7; 32])
            .unwrap()
            .timeout(LIMIT)
            .unwrap();
        let layer = LambdaAuthorizerLayer::token(BoxAuthorizer::new(authorizer))
            .cache(ResultCache::with_max_bytes(0))
            .shared_cache(shared, "pets");
        Self { layer, calls }
    }

    async fn send(&self, number: usize) -> Duration {
        let token = format!("token-{number}");
        let service = self.layer.layer(service_fn(who));
        let request = Request::get("/").header("authorization", &token);
        let begun = Instant::now();
        let answered = service.oneshot(request.body(()).unwrap());
        // At most a look-up and a write, since the authorizer takes no time.
        let answered = timeout(2 * LIMIT + SLACK, answered).await;
        let response = answered.expect("a request waits for the server").unwrap();
        let took = begun.elapsed();
        let (status, who) = match number % 10 {
            0 => (403, None),
            _ => (200, Some(&token)),
        };
        assert_eq!(response.status().as_u16(), status, "{token}");
        assert_eq!(response.extensions().get(), who);
        took
    }

    /// Sends 625 requests, in a second if the machine is not busy. Runs `happens` in the middle.
    async fn load(&self, happens: impl FnOnce()) -> Slowest {
        let mut happens = Some(happens);
        let mut ticks = tokio::time::interval(Duration::from_millis(8));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let mut requests = JoinSet::new();
        for tick in 0..125 {
            ticks.tick().await;
            if tick == 62 {
                happens.take().into_iter().for_each(|happens| happens());
            }
            for request in 0..5 {
                let process = self.clone();
                requests.spawn(async move { process.send((5 * tick + request) % TOKENS).await });
            }
        }
        let all = requests.join_all().await;
        assert_eq!(all.len(), 625);
        Slowest(all.into_iter().max().unwrap())
    }

    fn calls(&self) -> usize {
        self.calls.swap(0, Ordering::Relaxed)
    }

    fn statistics(&self) -> CacheStatistics {
        self.layer.results().statistics()
    }
}

/// The duration of the slowest request.
struct Slowest(Duration);

impl Slowest {
    fn print(&self, when: &str) {
        println!("{when}: the slowest of 625 requests took {:?}", self.0);
    }
}

async fn who(request: Request<()>) -> Result<Response<()>, Infallible> {
    let caller = request.extensions().get::<AuthorizerContext>().unwrap();
    let principal = caller.principal_id().unwrap().to_owned();
    let mut response = Response::new(());
    response.extensions_mut().insert(principal);
    Ok(response)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_is_right_whatever_happens_to_the_server() {
    let Some(mut server) = RedisServer::start("redis-server", &[]) else {
        return;
    };
    let process = Process::new(&server);
    warm(&process).await;
    assert_hits(&process, "well").await;

    process.load(|| server.pause()).await.print("paused");
    assert!(process.calls() > TOKENS, "the authorizer is asked instead");
    process.load(|| server.resume()).await.print("resumed");
    warm(&process).await;
    assert_hits(&process, "going on").await;

    process.load(|| server.kill()).await.print("killed");
    assert!(process.calls() > TOKENS, "the authorizer is asked instead");
    process.load(|| server.restart()).await.print("restarted");
    warm(&process).await;
    assert_hits(&process, "started again").await;
}

/// Waits until all tokens are found again. The client reconnects by itself, and each token causes one call.
async fn warm(process: &Process) {
    let deadline = Instant::now() + Duration::from_secs(120);
    loop {
        process.calls();
        for token in 0..TOKENS {
            process.send(token).await;
        }
        if process.calls() == 0 {
            return;
        }
        assert!(Instant::now() < deadline, "hits do not come back");
    }
}

async fn assert_hits(process: &Process, when: &str) {
    let before = process.statistics();
    let slowest = process.load(|| ()).await;
    slowest.print(when);
    let after = process.statistics();
    let hits = after.shared_hits - before.shared_hits;
    let calls = process.calls() as u64;
    // Concurrent requests share a look-up.
    assert_eq!(hits + after.joined - before.joined + calls, 625, "{when}");
    // On a busy machine the server may be too slow. The authorizer is asked for no other reason.
    let errors = after.shared_errors - before.shared_errors;
    let skipped = after.shared_skipped - before.shared_skipped;
    assert!(calls <= errors + skipped, "{when}: {calls} calls");
    assert!(calls == 0 || slowest.0 >= LIMIT, "{when}: {calls} calls");
}
