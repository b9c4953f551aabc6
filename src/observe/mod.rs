//! Reports each decision: to `tracing`, to the application, and to the harness of a test.

mod access_log;
mod authorizer_call;
mod breaker_event;
mod call_start;
mod call_watch;
mod cancel_watch;
mod configuration;
mod decided;
mod decision;
mod ended;
#[cfg(feature = "tracing")]
pub(crate) mod events;
#[cfg(not(feature = "tracing"))]
#[path = "no_events.rs"]
pub(crate) mod events;
mod listeners;
#[cfg(feature = "metrics")]
mod metrics;
mod observer;
mod of_layer;
mod on_denial;
mod outcome;
mod refused;
mod reload_event;
mod revocation_event;
mod shared_tier_call;
mod shared_tier_watch;
#[cfg(feature = "tracing")]
mod spans;
#[cfg(not(feature = "tracing"))]
#[path = "no_spans.rs"]
mod spans;
#[cfg(feature = "testing")]
mod witness;
#[cfg(not(feature = "testing"))]
#[path = "no_witness.rs"]
mod witness;

#[cfg(feature = "metrics")]
pub use self::metrics::Metrics;
#[cfg(feature = "reload")]
pub(crate) use self::reload_event::notify_of_reload;
pub use self::{
    access_log::{AccessLog, LogFormat},
    authorizer_call::{AuthorizerCall, CallOutcome},
    breaker_event::{BreakerEvent, BreakerName, BreakerState},
    call_start::CallStart,
    configuration::LayerConfiguration,
    decision::Decision,
    observer::Observer,
    outcome::{Outcome, ResultSource},
    reload_event::ReloadEvent,
    revocation_event::{ForgottenReason, RevocationEvent, RevocationEventKind, RevocationKind},
    shared_tier_call::{SharedTierCall, SharedTierOperation, SharedTierOutcome},
};
pub(crate) use self::{
    call_watch::CallWatch,
    cancel_watch::CancelWatch,
    decided::Decided,
    listeners::{Listener, Listeners},
    observer::Observers,
    on_denial::OnDenial,
    refused::{refused, shadowed},
    shared_tier_watch::SharedTierWatch,
    witness::Witness,
};
