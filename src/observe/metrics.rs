//! Counts decisions and calls of the authorizer through the facade crate `metrics`.

use metrics::{
    Label, Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};

use super::{authorizer_call::AuthorizerCall, decision::Decision, observer::Observer};
use crate::cache::CacheStatistics;

const DECISIONS: &str = "lambda_authorizer_decisions_total";
const CALLS: &str = "lambda_authorizer_authorizer_calls_total";
const CALLS_IN_PROGRESS: &str = "lambda_authorizer_authorizer_calls_in_progress";
const CALL_DURATION: &str = "lambda_authorizer_authorizer_call_duration_seconds";
const CACHE_HITS: &str = "lambda_authorizer_cache_hits_total";
const CACHE_MISSES: &str = "lambda_authorizer_cache_misses_total";
const CACHE_STALE_HITS: &str = "lambda_authorizer_cache_stale_hits_total";
const CACHE_JOINED: &str = "lambda_authorizer_cache_joined_total";
const CACHE_SHARED_HITS: &str = "lambda_authorizer_cache_shared_hits_total";
const CACHE_SHARED_ERRORS: &str = "lambda_authorizer_cache_shared_errors_total";
const CACHE_EVICTIONS: &str = "lambda_authorizer_cache_evictions_total";
const CACHE_BYTES: &str = "lambda_authorizer_cache_bytes";

/// An [`Observer`] that reports metrics through the crate [`metrics`]. The application chooses the exporter, such as
/// `metrics-exporter-prometheus`. The example `metrics` in the repository serves them to Prometheus.
///
/// # The metrics
///
/// Each name begins with `lambda_authorizer_`.
///
/// | name | type | labels | what it counts |
/// |---|---|---|---|
/// | `decisions_total` | counter | `outcome`, `response_type`, `source`, `authorizer` | requests |
/// | `authorizer_calls_total` | counter | `outcome`, `authorizer` | calls of the authorizer that have ended |
/// | `authorizer_call_duration_seconds` | histogram | `authorizer` | how long each of them took |
/// | `authorizer_calls_in_progress` | gauge | | calls that have begun and not ended |
/// | `cache_hits_total` | counter | `cache` | requests that found a fresh result |
/// | `cache_misses_total` | counter | `cache` | requests that found no result that may be served |
/// | `cache_stale_hits_total` | counter | `cache` | requests that were served a stale result |
/// | `cache_joined_total` | counter | `cache` | misses that waited for the call of another request |
/// | `cache_shared_hits_total` | counter | `cache` | misses that the shared tier answered |
/// | `cache_shared_errors_total` | counter | `cache` | operations of the shared tier that failed |
/// | `cache_evictions_total` | counter | `cache` | results that were removed to make room for others |
/// | `cache_bytes` | gauge | `cache` | bytes that count against the limit |
///
/// The metrics `cache_…` are reported by [`record_cache`](Self::record_cache), the others when something happens.
///
/// # The labels
///
/// | label | values |
/// |---|---|
/// | `outcome` of a decision | the [names](super::Outcome::as_str) of [`Outcome`](super::Outcome) |
/// | `outcome` of a call | the [names](super::CallOutcome::as_str) of [`CallOutcome`](super::CallOutcome) |
/// | `response_type` | the type of the gateway response, such as `ACCESS_DENIED`. Empty if there is none |
/// | `source` | the [names](super::ResultSource::as_str) of [`ResultSource`](super::ResultSource) |
/// | `authorizer` | the layer's [`authorizer_name`](crate::LambdaAuthorizerLayer::authorizer_name), or empty |
/// | `cache` | the name that you pass to [`record_cache`](Self::record_cache) |
///
/// To Prometheus, an empty label is the same as none. No label comes from a request: there is no path, resource, token or
/// principal. So the number of time series depends on your configuration only.
///
/// # Compared with API Gateway and Envoy
///
/// API Gateway's and Lambda's metrics, which are in Amazon CloudWatch:
///
/// | API Gateway, Lambda | here |
/// |---|---|
/// | `Count` | the sum of `decisions_total`, without `outcome="cancelled"` |
/// | `4XXError`, `4xx` | `decisions_total{outcome="refused"}`, without the two types of the next row. Responses of the service are not counted here |
/// | `5XXError`, `5xx` | `decisions_total{outcome="refused"}` with the `response_type` `AUTHORIZER_FAILURE` or `AUTHORIZER_CONFIGURATION_ERROR`, which are 500 unless you change it |
/// | `Latency`, `IntegrationLatency` | none, because they include the service. The authorizer's part is `authorizer_call_duration_seconds` |
/// | `CacheHitCount`, `CacheMissCount` | none: they count cached responses of the service. For the authorizer's results, API Gateway has no metrics |
/// | the function's `Invocations` | `authorizer_calls_total`. A function that is retried is invoked several times in one call |
/// | the function's `Errors` | `authorizer_calls_total` with another `outcome` than `answered` |
/// | the function's `Duration` | `authorizer_call_duration_seconds`, which includes the way to the function |
/// | the function's `ConcurrentExecutions` | `authorizer_calls_in_progress` |
///
/// Envoy's filter `ext_authz` asks its service for every request. So its counters are requests:
///
/// | Envoy | here |
/// |---|---|
/// | `ext_authz.ok` | `decisions_total{outcome="allowed"}` |
/// | `ext_authz.denied` | `decisions_total{outcome="refused"}`, without the types of `ext_authz.error` |
/// | `ext_authz.error` | `decisions_total{outcome="refused"}` with the `response_type` `AUTHORIZER_FAILURE` or `AUTHORIZER_CONFIGURATION_ERROR` |
/// | `ext_authz.timeout` | `authorizer_calls_total{outcome="timed_out"}`, which counts calls |
/// | `ext_authz.disabled` | `decisions_total` with the `outcome` `open` or `exempt` |
/// | `ext_authz.failure_mode_allowed` | none: a request is refused if its authorizer fails |
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
pub struct Metrics(());

