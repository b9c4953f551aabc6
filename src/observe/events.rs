//! The `tracing` events of decisions and of changes between them. Fields are computed only if the event is enabled.

use http::{HeaderName, request::Parts};
use tracing::{Level, debug, enabled, error, event, info, trace, warn};

#[cfg(feature = "shared-cache")]
use super::revocation_event::RevocationEventKind;
use crate::{
    breaker::Change,
    explanation::{Denial, Remedy},
    gateway_response::ResponseType,
    pipeline::{Asked, Target, settings::Settings},
    policy::OneLine,
    request::{context::Arrival, resource::ResourceMatch},
};

pub(super) const TARGET: &str = "tower_lambda_authorizer";

/// Emits the event of a refusal, if its level is enabled.
macro_rules! refusal {
    ($level:expr, $decision:literal, $denial:ident) => {
        if enabled!(target: TARGET, $level) {
            let explanation = $denial.short_explanation();
            let response = explanation.response();
            event!(
                target: TARGET,
                $level,
                decision = $decision,
                response_type = $denial.response_type().as_str(),
                reason = $denial.reason().name(),
                status = response.map(|response| response.status().as_u16()),
                method_arn = %OneLine(explanation.method_arn()),
                cache = name($denial.asked()),
                remedy = explanation.remedies().first().map(Remedy::text),
                "{}",
                OneLine($denial)
            );
        }
    };
}

/// A request is let through.
pub(crate) fn allowed(
    settings: &Settings,
    parts: &Parts,
    matched: Option<&ResourceMatch>,
    asked: impl FnOnce() -> Asked,
) {
    if !enabled!(target: TARGET, Level::TRACE) {
        return;
    }
    let arrival = Arrival::default();
    let uri = settings.reader.context(parts, matched, &arrival).uri;
    let method_arn = Target::new(settings, parts, uri).matched_arn();
    trace!(
        target: TARGET,
        decision = "allow",
        method_arn = %OneLine(method_arn.as_str()),
        cache = name(asked()),
        "let through"
    );
}

/// A preflight is let through without authorization.
pub(crate) fn exempt() {
    trace!(target: TARGET, decision = "exempt", "a CORS preflight was let through");
}

/// A request without credentials is let through.
pub(crate) fn anonymous() {
    trace!(target: TARGET, decision = "anonymous", "a request without credentials was let through");
}

/// A request to an operation without an authorizer is let through, or one to an unknown operation.
#[cfg(feature = "openapi")]
pub(crate) fn open() {
    trace!(target: TARGET, decision = "open", "a request that has no authorizer was let through");
}

/// A request is dropped while it waits for the authorizer.
pub(crate) fn cancelled() {
    trace!(target: TARGET, decision = "cancelled", "a request was dropped while it waited for the authorizer");
}

/// A request is refused. If the client is at fault the level is `DEBUG`, and if the authorizer is broken it is `ERROR`.
pub(crate) fn refused(denial: &Denial) {
    if is_broken(denial) {
        refusal!(Level::ERROR, "refuse", denial);
    } else {
        refusal!(Level::DEBUG, "refuse", denial);
    }
}

/// A layer in shadow lets a request through that it would have refused. The level is `INFO`, since these events are what
/// shadow is for, or `ERROR`.
pub(crate) fn shadowed(denial: &Denial) {
    if is_broken(denial) {
        refusal!(Level::ERROR, "shadow", denial);
    } else {
        refusal!(Level::INFO, "shadow", denial);
    }
}

/// A layer is put in shadow.
pub(crate) fn put_in_shadow() {
    warn!(
        target: TARGET,
        "a layer is in shadow: it lets every request through, and only reports what it would have refused"
    );
}

fn is_broken(denial: &Denial) -> bool {
    matches!(
        denial.response_type(),
        ResponseType::AuthorizerConfigurationError | ResponseType::AuthorizerFailure
    )
}

/// The circuit breaker of the shared tier opens or closes.
pub(crate) fn shared_tier_breaker(authorizer: &str, change: Change) {
    match change {
        Change::Opened { failures, pause } => warn!(
            target: TARGET,
            authorizer,
            "the shared tier is not asked for {pause:?}, because its last {failures} calls failed"
        ),
        Change::Probes => {
            debug!(target: TARGET, authorizer, "a call probes whether the shared tier answers again");
        }
        Change::Closed => info!(target: TARGET, authorizer, "the shared tier is asked again"),
    }
}

/// The circuit breaker of the authorizer opens or closes.
pub(crate) fn authorizer_breaker(change: Change) {
    match change {
        Change::Opened { failures, pause } => error!(
            target: TARGET,
            "the authorizer is not asked for {pause:?}, because its last {failures} calls failed"
        ),
        Change::Probes => {
            debug!(target: TARGET, "a call probes whether the authorizer answers again");
        }
        Change::Closed => info!(target: TARGET, "the authorizer is asked again"),
    }
}

/// Something has happened to a log of revocations.
#[cfg(feature = "shared-cache")]
pub(crate) fn revocation_event(kind: RevocationEventKind) {
    use RevocationEventKind::{Forgotten, Heard, LeaseAcquired, LeaseLost, Published, ReadFailed};

    match kind {
        Published(kind) => {
            debug!(target: TARGET, kind = kind.as_str(), "a revocation was published");
        }
        Heard(kind) => {
            debug!(target: TARGET, kind = kind.as_str(), "a revocation was read in the log");
        }
        ReadFailed => debug!(target: TARGET, "the log of revocations could not be read"),
        LeaseAcquired => {
            info!(target: TARGET, "the log of revocations is read, so results in memory are used");
        }
        LeaseLost => warn!(
            target: TARGET,
            "the log of revocations cannot be read, so results in memory are not used until it is"
        ),
        Forgotten(reason) => warn!(
            target: TARGET,
            reason = reason.as_str(),
            "earlier results are not used any more, because of what was found in the log of revocations"
        ),
    }
}

/// A handle has replaced the settings.
#[cfg(feature = "reload")]
pub(crate) fn reloaded(authorizer: &str) {
    info!(target: TARGET, authorizer, "the settings of a layer were replaced");
}

/// A mapped header is left out, because its value is not a valid header value.
pub(crate) fn header_left_out(header: &HeaderName) {
    warn!(target: TARGET, %header, "a mapped header is left out, because its value is not a valid header value");
}

fn name(asked: Asked) -> &'static str {
    match asked {
        Asked::Not => "not_asked",
        Asked::Kept { .. } => "hit",
        Asked::Called { .. } => "missed",
        Asked::Joined { .. } => "joined",
    }
}
