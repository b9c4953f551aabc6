//! The names of all metrics, and what each means.

use metrics::{
    Unit::{self, Bytes, Count, Seconds},
    describe_counter, describe_gauge, describe_histogram,
};

pub(super) const DECISIONS: &str = "lambda_authorizer_decisions_total";
pub(super) const CALLS: &str = "lambda_authorizer_authorizer_calls_total";
pub(super) const CALLS_IN_PROGRESS: &str = "lambda_authorizer_authorizer_calls_in_progress";
pub(super) const CALL_DURATION: &str = "lambda_authorizer_authorizer_call_duration_seconds";
pub(super) const TIER_CALLS: &str = "lambda_authorizer_shared_tier_calls_total";
pub(super) const TIER_CALL_DURATION: &str = "lambda_authorizer_shared_tier_call_duration_seconds";
pub(super) const CACHE_HITS: &str = "lambda_authorizer_cache_hits_total";
pub(super) const CACHE_MISSES: &str = "lambda_authorizer_cache_misses_total";
pub(super) const CACHE_STALE_HITS: &str = "lambda_authorizer_cache_stale_hits_total";
pub(super) const CACHE_JOINED: &str = "lambda_authorizer_cache_joined_total";
pub(super) const CACHE_SHARED_HITS: &str = "lambda_authorizer_cache_shared_hits_total";
pub(super) const CACHE_SHARED_ERRORS: &str = "lambda_authorizer_cache_shared_errors_total";
pub(super) const CACHE_EVICTIONS: &str = "lambda_authorizer_cache_evictions_total";
pub(super) const CACHE_ENTRIES: &str = "lambda_authorizer_cache_entries";
pub(super) const CACHE_BYTES: &str = "lambda_authorizer_cache_bytes";

const COUNTERS: [(&str, &str); 10] = [
    (DECISIONS, "Requests, by what was decided"),
    (CALLS, "Calls of the authorizer that have ended"),
    (TIER_CALLS, "Calls of the shared tier that have ended"),
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

const GAUGES: [(&str, Unit, &str); 3] = [
    (
        CALLS_IN_PROGRESS,
        Count,
        "Calls of the authorizer that have begun and not ended",
    ),
    (CACHE_ENTRIES, Count, "Results in the cache"),
    (
        CACHE_BYTES,
        Bytes,
        "Bytes of results that count against the limit",
    ),
];

const HISTOGRAMS: [(&str, &str); 2] = [
    (CALL_DURATION, "How long calls of the authorizer took"),
    (TIER_CALL_DURATION, "How long calls of the shared tier took"),
];

/// Describes the metrics to the exporter.
pub(super) fn describe() {
    for (name, meaning) in COUNTERS {
        describe_counter!(name, Count, meaning);
    }
    for (name, unit, meaning) in GAUGES {
        describe_gauge!(name, unit, meaning);
    }
    for (name, meaning) in HISTOGRAMS {
        describe_histogram!(name, Seconds, meaning);
    }
}
