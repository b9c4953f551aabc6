//! Notifies the observers of a decision.

use std::sync::Arc;

use http::request::Parts;

use super::{decision::Decision, ended::Ended, outcome::Outcome};
use crate::{
    cache::Cached,
    pipeline::{Asked, settings::Settings},
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
            self.notify(Ended::Allowed { result, asked });
        }
    }

    /// The request is let through without a result, or is dropped before its decision.
    pub(crate) fn without_result(self, outcome: Outcome) {
        if self.settings.observers.is_some() {
            self.notify(Ended::Without(outcome));
        }
    }

    #[cold]
    #[inline(never)] // A request without observers does not pay for it.
    pub(super) fn notify(self, ended: Ended<'d>) {
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
        observers.notify(|observer| observer.decided(&decision));
    }
}
