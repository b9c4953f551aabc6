//! Traffic for the dashboard: two authorizers, a shared tier, and the troubles of a service, in turn.
//!
//! ```console
//! $ cargo run --example dashboard_traffic
//! listening on http://127.0.0.1:3000
//! ```
//!
//! Let Prometheus scrape `http://127.0.0.1:3000/metrics`, and import `dashboard.json` into Grafana. In each five minutes, the
//! database of the authorizer `orders` is slow and then breaks, and later the shared tier does not respond. Now and then a user
//! is revoked, and settings are replaced.

use std::{
    collections::HashMap,
    convert::Infallible,
    error::Error,
    future::pending,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{Router, routing::get};
use http::{HeaderValue, Method, Request, Response, Uri};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use tokio::time::{Instant, interval, sleep};
use tower::{Layer, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    Authorizer, AuthorizerError, AuthorizerRequest, AuthorizerResponse, ConfigError,
    LambdaAuthorizerLayer, authorizer_fn,
    caching::{CircuitBreaker, ResultCache, SharedTierError},
    observing::Metrics,
    policy::PolicyBuilder,
    reload::ReloadHandle,
    shared_cache::{LogEntry, SharedCache, SharedTier},
};

mod log;

#[path = "../support/address.rs"]
mod address;

/// In seconds.
const BUCKETS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0];
const SECRET: [u8; 32] = [7; 32];
const CYCLE: u64 = 300;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let exporter = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_duration_seconds".into()), &BUCKETS)?
        .install_recorder()?;
    let metrics = Metrics::new();
    let begun = Instant::now();
    let store = Arc::new(Store {
        values: Mutex::default(),
        logs: Mutex::default(),
        begun,
    });
    let pets = authorizer_fn(async move |request: AuthorizerRequest| {
        sleep(Duration::from_micros(fastrand::u64(800..4_000))).await;
        answer(&request)
    });
    let orders = authorizer_fn(move |request: AuthorizerRequest| async move {
        let milliseconds = match second(begun) {
            90..130 => fastrand::u64(80..400),
            _ => fastrand::u64(5..45),
        };
        sleep(Duration::from_millis(milliseconds)).await;
        match second(begun) {
            105..130 if fastrand::u8(..100) < 40 => Err(AuthorizerError::new("no connection")),
            _ => answer(&request),
        }
    });
    let pets = send(layer("pets", pets, &store, &metrics)?, 120);
    let orders = send(layer("orders", orders, &store, &metrics)?, 60);
    let scrape = async move || {
        metrics.record_cache("pets", &pets.statistics());
        metrics.record_cache("orders", &orders.statistics());
        exporter.run_upkeep();
        exporter.render()
    };
    let app = Router::new().route("/metrics", get(scrape));
    axum::serve(address::listen().await?, app).await?;
    Ok(())
}

/// A second of the cycle.
fn second(begun: Instant) -> u64 {
    begun.elapsed().as_secs() % CYCLE
}

fn layer<A: Authorizer>(
    name: &str,
    authorizer: A,
    store: &Arc<Store>,
    metrics: &Metrics,
) -> Result<LambdaAuthorizerLayer<A>, ConfigError> {
    let cache = ResultCache::with_max_bytes(256 * 1024)
        .serve_stale_while_refreshing(Duration::from_secs(10));
    let layer = LambdaAuthorizerLayer::token(authorizer)
        .cache(cache)
        .result_ttl(Duration::from_secs(30))?
        .authorizer_timeout(Duration::from_millis(350))?
        .circuit_breaker(CircuitBreaker::new())?
        .shared_cache(
            SharedCache::with_revocations(Arc::clone(store), SECRET)?,
            name,
        )
        .observe(metrics.clone());
    Ok(layer)
}

fn answer(request: &AuthorizerRequest) -> Result<AuthorizerResponse, AuthorizerError> {
    match request.token().unwrap_or_default() {
        "nobody" => Err(AuthorizerError::unauthorized()),
        user => {
            let policy = PolicyBuilder::for_api(request.api()).allow("GET", "/*");
            Ok(AuthorizerResponse::policy(policy.build()?).with_principal_id(user))
        }
    }
}

/// Sends so many requests in a second, as long as the program runs.
fn send<A: Authorizer>(
    layer: LambdaAuthorizerLayer<A>,
    rate: u64,
) -> ReloadHandle<LambdaAuthorizerLayer<A>> {
    let (reloadable, handle) = layer.reloadable();
    let service = reloadable.layer(service_fn(async |_: Request<()>| {
        Ok::<_, Infallible>(Response::new(String::new()))
    }));
    tokio::spawn(change(handle.clone()));
    tokio::spawn(async move {
        let mut turns = interval(Duration::from_micros(1_000_000 / rate));
        loop {
            turns.tick().await;
            tokio::spawn(service.clone().oneshot(request()));
        }
    });
    handle
}

/// Revokes a user every few seconds, and replaces the settings by the same ones every minute.
async fn change<A: Authorizer>(handle: ReloadHandle<LambdaAuthorizerLayer<A>>) {
    for turn in 1_u64.. {
        sleep(Duration::from_secs(5)).await;
        let user = fastrand::u16(..20).to_string();
        if let Err(error) = handle.invalidate([user]).await {
            println!("not revoked: {error}");
        }
        if turn % 12 == 0 {
            handle.replace(handle.current());
        }
    }
}

/// Some users send many more requests than others. Some requests have no token, a wrong one, or a forbidden method.
fn request() -> Request<()> {
    let mut request = Request::new(());
    *request.uri_mut() = Uri::from_static("/pets/7");
    let dice = fastrand::u8(..100);
    if dice < 4 {
        *request.method_mut() = Method::DELETE;
    }
    let token = match dice {
        4..6 => return request,
        6..9 => HeaderValue::from_static("nobody"),
        _ => HeaderValue::from((0..6).fold(900, |most, _| fastrand::u16(..=most))),
    };
    request.headers_mut().insert("authorization", token);
    request
}

/// A store in memory, with the delay of a network.
struct Store {
    values: Mutex<HashMap<String, (Vec<u8>, Instant)>>,
    logs: Mutex<HashMap<String, Vec<LogEntry>>>,
    begun: Instant,
}

impl Store {
    async fn arrive(&self) -> Result<(), SharedTierError> {
        sleep(Duration::from_micros(fastrand::u64(200..900))).await;
        match second(self.begun) {
            200..215 => pending().await,
            215..230 => Err(SharedTierError::new("connection reset")),
            _ => Ok(()),
        }
    }

    fn values(&self) -> MutexGuard<'_, HashMap<String, (Vec<u8>, Instant)>> {
        self.values.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn logs(&self) -> MutexGuard<'_, HashMap<String, Vec<LogEntry>>> {
        self.logs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SharedTier for Store {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, SharedTierError> {
        self.arrive().await?;
        let values = self.values();
        let found = values.get(key).filter(|(_, until)| Instant::now() < *until);
        Ok(found.map(|(value, _)| value.clone()))
    }

    async fn put(&self, key: &str, value: Vec<u8>, ttl: Duration) -> Result<(), SharedTierError> {
        self.arrive().await?;
        self.values()
            .insert(key.to_owned(), (value, Instant::now() + ttl));
        Ok(())
    }

    async fn remove(&self, key: &str) -> Result<(), SharedTierError> {
        self.arrive().await?;
        self.values().remove(key);
        Ok(())
    }

    async fn clear(&self, prefix: &str) -> Result<(), SharedTierError> {
        self.arrive().await?;
        self.values().retain(|key, _| !key.starts_with(prefix));
        Ok(())
    }
}
