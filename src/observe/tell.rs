//! Notifies the observers of a decision. Each function is for one place in the code where a decision ends.

use std::sync::Arc;

use bytes::Bytes;
use http::{Response, request::Parts};

use super::{decision::Decision, ended::Ended, events, outcome::Outcome};
use crate::{
    cache::Cached,
    explanation::Denial,
    pipeline::{Asked, Pending, settings::Settings},
    request::{context::Arrival, resource::ResourceMatch},
};

/// A request whose decision is made.
#[derive(Clone, Copy)]
pub(crate) struct Decided<'d> {
    pub(crate) settings: &'d Settings,
    pub(crate) parts: &'d Parts,
    pub(crate) matched: Option<&'d ResourceMatch>,
    pub(crate) arrival: &'d Arrival,
}

impl<'d> Decided<'d> {
    /// A result allows the request.
    pub(crate) fn allowed(self, result: &'d Arc<Cached>, asked: impl FnOnce() -> Asked) {
        if self.settings.observers.is_some() {
            let asked = asked();
            self.tell(Ended::Allowed { result, asked });
        }
    }

    /// The request is let through without a result, or is dropped before its decision.
    pub(crate) fn without_result(self, outcome: Outcome) {
        if self.settings.observers.is_some() {
            self.tell(Ended::Without(outcome));
        }
    }

    #[cold]
    #[inline(never)] // A request without observers does not pay for it.
    fn tell(self, ended: Ended<'d>) {
        let Some(observers) = &self.settings.observers else {
            return;
        };
        let decision = Decision {
            settings: self.settings,
            parts: self.parts,
            matched: self.matched,
            arrival: self.arrival,
            ended,
        };
        observers.tell(|observer| observer.decided(&decision));
    }
}

/// A request is refused with this response.
pub(crate) fn tell_refused(denial: &Denial, response: &Response<Bytes>) {
    tell_denial(denial, Ended::Refused { denial, response });
}

/// A layer in shadow lets a request through that it would have refused.
pub(crate) fn tell_shadowed(denial: &Denial) {
    tell_denial(denial, Ended::Shadowed(denial));
}

fn tell_denial<'d>(denial: &'d Denial, ended: Ended<'d>) {
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
    decided.tell(ended);
}

/// Holds a request that waits for the authorizer, and notifies `tracing` and the observers if it is dropped.
pub(crate) struct CancelWatch(Option<(Pending, Arc<Settings>)>);

impl CancelWatch {
    pub(crate) fn new(pending: Pending, settings: &Arc<Settings>) -> Self {
        Self(Some((pending, Arc::clone(settings))))
    }

    /// The call has ended, so there will be a decision.
    pub(crate) fn stop(mut self) -> (Pending, Arc<Settings>) {
        self.0.take().expect("only this takes it")
    }
}

impl Drop for CancelWatch {
    fn drop(&mut self) {
        let Some((pending, settings)) = self.0.take() else {
            return;
        };
        events::cancelled();
        if settings.observers.is_none() {
            return;
        }
        // With its extensions again, which may have the client's address.
        let returned = pending.returned();
        let facts = returned.facts();
        let decided = Decided {
            settings: &settings,
            parts: &facts.parts,
            matched: Some(&facts.matched),
            arrival: &Arrival::at(facts.arrival),
        };
        decided.without_result(Outcome::Cancelled);
    }
}
