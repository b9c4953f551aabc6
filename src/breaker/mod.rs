//! The state of a circuit breaker. It needs no timer and reads no clock: the time is an argument of each call.

mod settings;
#[cfg(test)]
mod tests;

use std::{
    collections::HashSet,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

pub use self::settings::CircuitBreaker;
use crate::clock::later;

pub(crate) struct Breaker {
    settings: CircuitBreaker,
    /// Whether it closes by itself if nothing has confirmed the outage for the longest pause.
    forgets: bool,
    state: Mutex<State>,
}

struct State {
    phase: Phase,
    /// Counts the changes of the phase. The result of a call that began in an earlier phase is ignored.
    generation: u64,
}

enum Phase {
    Closed {
        failures: u32,
        witnesses: HashSet<u64>,
    },
    Open {
        failures: u32,
        witnesses: HashSet<u64>,
        pause: Duration,
        until: Instant,
        /// When the probing call began.
        probe: Option<Instant>,
    },
}

/// Whether a failure counts as a sign that other calls would fail, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Blame {
    /// It counts.
    Counts,
    /// It counts, unless a failure with this number was counted before.
    CountsOnce(u64),
    /// It does not count.
    Nothing,
}

/// The calls are paused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Paused {
    /// How many failures in a row have opened the breaker.
    pub(crate) failures: u32,
    /// The rest of the pause. Zero if another call is probing.
    pub(crate) remaining: Duration,
}

/// What a call has changed, for events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    Opened {
        failures: u32,
        pause: Duration,
    },
    /// This call probes.
    Probes,
    Closed,
}

/// A call that may be made. If it is dropped without an end, it has found out nothing.
pub(crate) struct Permit<'b> {
    breaker: &'b Breaker,
    generation: u64,
    /// What the permission has changed, if anything.
    pub(crate) change: Option<Change>,
}

impl Breaker {
    pub(crate) fn new(settings: CircuitBreaker) -> Self {
        Self {
            settings,
            forgets: false,
            state: Mutex::new(State {
                phase: Phase::closed(),
                generation: 0,
            }),
        }
    }

    /// A breaker that closes by itself if nothing has confirmed the outage for the longest pause.
    pub(crate) fn forgetting(settings: CircuitBreaker) -> Self {
        Self {
            forgets: true,
            ..Self::new(settings)
        }
    }

    pub(crate) fn settings(&self) -> CircuitBreaker {
        self.settings
    }

    /// Whether calls are paused, or one of them probes.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self.lock().phase, Phase::Open { .. })
    }

    /// Asks to make a call. During a pause no call is permitted, and after it one at a time.
    pub(crate) fn permit(&self, now: Instant) -> Result<Permit<'_>, Paused> {
        let mut state = self.lock();
        let mut change = None;
        if let Phase::Open {
            failures,
            pause,
            until,
            probe,
            ..
        } = &mut state.phase
        {
            // A probe that takes longer than the pause does not keep others from probing.
            let is_probed = probe.is_some_and(|began| now < later(began, *pause));
            if self.forgets && now >= later(*until, self.settings.longest_pause) {
                state.enter(Phase::closed());
                change = Some(Change::Closed);
            } else if now < *until || is_probed {
                return Err(Paused {
                    failures: *failures,
                    remaining: until.saturating_duration_since(now),
                });
            } else {
                *probe = Some(now);
                change = Some(Change::Probes);
            }
        }
        Ok(Permit {
            breaker: self,
            generation: state.generation,
            change,
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit<'_> {
    /// The call has an answer.
    pub(crate) fn answered(self) -> Option<Change> {
        let mut state = self.current()?;
        match &mut state.phase {
            Phase::Closed {
                failures,
                witnesses,
            } => {
                *failures = 0;
                witnesses.clear();
                None
            }
            Phase::Open { .. } => {
                state.enter(Phase::closed());
                Some(Change::Closed)
            }
        }
    }

    /// The call has failed.
    pub(crate) fn failed(self, now: Instant, blame: Blame) -> Option<Change> {
        let settings = self.breaker.settings;
        let mut state = self.current()?;
        let (failures, witnesses, pause) = match &mut state.phase {
            Phase::Closed {
                failures,
                witnesses,
            } => (failures, witnesses, settings.pause),
            Phase::Open {
                failures,
                witnesses,
                pause,
                ..
            } => (failures, witnesses, pause.saturating_mul(2)),
        };
        let counts = match blame {
            Blame::Counts => true,
            Blame::CountsOnce(witness) => witnesses.insert(witness),
            Blame::Nothing => false,
        };
        if !counts {
            return None; // Dropping the permit lets another call probe.
        }
        *failures = failures.saturating_add(1);
        let failures = *failures;
        if failures < settings.failures {
            return None;
        }
        let pause = pause.min(settings.longest_pause);
        let witnesses = std::mem::take(witnesses);
        state.enter(Phase::Open {
            failures,
            witnesses,
            pause,
            until: later(now, pause),
            probe: None,
        });
        Some(Change::Opened { failures, pause })
    }

    /// The state, unless it has changed since the call began.
    fn current(&self) -> Option<MutexGuard<'_, State>> {
        let state = self.breaker.lock();
        (state.generation == self.generation).then_some(state)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if let Some(mut state) = self.current() {
            if let Phase::Open { probe, .. } = &mut state.phase {
                *probe = None;
            }
        }
    }
}

impl State {
    fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.generation += 1;
    }
}

impl Phase {
    fn closed() -> Self {
        Self::Closed {
            failures: 0,
            witnesses: HashSet::new(),
        }
    }
}

impl fmt::Debug for Breaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Breaker");
        shown
            .field("settings", &self.settings)
            .field("is_open", &self.is_open())
            .finish_non_exhaustive()
    }
}
