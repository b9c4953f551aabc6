//! Counts decisions, calls and changes through the facade crate `metrics`.

mod catalogue;
mod keys;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use metrics::{counter, gauge};

use self::{
    catalogue::{
        BREAKER_CHANGES, BREAKER_OPEN, CACHE_BYTES, CACHE_ENTRIES, CACHE_EVICTIONS, CACHE_HITS,
        CACHE_JOINED, CACHE_MISSES, CACHE_SHARED_ERRORS, CACHE_SHARED_HITS, CACHE_STALE_HITS,
        CALL_DURATION, CALLS, CALLS_IN_PROGRESS, DECISIONS, FORGOTTEN, RELOADS, REVOCATION_LEASE,
        REVOCATION_LEASE_LOST, REVOCATION_READ_ERRORS, REVOCATIONS, TIER_CALL_DURATION, TIER_CALLS,
        describe,
    },
    keys::{Keys, Labels, METADATA},
};
use super::{
    authorizer_call::AuthorizerCall,
    breaker_event::{BreakerEvent, BreakerState},
    call_start::CallStart,
    decision::Decision,
    observer::Observer,
    reload_event::ReloadEvent,
    revocation_event::{RevocationEvent, RevocationEventKind},
    shared_tier_call::SharedTierCall,
};
use crate::cache::{CacheStatistics, StatisticsSums};

/// An [`Observer`] that reports metrics through the crate [`metrics`]. The application chooses the exporter, such as
/// `metrics-exporter-prometheus`. The example `metrics` in the repository serves them to Prometheus.
///
/// # The metrics
///
/// Each name begins with `lambda_authorizer_`.
///
/// | name | type | labels | what it counts |
/// |---|---|---|---|
/// | `decisions_total` | counter | `outcome`, `response_type`, `reason`, `source`, `authorizer` | requests |
/// | `authorizer_calls_total` | counter | `outcome`, `authorizer` | calls to the authorizer that have ended |
/// | `authorizer_call_duration_seconds` | histogram | `authorizer` | how long each of them took |
/// | `authorizer_calls_in_progress` | gauge | | calls that have begun and not ended |
/// | `shared_tier_calls_total` | counter | `operation`, `outcome`, `authorizer` | calls to the shared tier that have ended |
/// | `shared_tier_call_duration_seconds` | histogram | `operation`, `authorizer` | how long each of them took |
/// | `revocations_total` | counter | `direction`, `kind`, `authorizer` | revocations that this process has published, and those that it has read in the log |
/// | `revocation_read_errors_total` | counter | `authorizer` | reads of the log of revocations that failed |
/// | `revocation_lease` | gauge | `authorizer` | 1 if the log was read within the bound, so that results in memory are used |
/// | `revocation_lease_lost_total` | counter | `authorizer` | how often the log was not read for as long as the bound |
/// | `forgotten_total` | counter | `reason`, `authorizer` | how often earlier results were not used any more, without a revocation |
/// | `breaker_open` | gauge | `breaker`, `authorizer` | 1 if the circuit breaker is open or probes |
/// | `breaker_changes_total` | counter | `breaker`, `state`, `authorizer` | changes of circuit breakers, by the new state |
/// | `reloads_total` | counter | `authorizer` | how often a `ReloadHandle`, or the application, has replaced the settings |
/// | `cache_hits_total` | counter | `cache` | requests that found a fresh result |
/// | `cache_misses_total` | counter | `cache` | requests that found no result that may be served |
/// | `cache_stale_hits_total` | counter | `cache` | requests that were served a stale result |
/// | `cache_joined_total` | counter | `cache` | misses that waited for the call of another request |
/// | `cache_shared_hits_total` | counter | `cache` | misses that the shared tier answered |
/// | `cache_shared_errors_total` | counter | `cache` | operations of the shared tier that failed |
/// | `cache_evictions_total` | counter | `cache` | results that were removed to make room for others |
/// | `cache_entries` | gauge | `cache` | results in the cache |
/// | `cache_bytes` | gauge | `cache` | bytes that count against the limit |
///
/// The metrics `cache_…` are reported by [`record_cache`](Self::record_cache), the others when something happens. A layer
/// that is replaced without a `ReloadHandle` is reported by [`record_reload`](Self::record_reload).
///
/// # The labels
///
/// | label | values |
/// |---|---|
/// | `outcome` of a decision | the [names](super::Outcome::as_str) of [`Outcome`](super::Outcome) |
/// | `outcome` of a call to the authorizer | the [names](super::CallOutcome::as_str) of [`CallOutcome`](super::CallOutcome) |
/// | `operation` | the [names](super::SharedTierOperation::as_str) of [`SharedTierOperation`](super::SharedTierOperation) |
/// | `outcome` of a call to the shared tier | the [names](super::SharedTierOutcome::as_str) of [`SharedTierOutcome`](super::SharedTierOutcome) |
/// | `direction` | `published` or `heard` |
/// | `kind` | the [names](super::RevocationKind::as_str) of [`RevocationKind`](super::RevocationKind) |
/// | `reason` of a decision | the [names](crate::DenialReason::name) of [`DenialReason`](crate::DenialReason). Empty if there is none |
/// | `reason` of forgotten results | the [names](super::ForgottenReason::as_str) of [`ForgottenReason`](super::ForgottenReason) |
/// | `breaker` | the [names](super::BreakerName::as_str) of [`BreakerName`](super::BreakerName) |
/// | `state` | the [names](super::BreakerState::as_str) of [`BreakerState`](super::BreakerState) |
/// | `response_type` | the type of the gateway response, such as `ACCESS_DENIED`. Empty if there is none |
/// | `source` | the [names](super::ResultSource::as_str) of [`ResultSource`](super::ResultSource) |
/// | `authorizer` | the layer's [`authorizer_name`](crate::LambdaAuthorizerLayer::authorizer_name), or empty |
/// | `cache` | the name that you pass to [`record_cache`](Self::record_cache) |
///
/// To Prometheus, an empty label is the same as none. No label comes from a request: there is no path, resource, token or
/// principal. So the number of time series depends on your configuration only.
///
/// The field `decision` of events of `tracing` has `allow`, `refuse` and `shadow` for the outcomes `allowed`, `refused` and
/// `shadowed`.
///
/// `docs/observing.md` in the repository compares these metrics with API Gateway's and with those of Envoy's `ext_authz`.
///
/// # Example
///
/// ```
/// use tower_lambda_authorizer::{AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn};
/// use tower_lambda_authorizer::observing::Metrics;
///
/// // Install the exporter first: it learns what the metrics mean when `Metrics` is created.
/// let metrics = Metrics::new();
/// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| async { Ok(AuthorizerResponse::allow("*")) }))
///     .authorizer_name("pets")
///     .observe(metrics.clone());
///
/// // In the handler of `/metrics`, before the text is rendered:
/// let statistics = layer.results().statistics();
/// assert_eq!(statistics.hits, 0);
/// metrics.record_cache("pets", &statistics);
/// ```
#[derive(Debug, Clone)]
pub struct Metrics {
    keys: Arc<Keys>,
    caches: Arc<Mutex<StatisticsSums>>,
}

