//! Reports each decision: to `tracing`, to the application, and to the harness of a test.

#[cfg(feature = "tracing")]
mod events;
#[cfg(not(feature = "tracing"))]
#[path = "no_events.rs"]
mod events;
mod on_denial;
#[cfg(feature = "testing")]
mod witness;
#[cfg(not(feature = "testing"))]
#[path = "no_witness.rs"]
mod witness;

pub(crate) use self::{
    events::{allowed, anonymous, exempt, header_left_out, refused, shadow_begins, shadowed},
    on_denial::{OnDenial, tell},
    witness::Witness,
};
