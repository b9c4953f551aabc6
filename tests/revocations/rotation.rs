//! A new secret while processes work, which they get one after the other. Without revocations, since these have one secret.

use std::{
    convert::Infallible,
    sync::{
        Arc, RwLock,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use http::{Request, Response};
use tokio::task::JoinSet;
use tower::{Layer, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    AuthorizerContext, AuthorizerResponse, BoxAuthorizer, LambdaAuthorizerLayer, authorizer_fn,
    caching::ResultCache,
    shared_cache::{RedisTier, SharedCache},
};

use crate::{record::now, redis_server::RedisServer};

const PROCESSES: usize = 5;
const CLIENTS: usize = 2;

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

    /// When the authorizer's call has begun whose result was used. Fails if the request is not answered.
    async fn get(&self, token: &str) -> u64 {
        let service = self.layer().layer(service_fn(who));
        let request = Request::get("/").header("authorization", token);
        let response = service.oneshot(request.body(()).unwrap()).await.unwrap();
        assert_eq!(response.status(), 200);
        *response.extensions().get().unwrap()
    }

    async fn invalidate(&self, token: &str) {
        self.layer().results().invalidate([token]).await.unwrap();
    }
}

fn layer(url: &str, (secret, earlier): (u8, Option<u8>)) -> LambdaAuthorizerLayer<BoxAuthorizer> {
    let shared = SharedCache::new(RedisTier::connect(url).unwrap(), [secret; 32]).unwrap();
    let shared = match earlier {
        None => shared,
        Some(earlier) => shared.also_reading([earlier; 32]).unwrap(),
    };
    // Enough for a busy machine, since a look-up that fails would call the authorizer.
    let shared = shared.time_limit(Duration::from_secs(5));
    let allows = authorizer_fn(|_| async {
        Ok(AuthorizerResponse::allow("*").with_context("called", now().to_string()))
    });
    LambdaAuthorizerLayer::token(BoxAuthorizer::new(allows))
        .cache(ResultCache::new().max_bytes(0))
        .shared_cache(shared, "rotation")
}

async fn who(request: Request<()>) -> Result<Response<()>, Infallible> {
    let caller = request.extensions().get::<AuthorizerContext>().unwrap();
    let called: u64 = caller.get("called").unwrap().parse().unwrap();
    let mut response = Response::new(());
    response.extensions_mut().insert(called);
    Ok(response)
}
