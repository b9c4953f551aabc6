//! Reports each decision: to `tracing`, to the application, and to the harness of a test.

mod access_log;
mod authorizer_call;
mod breaker_event;
mod call_start;
mod call_watch;
mod configuration;
mod decision;
mod ended;
#[cfg(feature = "tracing")]
mod events;
#[cfg(not(feature = "tracing"))]
#[path = "no_events.rs"]
mod events;
mod listeners;
#[cfg(feature = "metrics")]
mod metrics;
mod observer;
mod on_denial;
mod outcome;
mod reload_event;
mod revocation_event;
mod shared_tier_call;
mod shared_tier_watch;
#[cfg(feature = "tracing")]
mod spans;
#[cfg(not(feature = "tracing"))]
#[path = "no_spans.rs"]
mod spans;
mod tell;
#[cfg(feature = "testing")]
mod witness;
#[cfg(not(feature = "testing"))]
#[path = "no_witness.rs"]
mod witness;

#[cfg(feature = "openapi")]
pub(crate) use self::events::open;
#[cfg(feature = "shared-cache")]
pub(crate) use self::events::revocation_event;
#[cfg(feature = "metrics")]
pub use self::metrics::Metrics;
#[cfg(feature = "reload")]
pub(crate) use self::reload_event::tell_reloaded;
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
    events::{
        allowed, anonymous, authorizer_breaker, exempt, header_left_out, put_in_shadow, refused,
        shadowed, shared_tier_breaker,
    },
    listeners::{Listener, Listeners},
    observer::Observers,
    on_denial::{OnDenial, tell},
    shared_tier_watch::SharedTierWatch,
    tell::{CancelWatch, Decided, tell_refused, tell_shadowed},
    witness::Witness,
};
