//! Reports what happens to a log of revocations: to the observers of the layers that follow it, and to `tracing`.

use std::sync::atomic::{AtomicBool, Ordering};

use super::{page::Learned, table::Epoch};
use crate::observe::{
    ForgottenReason, Listener, Listeners, RevocationEvent,
    RevocationEventKind::{self, Forgotten, Heard, LeaseAcquired, LeaseLost},
    RevocationKind, events,
};

/// The layers that follow a log.
#[derive(Debug, Default)]
pub(super) struct LogEvents {
    listeners: Listeners,
    /// What was reported last.
    is_leased: AtomicBool,
}

/// What was read, and what the process knew before and after it.
pub(super) struct News<'n> {
    pub(super) before: Epoch,
    pub(super) after: Epoch,
    pub(super) learned: &'n Learned,
    /// Some entries were not read.
    pub(super) has_skipped: bool,
    /// What the intact entries revoke.
    pub(super) revoked: Vec<RevocationKind>,
}

impl LogEvents {
    /// Adds a layer. It is notified of the state of the lease, since that may not change for long.
    pub(super) fn add(&self, listener: &Listener) {
        if self.listeners.add(listener) && self.is_leased.load(Ordering::Acquire) {
            listener.notify(|observer, settings| {
                observer.revocation_event(&RevocationEvent::new(settings, LeaseAcquired));
            });
        }
    }

    pub(super) fn report(&self, kind: RevocationEventKind) {
        events::revocation_event(kind);
        self.listeners.notify(|observer, settings| {
            observer.revocation_event(&RevocationEvent::new(settings, kind));
        });
    }

    pub(super) fn lease_acquired(&self) {
        if !self.is_leased.swap(true, Ordering::AcqRel) {
            self.report(LeaseAcquired);
        }
    }

    pub(super) fn lease_lost(&self) {
        if self.is_leased.swap(false, Ordering::AcqRel) {
            self.report(LeaseLost);
        }
    }

    /// The log was read, or the process knows something about it without a read.
    pub(super) fn read(&self, news: News<'_>) {
        news.events().for_each(|kind| self.report(kind));
    }
}

impl News<'_> {
    pub(super) fn events(self) -> impl Iterator<Item = RevocationEventKind> {
        let forgotten = self.forgotten().map(Forgotten);
        // What a process reads when it joins is history.
        let is_history = self.before == Epoch::default();
        let heard = self.revoked.into_iter().filter(move |_| !is_history);
        heard.map(Heard).chain(forgotten)
    }

    /// The gravest reason. A process that joins has nothing to forget, but is notified of entries that are not intact.
    fn forgotten(&self) -> Option<ForgottenReason> {
        let is_joining = self.before == Epoch::default();
        if self.learned.is_lost {
            // Another read may have noticed it.
            (self.before != self.after).then_some(ForgottenReason::LogLost)
        } else if self.before.incarnation.is_known()
            && self.before.incarnation != self.after.incarnation
        {
            Some(ForgottenReason::LogReplaced)
        } else if self.learned.unreadable > 0 {
            Some(ForgottenReason::UnreadableEntry)
        } else if self.has_skipped && !is_joining {
            Some(ForgottenReason::TooManyEntries)
        } else if self.learned.stale > 0 && !is_joining {
            Some(ForgottenReason::StaleEntry)
        } else {
            None
        }
    }
}
