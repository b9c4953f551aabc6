//! The layer of the hits with one option each.

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use tower_lambda_authorizer::{
    Authorizer, LambdaAuthorizerLayer,
    caching::{CircuitBreaker, ResultCache},
    observing::Metrics,
    shared_cache::SharedCache,
};
use tower_layer::Layer;

use super::store::{Behaviour, Store};
use crate::{hits, protected, protected::Protected, requests::Requests, subject::Subject};

/// Makes the service of a row.
pub(crate) type Make = fn(ResultCache, Requests) -> Subject;

const SECRET: [u8; 32] = [7; 32];
const EARLIER_SECRET: [u8; 32] = [8; 32];

/// Longer than a measurement takes under valgrind.
const LONG: Duration = Duration::from_secs(3600);

pub(crate) fn bare(_: ResultCache, requests: Requests) -> Subject {
    protected::bare(requests)
}

pub(crate) fn nothing(cache: ResultCache, requests: Requests) -> Subject {
    protect(&layer(cache), requests)
}

pub(crate) fn shared_tier(cache: ResultCache, requests: Requests) -> Subject {
    let shared = shared(Behaviour::Forgets).no_circuit_breaker();
    sharing(shared, cache, requests)
}

pub(crate) fn breaker_of_the_store(cache: ResultCache, requests: Requests) -> Subject {
    sharing(shared(Behaviour::Forgets), cache, requests)
}

/// The first misses, which are not measured, open the breaker.
pub(crate) fn paused_store(cache: ResultCache, requests: Requests) -> Subject {
    let breaker = CircuitBreaker::new().pause(LONG);
    let breaker = breaker.and_then(|breaker| breaker.longest_pause(LONG));
    let shared = shared(Behaviour::Fails).circuit_breaker(breaker.expect("not zero"));
    sharing(shared, cache, requests)
}

pub(crate) fn earlier_secret(cache: ResultCache, requests: Requests) -> Subject {
    let shared = shared(Behaviour::Forgets).also_reading(EARLIER_SECRET);
    sharing(shared.expect("32 bytes"), cache, requests)
}

pub(crate) fn found_in_the_store(cache: ResultCache, requests: Requests) -> Subject {
    sharing(shared(Behaviour::Keeps), cache, requests)
}

/// The log was read, and nothing is revoked any more.
pub(crate) fn revocations(cache: ResultCache, requests: Requests) -> Subject {
    let store = Store::new(Behaviour::Forgets);
    let shared = SharedCache::with_revocations(store, SECRET).expect("32 bytes");
    let shared = shared.revocation_bound(LONG).expect("a long bound");
    let layer = layer(cache).shared_cache(shared, "pets");
    // No task runs here that would read the log, but this does.
    let results = layer.results();
    let revoked = pin!(results.invalidate_tag("nobody"));
    let revoked = revoked.poll(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(revoked, Poll::Ready(Ok(_))), "{revoked:?}");
    protect(&layer, requests)
}

pub(crate) fn breaker(cache: ResultCache, requests: Requests) -> Subject {
    let layer = layer(cache).circuit_breaker(CircuitBreaker::new());
    protect(&layer.expect("it has an identity"), requests)
}

pub(crate) fn reloadable(cache: ResultCache, requests: Requests) -> Subject {
    let (layer, _handle) = layer(cache).reloadable();
    Subject::new(layer.layer(Protected), requests)
}

/// No exporter is installed.
pub(crate) fn metrics(cache: ResultCache, requests: Requests) -> Subject {
    protect(&layer(cache).observe(Metrics::new()), requests)
}

fn layer(cache: ResultCache) -> LambdaAuthorizerLayer<impl Authorizer> {
    hits::layer(1).cache(cache)
}

fn shared(behaviour: Behaviour) -> SharedCache {
    SharedCache::new(Store::new(behaviour), SECRET).expect("32 bytes")
}

fn sharing(shared: SharedCache, cache: ResultCache, requests: Requests) -> Subject {
    protect(&layer(cache).shared_cache(shared, "pets"), requests)
}

fn protect(layer: &LambdaAuthorizerLayer<impl Authorizer>, requests: Requests) -> Subject {
    Subject::new(layer.layer(Protected), requests)
}
