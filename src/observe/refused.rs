//! Reports a refusal: to `tracing`, to the application's `on_denial`, to the observers, and to the harness of a test.

use bytes::Bytes;
use http::Response;

use super::{decided::Decided, ended::Ended, events, on_denial::call_on_denial, witness::Witness};
use crate::{explanation::Denial, request::context::Arrival};

/// A request is refused with this response.
pub(crate) fn refused(denial: &Denial, response: &Response<Bytes>, witness: &Witness) {
    events::refused(denial);
    call_on_denial(denial);
    notify(denial, Ended::Refused { denial, response });
    witness.refused(denial);
}

/// A layer in shadow lets a request through that it would have refused.
pub(crate) fn shadowed(denial: &Denial, witness: &Witness) {
    events::shadowed(denial);
    call_on_denial(denial);
    notify(denial, Ended::Shadowed(denial));
    witness.shadowed(denial);
}

fn notify<'d>(denial: &'d Denial, ended: Ended<'d>) {
    let circumstances = denial.circumstances();
    if circumstances.settings.observers.is_none() {
        return;
    }
    let decided = Decided {
        settings: &circumstances.settings,
        parts: &circumstances.parts,
        matched: Some(&circumstances.matched),
        arrival: &Arrival::at(circumstances.noted),
    };
    decided.notify(ended);
}
