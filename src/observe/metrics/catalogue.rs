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
pub(super) const REVOCATIONS: &str = "lambda_authorizer_revocations_total";
pub(super) const REVOCATION_READ_ERRORS: &str = "lambda_authorizer_revocation_read_errors_total";
pub(super) const REVOCATION_LEASE: &str = "lambda_authorizer_revocation_lease";
pub(super) const REVOCATION_LEASE_LOST: &str = "lambda_authorizer_revocation_lease_lost_total";
pub(super) const FORGOTTEN: &str = "lambda_authorizer_forgotten_total";
pub(super) const BREAKER_OPEN: &str = "lambda_authorizer_breaker_open";
pub(super) const BREAKER_CHANGES: &str = "lambda_authorizer_breaker_changes_total";
pub(super) const RELOADS: &str = "lambda_authorizer_reloads_total";
pub(super) const CACHE_HITS: &str = "lambda_authorizer_cache_hits_total";
pub(super) const CACHE_MISSES: &str = "lambda_authorizer_cache_misses_total";
pub(super) const CACHE_STALE_HITS: &str = "lambda_authorizer_cache_stale_hits_total";
pub(super) const CACHE_JOINED: &str = "lambda_authorizer_cache_joined_total";
pub(super) const CACHE_SHARED_HITS: &str = "lambda_authorizer_cache_shared_hits_total";
pub(super) const CACHE_SHARED_ERRORS: &str = "lambda_authorizer_cache_shared_errors_total";
pub(super) const CACHE_EVICTIONS: &str = "lambda_authorizer_cache_evictions_total";
pub(super) const CACHE_ENTRIES: &str = "lambda_authorizer_cache_entries";
pub(super) const CACHE_BYTES: &str = "lambda_authorizer_cache_bytes";

const COUNTERS: [(&str, &str); 16] = [
    (DECISIONS, "Requests, by what was decided"),
    (CALLS, "Calls to the authorizer that have ended"),
    (TIER_CALLS, "Calls to the shared tier that have ended"),
    (
        REVOCATIONS,
        "Revocations that this process has published, and read in the log",
    ),
    (
        REVOCATION_READ_ERRORS,
        "Reads of the log of revocations that failed",
    ),
    (
        REVOCATION_LEASE_LOST,
        "How often the log of revocations was not read for as long as the bound",
    ),
    (
        FORGOTTEN,
        "How often earlier results were not used any more, without a revocation",
    ),
    (
        BREAKER_CHANGES,
        "Changes of circuit breakers, by the new state",
    ),
    (RELOADS, "How often a handle has replaced the settings"),
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

const GAUGES: [(&str, Unit, &str); 5] = [
    (
        CALLS_IN_PROGRESS,
        Count,
        "Calls to the authorizer that have begun and not ended",
    ),
    (
        REVOCATION_LEASE,
        Count,
        "1 if the log of revocations was read within the bound, so that results in memory are used",
    ),
    (
        BREAKER_OPEN,
        Count,
        "1 if the circuit breaker is open or probes",
    ),
    (CACHE_ENTRIES, Count, "Results in the cache"),
    (
        CACHE_BYTES,
        Bytes,
        "Bytes of results that count against the limit",
    ),
];

const HISTOGRAMS: [(&str, &str); 2] = [
    (CALL_DURATION, "How long calls to the authorizer took"),
    (TIER_CALL_DURATION, "How long calls to the shared tier took"),
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