impl Metrics {
    /// Describes the metrics to the exporter that is installed.
    ///
    /// An exporter that is installed later gets the metrics, too, but not their descriptions.
    #[must_use]
    pub fn new() -> Self {
        describe();
        Self {
            keys: Arc::default(),
            caches: Arc::default(),
        }
    }

    /// Reports a cache's statistics: [`AuthorizerResults::statistics`](crate::caching::AuthorizerResults::statistics).
    /// Call it before each scrape.
    ///
    /// The name is the label `cache`. It distinguishes caches, so layers that share a
    /// [`ResultCache`](crate::caching::ResultCache) need only one call.
    ///
    /// If another cache is reported under the same name, because a layer was replaced, the counters add up what was
    /// reported of both. The gauges are those of the cache that was reported last. For a reloadable layer, report
    /// `ReloadHandle::statistics`. They also have what the earlier layer counted between its last report and its
    /// replacement.
    pub fn record_cache(&self, name: &str, statistics: &CacheStatistics) {
        let statistics = self.added_up(name, statistics);
        let counts = [
            (CACHE_HITS, statistics.hits),
            (CACHE_MISSES, statistics.misses),
            (CACHE_STALE_HITS, statistics.stale_hits),
            (CACHE_JOINED, statistics.joined),
            (CACHE_SHARED_HITS, statistics.shared_hits),
            (CACHE_SHARED_ERRORS, statistics.shared_errors),
            (CACHE_EVICTIONS, statistics.evictions),
        ];
        for (counter, count) in counts {
            counter!(counter, "cache" => name.to_owned()).absolute(count);
        }
        let sizes = [
            (CACHE_ENTRIES, statistics.entries),
            (CACHE_BYTES, statistics.bytes),
        ];
        for (gauge, size) in sizes {
            #[expect(clippy::cast_precision_loss, reason = "no cache has 2^53 bytes")]
            let size = size as f64;
            gauge!(gauge, "cache" => name.to_owned()).set(size);
        }
    }

