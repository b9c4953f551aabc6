//! A world: its places, and what can happen in them.

use std::{fmt, future::Future, ops::AddAssign, pin::Pin, sync::Arc, time::Duration};

use fastrand::Rng;
use tower_lambda_authorizer::caching::CacheStatistics;

use crate::{
    attempt::{Attempt, watched},
    oracle::Facts,
    places::{Kind, Place, places},
    scene::Scene,
    traffic::{identity, planned},
};

/// This client never disconnects.
const MOST_PATIENCE: u32 = u32::MAX;

pub(crate) struct World {
    pub(crate) scene: Arc<Scene>,
    places: Vec<Place>,
}

/// The statistics of the caches of one or more worlds.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cached {
    hits: u64,
    stale_hits: u64,
    joined: u64,
    shared_hits: u64,
    shared_errors: u64,
    evictions: u64,
}

impl AddAssign<CacheStatistics> for Cached {
    fn add_assign(&mut self, other: CacheStatistics) {
        self.hits += other.hits;
        self.stale_hits += other.stale_hits;
        self.joined += other.joined;
        self.shared_hits += other.shared_hits;
        self.shared_errors += other.shared_errors;
        self.evictions += other.evictions;
    }
}

impl AddAssign for Cached {
    fn add_assign(&mut self, other: Self) {
        self.hits += other.hits;
        self.stale_hits += other.stale_hits;
        self.joined += other.joined;
        self.shared_hits += other.shared_hits;
        self.shared_errors += other.shared_errors;
        self.evictions += other.evictions;
    }
}

impl fmt::Display for Cached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            hits,
            stale_hits,
            joined,
            shared_hits,
            shared_errors,
            evictions,
        } = self;
        write!(
            f,
            "{hits} hits, {stale_hits} stale hits, {joined} joined, {shared_hits} hits in the store, \
             {shared_errors} errors of it, {evictions} evictions"
        )
    }
}

/// An operation in progress that is not a request.
pub(crate) type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        let scene = Arc::new(Scene::new(seed));
        let places = places(&scene);
        Self { scene, places }
    }

    /// Sends a request to a random place. The clients of some requests disconnect after a few polls.
    pub(crate) fn request(&self) -> Attempt {
        let number = self.scene.oracle().number();
        let (place, sent, patience) = self.scene.random(|random| {
            let place = self.place(random);
            let sent = planned(random, place, number, &self.facts(place));
            let patience = match random.u8(..8) {
                0 => random.u32(1..6),
                _ => MOST_PATIENCE,
            };
            (place, sent, patience)
        });
        Attempt::begin(&self.scene, place, sent, patience)
    }

    /// Invalidates the result of an identity or, sometimes, all results of an authorizer.
    pub(crate) fn forget(&self) -> Task {
        let (place, (authorizer, identity)) = self.scene.random(|random| {
            let place = self.place(random);
            (place, identity(random, place))
        });
        let all = self.scene.random(|random| random.u8(..8)) == 0;
        let results = place
            .results
            .iter()
            .find(|(number, _)| *number == authorizer);
        let results = results.unwrap().1.clone();
        let scene = Arc::clone(&self.scene);
        Box::pin(async move {
            let began = scene.oracle().moment();
            let forgetting: Pin<Box<dyn Future<Output = _> + Send>> = if all {
                Box::pin(async { results.clear().await })
            } else {
                Box::pin(results.invalidate(&identity))
            };
            // A store that fails keeps its value, although this process has removed its own copy.
            let _ = forgetting.await;
            let identity = Some(identity).filter(|_| !all);
            let now = scene.now();
            scene.oracle().forgotten(authorizer, identity, began, now);
        })
    }

    /// How far time advances: a little, a lot, or to a moment at which something expires.
    pub(crate) fn step(&self) -> Duration {
        self.scene.random(|random| match random.u8(..16) {
            0..9 => Duration::from_millis(random.u64(1..20)),
            9..13 => Duration::from_millis(random.u64(100..5_000)),
            13 => Duration::from_secs(random.u64(5..400)),
            _ => {
                let place = self.place(random);
                let facts = self.facts(place);
                let windows = [0, facts.stale_while_refreshing, facts.stale_on_failure];
                let until = facts.ttl + random.choice(windows).unwrap_or_default();
                Duration::from_millis((until + random.u64(..3)).saturating_sub(1))
            }
        })
    }

    fn place(&self, random: &mut Rng) -> &Place {
        random.choice(&self.places).unwrap()
    }

    fn facts(&self, place: &Place) -> Facts {
        let (Kind::Token(number)
        | Kind::TwoSources(number)
        | Kind::Http(number)
        | Kind::Whole { token: number, .. }) = place.kind;
        self.scene.oracle().facts(number).clone()
    }

    /// Polls an operation that is not a request.
    pub(crate) fn watched<R>(&self, act: impl FnOnce() -> R) {
        if watched(&self.scene, act).is_none() {
            let mut oracle = self.scene.oracle();
            oracle.wrong("a panic came out of an invalidation");
        }
    }

    /// Counts each cache once.
    pub(crate) fn cached(&self) -> Cached {
        let mut cached = Cached::default();
        for place in &self.places {
            if let Some((_, results)) = place.results.first().filter(|_| place.owns_cache) {
                cached += results.statistics();
            }
        }
        cached
    }

    /// Checks what must hold at any time.
    pub(crate) fn check_caches(&self) {
        for place in &self.places {
            for (number, results) in &place.results {
                let bytes = results.statistics().bytes;
                if bytes > place.max_bytes {
                    let mut oracle = self.scene.oracle();
                    let name = oracle.facts(*number).name;
                    let most = place.max_bytes;
                    oracle.wrong(&format!("`{name}` has {bytes} bytes of {most}"));
                }
            }
        }
    }

    /// Checks what must hold when no request waits.
    pub(crate) fn check_calm(&self) {
        self.check_caches();
        for place in &self.places {
            let cache = format!("{:?}", place.cache);
            if !cache.contains("calls_in_progress: 0 ") {
                let what = format!("nobody waits, and there are calls in progress: {cache}");
                self.scene.oracle().wrong(&what);
            }
        }
    }
}