impl Metrics {
    /// Describes the metrics to the exporter that is installed.
    ///
    /// An exporter that is installed later gets the metrics, too, but not their descriptions.
    #[must_use]
    pub fn new() -> Self {
        describe();
        Self(())
    }

    /// Reports a cache's statistics: [`AuthorizerResults::statistics`](crate::caching::AuthorizerResults::statistics).
    /// Call it before each scrape.
    ///
    /// The name is the label `cache`. It distinguishes caches, so layers that share a
    /// [`ResultCache`](crate::caching::ResultCache) need only one call.
    pub fn record_cache(&self, name: &str, statistics: &CacheStatistics) {
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
        #[expect(clippy::cast_precision_loss, reason = "no cache has 2^53 bytes")]
        let bytes = statistics.bytes as f64;
        gauge!(CACHE_BYTES, "cache" => name.to_owned()).set(bytes);
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
        let labels = vec![
            Label::from_static_parts("outcome", decision.outcome().as_str()),
            Label::from_static_parts("response_type", response_type),
            Label::from_static_parts("source", decision.source().as_str()),
            authorizer(decision.authorizer_name()),
        ];
        counter!(DECISIONS, labels).increment(1);
    }

    fn call_began(&self) {
        gauge!(CALLS_IN_PROGRESS).increment(1.0);
    }

    fn call_ended(&self, call: &AuthorizerCall<'_>) {
        gauge!(CALLS_IN_PROGRESS).decrement(1.0);
        let name = authorizer(call.authorizer_name());
        let outcome = Label::from_static_parts("outcome", call.outcome().as_str());
        counter!(CALLS, vec![outcome, name.clone()]).increment(1);
        histogram!(CALL_DURATION, vec![name]).record(call.latency());
    }
}

fn authorizer(name: Option<&str>) -> Label {
    Label::new("authorizer", name.unwrap_or_default().to_owned())
}

fn describe() {
    let counters = [
        (DECISIONS, "Requests, by what was decided"),
        (CALLS, "Calls of the authorizer that have ended"),
        (CACHE_HITS, "Requests that found a fresh result"),
        (
            CACHE_MISSES,
            "Requests that found no result that may be served",
        ),
        (CACHE_STALE_HITS, "Requests that were served a stale result"),
        (
            CACHE_JOINED,
            "Misses that waited for the call of another request",
        ),
        (CACHE_SHARED_HITS, "Misses that the shared tier answered"),
        (
            CACHE_SHARED_ERRORS,
            "Operations of the shared tier that failed",
        ),
        (
            CACHE_EVICTIONS,
            "Results that were removed to make room for others",
        ),
    ];
    for (name, description) in counters {
        describe_counter!(name, Unit::Count, description);
    }
    describe_gauge!(
        CALLS_IN_PROGRESS,
        Unit::Count,
        "Calls of the authorizer that have begun and not ended"
    );
    describe_histogram!(
        CALL_DURATION,
        Unit::Seconds,
        "How long calls of the authorizer took"
    );
    describe_gauge!(
        CACHE_BYTES,
        Unit::Bytes,
        "Bytes of results that count against the limit"
    );
}
