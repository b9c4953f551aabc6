//! The record of a request's decision, which the harness reads.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use crate::{
    authorizer::AuthorizerContext,
    clock::{Clock, ManualClock},
    explanation::Denial,
};

/// The record travels in the request's extensions.
#[derive(Clone)]
pub(crate) struct Trail(Arc<Notes>);

struct Notes {
    decision: Mutex<Option<Decision>>,
    /// How often an authorizer was invoked for this request.
    asked: AtomicUsize,
    /// How often an authorizer was invoked for any request of the harness.
    asked_in_all: Arc<AtomicUsize>,
    /// The clock that the test moves.
    clock: Option<ManualClock>,
    /// Whether a layer has another clock than that.
    is_clock_another: AtomicBool,
}

/// The decision of the last layer that saw the request.
#[derive(Clone)]
pub(crate) enum Decision {
    Passed(AuthorizerContext),
    Refused(Box<Denial>),
    /// Let through by a layer in shadow, which would have refused it.
    Shadowed(Box<Denial>),
}

impl Trail {
    pub(super) fn new(asked_in_all: Arc<AtomicUsize>, clock: Option<ManualClock>) -> Self {
        Self(Arc::new(Notes {
            decision: Mutex::default(),
            asked: AtomicUsize::new(0),
            asked_in_all,
            clock,
            is_clock_another: AtomicBool::new(false),
        }))
    }

    /// The layer that decides has this clock.
    pub(crate) fn clock_was(&self, clock: &Clock) {
        let moved = self.0.clock.as_ref();
        if moved.is_some_and(|moved| !clock.is(moved)) {
            self.0.is_clock_another.store(true, Ordering::SeqCst);
        }
    }

    pub(crate) fn asked(&self) {
        self.0.asked.fetch_add(1, Ordering::SeqCst);
        self.0.asked_in_all.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn passed(&self, caller: &AuthorizerContext) {
        self.decided(Decision::Passed(caller.clone()));
    }

    pub(crate) fn refused(&self, denial: &Denial) {
        self.clock_was(denial.clock());
        self.decided(Decision::Refused(Box::new(denial.clone())));
    }

    pub(crate) fn shadowed(&self, denial: &Denial) {
        self.clock_was(denial.clock());
        self.decided(Decision::Shadowed(Box::new(denial.clone())));
    }

    fn decided(&self, decision: Decision) {
        let noted = self.0.decision.lock();
        *noted.unwrap_or_else(PoisonError::into_inner) = Some(decision);
    }

    /// `None` if no layer saw the request.
    pub(super) fn decision(&self) -> Option<Decision> {
        let noted = self.0.decision.lock();
        noted.unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn is_clock_another(&self) -> bool {
        self.0.is_clock_another.load(Ordering::SeqCst)
    }

    pub(super) fn times_asked(&self) -> usize {
        self.0.asked.load(Ordering::SeqCst)
    }

    pub(super) fn times_asked_in_all(&self) -> usize {
        self.0.asked_in_all.load(Ordering::SeqCst)
    }
}
