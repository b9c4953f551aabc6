//! The library itself: a layer for each instance, a store in memory, and a clock that is moved.

use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use http::{Request, Response, StatusCode};
use tower::{Layer, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    Api, AuthorizerResponse, LambdaAuthorizerLayer, ManualClock, authorizer_fn,
    caching::ResultCache,
    shared_cache::{SharedCache, SharedTier, SharedTierError},
};

use crate::{
    fleet::Fleet,
    model::Load,
    population::{Ranks, pause},
};

/// A store that counts look-ups. It forgets as Redis does.
#[derive(Debug)]
struct Store {
    values: Mutex<HashMap<String, (SystemTime, Vec<u8>)>>,
    look_ups: AtomicU64,
    clock: ManualClock,
}

impl Store {
    fn with<T>(&self, act: impl FnOnce(&mut HashMap<String, (SystemTime, Vec<u8>)>) -> T) -> T {
        act(&mut self.values.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl SharedTier for Store {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, SharedTierError> {
        self.look_ups.fetch_add(1, Ordering::Relaxed);
        let now = self.clock.now();
        let fresh = |(until, _): &&(SystemTime, Vec<u8>)| now < *until;
        Ok(self.with(|values| {
            values
                .get(key)
                .filter(fresh)
                .map(|(_, value)| value.clone())
        }))
    }

    async fn put(&self, key: &str, value: Vec<u8>, ttl: Duration) -> Result<(), SharedTierError> {
        let until = self.clock.now() + ttl;
        self.with(|values| values.insert(key.to_owned(), (until, value)));
        Ok(())
    }

    async fn remove(&self, key: &str) -> Result<(), SharedTierError> {
        self.with(|values| values.remove(key));
        Ok(())
    }

    async fn clear(&self, prefix: &str) -> Result<(), SharedTierError> {
        self.with(|values| values.retain(|key, _| !key.starts_with(prefix)));
        Ok(())
    }
}

/// Sends the requests of this many seconds through real layers, after one and a half times the time to live in which the
/// caches fill. The authorizer answers at once.
///
/// # Errors
///
/// Returns an error if the layer cannot be configured so, or if a request is refused.
pub async fn measure(
    fleet: &Fleet,
    seconds: f64,
    seed: u64,
) -> Result<Load, Box<dyn std::error::Error>> {
    let clock = ManualClock::new(SystemTime::UNIX_EPOCH + Duration::from_secs(2_000_000_000));
    let calls = Arc::new(AtomicU64::new(0));
    let store = Arc::new(Store {
        values: Mutex::default(),
        look_ups: AtomicU64::new(0),
        clock: clock.clone(),
    });
    let shared = SharedCache::new(Arc::clone(&store), [7; 32])?;
    let mut layers = Vec::new();
    for _ in 0..fleet.instances {
        let calls = Arc::clone(&calls);
        let layer = LambdaAuthorizerLayer::token(authorizer_fn(move |_| {
            calls.fetch_add(1, Ordering::Relaxed);
            async { Ok(AuthorizerResponse::allow("*")) }
        }))
        .api(Api::new("eu-west-1", "123456789012", "a1b2c3d4e5", "prod")?)
        .result_ttl(Duration::from_secs_f64(fleet.ttl))?
        .cache(ResultCache::new())
        .clock(clock.clock());
        layers.push(if fleet.no_store {
            layer
        } else {
            layer.shared_cache(shared.clone(), "fleet")
        });
    }
    let protected = service_fn(|_| async { Ok::<_, Infallible>(Response::new(String::new())) });
    let services: Vec<_> = layers.iter().map(|layer| layer.layer(protected)).collect();
    let misses = || {
        layers
            .iter()
            .map(|layer| layer.results().statistics().misses)
            .sum::<u64>()
    };
    let counts = |requests: f64| Load {
        requests,
        calls: calls.load(Ordering::Relaxed) as f64,
        look_ups: store.look_ups.load(Ordering::Relaxed) as f64,
        misses: misses() as f64,
    };

    let ranks = Ranks::new(fleet.identities, fleet.zipf);
    let mut random = fastrand::Rng::with_seed(seed);
    let begin = 1.5 * fleet.ttl;
    let (mut now, mut requests, mut before) = (0.0, 0.0, None);
    loop {
        let step = pause(&mut random, fleet.total_requests());
        now += step;
        if now >= begin && before.is_none() {
            before = Some(counts(requests));
        }
        if now >= begin + seconds {
            break;
        }
        clock.advance(Duration::from_secs_f64(step));
        let token = format!("token-{}", ranks.draw(&mut random));
        let service = services[random.usize(..services.len())].clone();
        let request = Request::get("/pets").header("authorization", token);
        let response = service.oneshot(request.body(String::new())?).await?;
        if response.status() != StatusCode::OK {
            return Err(format!("a request got {}", response.status()).into());
        }
        requests += 1.0;
    }
    let (before, after) = (before.unwrap_or_default(), counts(requests));
    Ok(Load {
        requests: (after.requests - before.requests) / seconds,
        calls: (after.calls - before.calls) / seconds,
        look_ups: (after.look_ups - before.look_ups) / seconds,
        misses: (after.misses - before.misses) / seconds,
    })
}
