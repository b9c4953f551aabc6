//! Random worlds: processes with layers for several APIs that share a cache and a store, whose settings, secrets and clocks
//! change while authorizers answer, fail and hang, and results are revoked.
//!
//! The oracle knows only what the documentation promises (see `oracle`). `WORLDS=100000` sets how many worlds there are, and
//! `WORLD_SEED=17` repeats one.
#![cfg(all(feature = "shared-cache", feature = "reload"))]

mod begin;
mod ends;
mod log;
mod oracle;
mod settings;
mod steps;
mod store;

use std::{
    convert::Infallible,
    env,
    sync::{Arc, Mutex},
    task::Poll,
    thread,
    time::{Duration, SystemTime},
};

use fastrand::Rng;
use futures_util::future::{BoxFuture, FutureExt};
use http::{Request, Response};
use tokio::sync::oneshot;
use tokio_test::task;
use tower::{Layer, Service, service_fn};
use tower_lambda_authorizer::{
    Api, AuthorizerContext, AuthorizerError, AuthorizerResponse, BoxAuthorizer,
    LambdaAuthorizerLayer, ManualClock, authorizer_fn,
    caching::{CircuitBreaker, ResultCache},
    reload::{ReloadHandle, ReloadLayer},
    shared_cache::SharedCache,
};

use self::{
    oracle::{Call, Outcome, Seen, UnderWay},
    settings::Settings,
    store::Store,
};

type Guard = LambdaAuthorizerLayer<BoxAuthorizer>;

/// A secret, and an earlier or a later one.
type Secrets = (u8, Option<u8>);

const STEPS: usize = 120;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Moment {
    /// Of the monotonic clock.
    seconds: u64,
    step: usize,
    /// How long the machines were suspended. The monotonic clock stood still meanwhile.
    suspended: u64,
}

impl Moment {
    fn on_the_wall(self) -> u64 {
        self.seconds + self.suspended
    }
}

/// What a call sends its answer with.
type Begun = Arc<Mutex<Vec<oneshot::Sender<Outcome>>>>;

/// A layer whose settings change, and the results that other layers of its process keep in the same memory.
struct Site {
    process: usize,
    handle: ReloadHandle<Guard>,
    layer: ReloadLayer<Guard>,
    settings: Settings,
    saved: Vec<(Guard, Settings)>,
}

struct World {
    random: Rng,
    clock: ManualClock,
    now: Moment,
    begun: Begun,
    number: Arc<Mutex<usize>>,
    calls: Vec<Call>,
    store: Arc<Store>,
    /// Whether the store never fails.
    is_well: bool,
    /// Whether revocations reach all processes.
    is_followed: bool,
    /// For each process, its shared caches.
    shared: Vec<Vec<(Secrets, SharedCache)>>,
    memories: Vec<ResultCache>,
    sites: Vec<Site>,
    under_way: Vec<UnderWay>,
    seen: Seen,
}

async fn which(request: Request<()>) -> Result<Response<()>, Infallible> {
    let caller = request.extensions().get::<AuthorizerContext>().unwrap();
    let number: usize = caller.get("call").unwrap().parse().unwrap();
    let mut response = Response::new(());
    response.extensions_mut().insert(Number(number));
    Ok(response)
}

#[derive(Debug, Clone, Copy)]
struct Number(usize);

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[tokio::test(start_paused = true)]
async fn no_result_is_used_that_should_be_gone() {
    let number = |name: &str| env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let seeds = match number("WORLD_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("WORLDS").unwrap_or(100),
    };
    let (is_one, mut seen) = (seeds.end - seeds.start == 1, Seen::default());
    for seed in seeds {
        let _names = NamesSeed(seed);
        let mut world = World::new(seed);
        for _ in 0..STEPS {
            world.step().await;
        }
        seen.add(&world.seen);
    }
    println!("{seen:?}");
    assert!(is_one || seen.is_enough(), "{seen:?}");
}

/// Names the seed if the test fails.
struct NamesSeed(u64);

impl Drop for NamesSeed {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("WORLD_SEED={}", self.0);
        }
    }
}