    /// Counts a replacement of a layer that the application has made without a `ReloadHandle`, in `reloads_total`. Those of a
    /// handle are counted when they happen. The name is the label `authorizer`.
    pub fn record_reload(&self, authorizer_name: Option<&str>) {
        self.count(RELOADS, &[], authorizer_name);
    }

    /// With the counters of all caches that were reported under this name.
    fn added_up(&self, name: &str, statistics: &CacheStatistics) -> CacheStatistics {
        let caches = self.caches.lock();
        let mut caches = caches.unwrap_or_else(PoisonError::into_inner);
        caches.add(name, statistics)
    }

    fn count(&self, name: &'static str, labels: &Labels, authorizer: Option<&str>) {
        self.keys.with(name, labels, authorizer, |recorder, key| {
            recorder.register_counter(key, &METADATA).increment(1);
        });
    }

    fn set(&self, name: &'static str, labels: &Labels, authorizer: Option<&str>, is_true: bool) {
        self.keys.with(name, labels, authorizer, |recorder, key| {
            let gauge = recorder.register_gauge(key, &METADATA);
            gauge.set(f64::from(u8::from(is_true)));
        });
    }

    fn took(
        &self,
        name: &'static str,
        labels: &Labels,
        authorizer: Option<&str>,
        latency: Duration,
    ) {
        self.keys.with(name, labels, authorizer, |recorder, key| {
            recorder.register_histogram(key, &METADATA).record(latency);
        });
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Observer for Metrics {
    fn decided(&self, decision: &Decision<'_>) {
        let response_type = decision.response_type().map_or("", |kind| kind.as_str());
        let reason = decision.denial().map_or("", |it| it.reason().name());
        let labels = [
            ("outcome", decision.outcome().as_str()),
            ("response_type", response_type),
            ("reason", reason),
            ("source", decision.source().as_str()),
        ];
        self.count(DECISIONS, &labels, decision.authorizer_name());
    }

    fn call_began(&self, _: &CallStart<'_>) {
        gauge!(CALLS_IN_PROGRESS).increment(1.0);
    }

    fn call_ended(&self, call: &AuthorizerCall<'_>) {
        gauge!(CALLS_IN_PROGRESS).decrement(1.0);
        let authorizer = call.authorizer_name();
        self.count(CALLS, &[("outcome", call.outcome().as_str())], authorizer);
        self.took(CALL_DURATION, &[], authorizer, call.latency());
    }

    fn shared_tier_call_ended(&self, call: &SharedTierCall<'_>) {
        let operation = ("operation", call.operation().as_str());
        let outcome = ("outcome", call.outcome().as_str());
        let authorizer = call.authorizer_name();
        self.count(TIER_CALLS, &[operation, outcome], authorizer);
        self.took(TIER_CALL_DURATION, &[operation], authorizer, call.latency());
    }

    fn revocation_event(&self, event: &RevocationEvent<'_>) {
        use RevocationEventKind::{
            Forgotten, Heard, LeaseAcquired, LeaseLost, Published, ReadFailed,
        };

        let authorizer = event.authorizer_name();
        let revocation = |direction: &'static str, kind: &'static str| {
            let labels = [("direction", direction), ("kind", kind)];
            self.count(REVOCATIONS, &labels, authorizer);
        };
        match event.kind() {
            Published(kind) => revocation("published", kind.as_str()),
            Heard(kind) => revocation("heard", kind.as_str()),
            ReadFailed => self.count(REVOCATION_READ_ERRORS, &[], authorizer),
            LeaseAcquired => self.set(REVOCATION_LEASE, &[], authorizer, true),
            LeaseLost => {
                self.set(REVOCATION_LEASE, &[], authorizer, false);
                self.count(REVOCATION_LEASE_LOST, &[], authorizer);
            }
            Forgotten(reason) => {
                self.count(FORGOTTEN, &[("reason", reason.as_str())], authorizer);
            }
        }
    }

    fn breaker_changed(&self, event: &BreakerEvent<'_>) {
        let breaker = ("breaker", event.breaker().as_str());
        let state = ("state", event.state().as_str());
        let authorizer = event.authorizer_name();
        let is_open = event.state() != BreakerState::Closed;
        self.set(BREAKER_OPEN, &[breaker], authorizer, is_open);
        self.count(BREAKER_CHANGES, &[breaker, state], authorizer);
    }

    fn reloaded(&self, event: &ReloadEvent<'_>) {
        self.record_reload(event.authorizer_name());
    }
}
