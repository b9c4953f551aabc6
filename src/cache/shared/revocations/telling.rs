//! Tells observers what happens to a log.

use std::sync::atomic::{AtomicBool, Ordering};

use super::{page::Learned, table::Epoch};
use crate::observe::{
    self, ForgottenReason, Listener, Listeners, RevocationEvent,
    RevocationEventKind::{self, Forgotten, Heard, LeaseAcquired, LeaseLost},
    RevocationKind,
};

#[derive(Debug, Default)]
pub(super) struct Telling {
    listeners: Listeners,
    /// What was told last.
    is_leased: AtomicBool,
}

/// What was read, and what the process knew before and after it.
pub(super) struct News<'n> {
    pub(super) before: Epoch,
    pub(super) after: Epoch,
    pub(super) learned: &'n Learned,
    /// Some entries were not read.
    pub(super) has_skipped: bool,
    /// What the entries revoke that are intact.
    pub(super) revoked: Vec<RevocationKind>,
}

impl Telling {
    /// Adds a layer. It is notified of the state of the lease, since that may not change for long.
    pub(super) fn add(&self, listener: &Listener) {
        if self.listeners.add(listener) && self.is_leased.load(Ordering::Acquire) {
            listener.tell(|observer, settings| {
                observer.revocation_event(&RevocationEvent::new(settings, LeaseAcquired));
            });
        }
    }

    pub(super) fn tell(&self, kind: RevocationEventKind) {
        observe::revocation_event(kind);
        self.listeners.tell(|observer, settings| {
            observer.revocation_event(&RevocationEvent::new(settings, kind));
        });
    }

    pub(super) fn tell_lease_acquired(&self) {
        if !self.is_leased.swap(true, Ordering::AcqRel) {
            self.tell(LeaseAcquired);
        }
    }

    pub(super) fn tell_lease_lost(&self) {
        if self.is_leased.swap(false, Ordering::AcqRel) {
            self.tell(LeaseLost);
        }
    }

    pub(super) fn read(&self, news: News<'_>) {
        news.events().for_each(|kind| self.tell(kind));
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
