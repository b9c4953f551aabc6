//! A new secret while processes work, which they get one after the other, without revocations and with them.

use std::{
    sync::{
        Arc, RwLock,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use http::Request;
use tokio::task::JoinSet;
use tower::{Layer, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    AuthorizerResponse, BoxAuthorizer, LambdaAuthorizerLayer, authorizer_fn,
    caching::{AuthorizerResults, ResultCache},
    shared_cache::{RedisTier, SharedCache},
};

use crate::{fleet::BOUND, load::who, record::now, redis_server::RedisServer};

const PROCESSES: usize = 5;
const CLIENTS: usize = 2;

const DEADLINE: Duration = Duration::from_secs(120);

/// What a process writes with, and what it also reads, in each step that the documentation names.
const STEPS: [(u8, Option<u8>); 4] = [(1, None), (1, Some(2)), (2, Some(1)), (2, None)];

/// A process that keeps no results in memory, so that every request uses the store.
struct Process {
    url: String,
    layer: RwLock<LambdaAuthorizerLayer<BoxAuthorizer>>,
}

pub(crate) fn rotation() {
    for program in ["redis-server", "valkey-server"] {
        if let Some(server) = RedisServer::start(program, &[]) {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(rotate(&server.url()));
        }
    }
}

async fn rotate(url: &str) {
    let process = || Arc::new(Process::new(url));
    let processes: Vec<_> = (0..PROCESSES).map(|_| process()).collect();
    let (is_over, sent) = (Arc::<AtomicBool>::default(), Arc::<AtomicUsize>::default());
    let mut load = JoinSet::new();
    for process in &processes {
        for client in 0..CLIENTS {
            let (is_over, sent) = (Arc::clone(&is_over), Arc::clone(&sent));
            load.spawn(Arc::clone(process).load(client, is_over, sent));
        }
    }
    for (step, secrets) in STEPS.into_iter().enumerate().skip(1) {
        let stored = format!("stored before step {step}");
        let called = processes[0].get(&stored).await;
        for (place, process) in processes.iter().enumerate() {
            process.switch(secrets);
            assert_invalidated_everywhere(&processes, place, step).await;
            if step < 3 {
                assert_eq!(
                    process.get(&stored).await,
                    called,
                    "it is lost in step {step}"
                );
            }
        }
    }
    is_over.store(true, Ordering::Relaxed);
    load.join_all().await;
    println!(
        "{} requests while the secret changed",
        sent.load(Ordering::Relaxed)
    );
}

/// The process that has switched and the one that switches next invalidate what all know, whichever secret each of them has.
async fn assert_invalidated_everywhere(processes: &[Arc<Process>], place: usize, step: usize) {
    for by in [place, (place + 1) % PROCESSES] {
        let token = format!("step {step}, place {place}, by {by}");
        let first = processes[place].get(&token).await;
        for process in processes {
            assert_eq!(
                process.get(&token).await,
                first,
                "{token}: it is not shared"
            );
        }
        let asked = now();
        processes[by].invalidate(&token).await;
        for process in processes {
            assert!(
                process.get(&token).await > asked,
                "{token}: it is used again"
            );
        }
    }
}

impl Process {
    fn new(url: &str) -> Self {
        let url = url.to_owned();
        let layer = RwLock::new(layer(&url, STEPS[0]));
        Self { url, layer }
    }

    fn switch(&self, step: (u8, Option<u8>)) {
        *self.layer.write().unwrap() = layer(&self.url, step);
    }

    fn layer(&self) -> LambdaAuthorizerLayer<BoxAuthorizer> {
        self.layer.read().unwrap().clone()
    }

    async fn load(
        self: Arc<Self>,
        client: usize,
        is_over: Arc<AtomicBool>,
        sent: Arc<AtomicUsize>,
    ) {
        while !is_over.load(Ordering::Relaxed) {
            self.get(&format!("client {client}")).await;
            tokio::time::sleep(Duration::from_millis(2)).await;
            sent.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// When the call whose result was used began. Fails if the request is not answered.
    async fn get(&self, token: &str) -> u64 {
        when_called(&self.layer(), token).await
    }

    /// On a busy machine, the store may not answer in time.
    async fn invalidate(&self, token: &str) {
        let (results, deadline) = (self.layer().results(), Instant::now() + DEADLINE);
        while let Err(error) = results.invalidate([token]).await {
            assert!(Instant::now() < deadline, "{token}: {error}");
        }
    }
}

fn layer(url: &str, (secret, earlier): (u8, Option<u8>)) -> LambdaAuthorizerLayer<BoxAuthorizer> {
    let tier = RedisTier::connect(url)
        .unwrap()
        .response_timeout(DEADLINE)
        .unwrap();
    let shared = SharedCache::new(tier, [secret; 32]).unwrap();
    let shared = match earlier {
        None => shared,
        Some(earlier) => shared.also_reading([earlier; 32]).unwrap(),
    };
    // Enough for a busy machine, since a look-up that fails would call the authorizer.
    layer_with(shared.timeout(DEADLINE).unwrap()).cache(ResultCache::with_max_bytes(0))
}

fn layer_with(shared: SharedCache) -> LambdaAuthorizerLayer<BoxAuthorizer> {
    let allows = authorizer_fn(|_| async {
        Ok(AuthorizerResponse::allow("*").with_context("called", now().to_string()))
    });
    LambdaAuthorizerLayer::token(BoxAuthorizer::new(allows)).shared_cache(shared, "rotation")
}

async fn when_called(layer: &LambdaAuthorizerLayer<BoxAuthorizer>, token: &str) -> u64 {
    let service = layer.layer(service_fn(who));
    let request = Request::get("/").header("authorization", token);
    let response = service.oneshot(request.body(()).unwrap()).await.unwrap();
    assert_eq!(response.status(), 200);
    *response.extensions().get().unwrap()
}

/// With revocations, each process has one secret, and whoever revokes does so with both.
struct Revoking {
    layer: LambdaAuthorizerLayer<BoxAuthorizer>,
    results: [AuthorizerResults; 2],
}

pub(crate) fn rotation_with_revocations() {
    let Some(server) = RedisServer::start("redis-server", &[]) else {
        return;
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let url = server.url();
        let mut processes: Vec<_> = (0..3).map(|_| Revoking::new(&url, 1)).collect();
        for place in 0..processes.len() {
            processes[place] = Revoking::new(&url, 2);
            for by in [place, (place + 1) % processes.len()] {
                assert_revoked_everywhere(&processes, by, &format!("{place}-{by}")).await;
            }
        }
    });
}

async fn assert_revoked_everywhere(processes: &[Revoking], by: usize, token: &str) {
    // Nothing vouches for results until a process has read its log.
    join_all(processes.iter().map(|process| process.keeps(token))).await;
    let asked = now();
    processes[by].revoke(token).await;
    let revoked = Instant::now();
    for (place, process) in processes.iter().enumerate() {
        process.calls_after(asked, revoked, token, place).await;
    }
}

impl Revoking {
    fn new(url: &str, secret: u8) -> Self {
        let layer = |secret: u8| {
            let tier = RedisTier::connect(url).unwrap();
            let shared = SharedCache::with_revocations(tier, [secret; 32]).unwrap();
            layer_with(shared.timeout(Duration::from_secs(5)).unwrap())
        };
        let (own, other) = (layer(secret), layer(3 - secret));
        let results = [own.results(), other.results()];
        Self {
            layer: own,
            results,
        }
    }

    async fn get(&self, token: &str) -> u64 {
        when_called(&self.layer, token).await
    }

    /// Sends requests until one calls the authorizer. The bound has not passed before that.
    async fn calls_after(&self, asked: u64, revoked: Instant, token: &str, place: usize) {
        loop {
            let begun = revoked.elapsed();
            if self.get(token).await > asked {
                return;
            }
            assert!(begun < BOUND, "{token}: process {place} uses it again");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Sends requests until the result is used for longer than without a log.
    async fn keeps(&self, token: &str) {
        let deadline = Instant::now() + DEADLINE;
        let (mut called, mut since) = (self.get(token).await, Instant::now());
        while since.elapsed() < BOUND + Duration::from_millis(200) {
            assert!(Instant::now() < deadline, "{token}: no hits");
            tokio::time::sleep(Duration::from_millis(10)).await;
            let again = self.get(token).await;
            if again != called {
                (called, since) = (again, Instant::now());
            }
        }
    }

    /// On a busy machine, the store may not answer in time. As the documentation says, it is called again.
    async fn revoke(&self, token: &str) {
        let deadline = Instant::now() + DEADLINE;
        for results in &self.results {
            while results.invalidate([token]).await.is_err() {
                assert!(Instant::now() < deadline, "{token}: it is not published");
            }
        }
    }
}
