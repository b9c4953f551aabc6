//! A process of the fleet. It does what its standard input says, and tells on its standard output what it saw.
//!
//! | it reads | it does |
//! |---|---|
//! | `get TOKEN` | sends one request: `got TOKEN STATUS CALLS` |
//! | `watch TOKEN` | sends requests until it is refused, and some more: `refused TOKEN LAST`, and `back TOKEN` if it passes again. At the end `watched TOKEN` |
//! | `identity TOKEN`, `principal NAME`, `tag TAG`, `clear` | revokes: `revoked NUMBER` with the listeners, or `failed` |

use std::{
    env,
    io::BufRead,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use http::Request;
use tower::{Layer, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    AuthorizerRequest, AuthorizerResponse, BoxAuthorizer, LambdaAuthorizerLayer, authorizer_fn,
    caching::{Invalidated, InvalidationError},
    shared_cache::{RedisTier, SharedCache},
};

use crate::empty_service::empty;
use crate::record::now;

pub(crate) const STORE: &str = "REVOCATIONS_STORE";
pub(crate) const TRUTH: &str = "REVOCATIONS_TRUTH";
pub(crate) const SLOW: &str = "REVOCATIONS_SLOW";

/// The time between two requests of a watch.
const EACH: Duration = Duration::from_millis(10);

/// A watch ends so long after the first refusal.
const AFTERWARDS: Duration = Duration::from_millis(1500);

#[derive(Clone)]
struct Worker {
    layer: LambdaAuthorizerLayer<BoxAuthorizer>,
    calls: Arc<AtomicUsize>,
}

pub(crate) fn run() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let worker = Worker::new();
    for line in std::io::stdin().lock().lines() {
        let Ok(line) = line else { return };
        let worker = worker.clone();
        runtime.spawn(async move { worker.does(&line).await });
    }
}

/// A token is `user.tenant.number`.
async fn authorize(request: AuthorizerRequest) -> AuthorizerResponse {
    let token = request.token().unwrap_or_default().to_owned();
    let mut parts = token.split('.');
    let user = parts.next().unwrap_or_default().to_owned();
    let tenant = format!("tenant:{}", parts.next().unwrap_or_default());
    let truth = PathBuf::from(env::var_os(TRUTH).unwrap());
    let names = [&token, &user, &tenant].map(|name| truth.join(name));
    let is_revoked = names.iter().any(|name| name.exists());
    if let Ok(milliseconds) = env::var(SLOW) {
        println!("called {token}");
        let milliseconds = milliseconds.parse().unwrap();
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    }
    let response = if is_revoked {
        AuthorizerResponse::deny("*")
    } else {
        AuthorizerResponse::allow("*")
    };
    response.with_principal_id(user).with_tag(tenant)
}

impl Worker {
    fn new() -> Self {
        let url = env::var(STORE).unwrap();
        let tier = match url.split_once(',') {
            None => RedisTier::connect(&url),
            Some(_) => RedisTier::cluster(url.split(',')),
        };
        let shared = SharedCache::with_revocations(tier.unwrap(), [7; 32]).unwrap();
        let calls = Arc::<AtomicUsize>::default();
        let count = Arc::clone(&calls);
        let authorizer = authorizer_fn(move |request| {
            count.fetch_add(1, Ordering::Relaxed);
            async { Ok(authorize(request).await) }
        });
        let layer = LambdaAuthorizerLayer::token(BoxAuthorizer::new(authorizer))
            .shared_cache(shared, "fleet");
        Self { layer, calls }
    }

    async fn does(&self, line: &str) {
        let (word, value) = line.split_once(' ').unwrap_or((line, ""));
        let results = self.layer.results();
        match word {
            "get" => {
                let status = self.status(value).await;
                let calls = self.calls.load(Ordering::Relaxed);
                println!("got {value} {status} {calls}");
            }
            "watch" => self.watch(value).await,
            "identity" => tell(results.invalidate([value]).await),
            "principal" => tell(results.invalidate_principal(value).await),
            "tag" => tell(results.invalidate_tag(value).await),
            "clear" => tell(results.clear().await),
            _ => panic!("{line}"),
        }
    }

    async fn status(&self, token: &str) -> u16 {
        let service = self.layer.layer(service_fn(empty::<()>));
        let request = Request::get("/").header("authorization", token);
        let response = service.oneshot(request.body(()).unwrap()).await.unwrap();
        response.status().as_u16()
    }

    /// Tells when the last request that passed has begun.
    async fn watch(&self, token: &str) {
        let mut last = 0;
        let mut refused_at = None::<Instant>;
        while refused_at.is_none_or(|at| at.elapsed() < AFTERWARDS) {
            let begun = now();
            let passed = self.status(token).await == 200;
            match (passed, refused_at.is_some()) {
                (true, false) => last = begun,
                (true, true) => println!("back {token}"),
                (false, false) => {
                    refused_at = Some(Instant::now());
                    println!("refused {token} {last}");
                }
                (false, true) => {}
            }
            tokio::time::sleep(EACH).await;
        }
        println!("watched {token}");
    }
}

fn tell(revoked: Result<Invalidated, InvalidationError>) {
    match revoked {
        Ok(revoked) => println!("revoked {}", revoked.listening.unwrap_or(0)),
        Err(error) => println!("failed {error}"),
    }
}
