//! Layers whose observers are notified of changes that no request causes, or that one request causes for all layers:
//! those of a log of revocations, and of circuit breakers.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use super::{
    breaker_event::{BreakerEvent, BreakerName},
    observer::{Observer, Observers},
};
use crate::{breaker::Change, pipeline::settings::Settings};

/// A layer, as long as it is in use. Settings own what has listeners, so listeners do not own settings.
#[derive(Clone)]
pub(crate) struct Listener(Weak<Settings>);

/// Listeners without duplicates: layers with the same observers and the same name are one.
#[derive(Default)]
pub(crate) struct Listeners(Mutex<Vec<Listener>>);

impl Listener {
    pub(crate) fn new(settings: &Arc<Settings>) -> Self {
        Self(Arc::downgrade(settings))
    }

    pub(crate) fn notify(&self, notify: impl Fn(&dyn Observer, &Settings)) {
        let Some(settings) = self.0.upgrade() else {
            return;
        };
        if let Some(observers) = &settings.observers {
            observers.notify(|observer| notify(observer, &settings));
        }
    }

    /// Whether both have the same observers and name, so that one notification is enough.
    fn is_like(&self, settings: &Settings) -> bool {
        self.0.upgrade().is_some_and(|own| {
            let both = own.observers.as_ref().zip(settings.observers.as_ref());
            both.is_some_and(|(own, other)| Observers::are_same(own, other))
                && own.authorizer_name() == settings.authorizer_name()
        })
    }
}

impl Listeners {
    /// Adds a layer that has observers. Returns whether it is new.
    pub(crate) fn add(&self, listener: &Listener) -> bool {
        let settings = listener.0.upgrade();
        let Some(settings) = settings.filter(|settings| settings.observers.is_some()) else {
            return false;
        };
        let mut listeners = self.lock();
        if listeners.iter().any(|known| known.is_like(&settings)) {
            return false;
        }
        listeners.retain(|known| known.0.strong_count() > 0);
        listeners.push(listener.clone());
        true
    }

    /// Calls the observers of each layer. The list is not locked meanwhile, since an observer is the application's
    /// code.
    pub(crate) fn notify(&self, notify: impl Fn(&dyn Observer, &Settings)) {
        let listeners = self.lock().clone();
        for listener in listeners {
            listener.notify(&notify);
        }
    }

    /// Notifies the observers of all layers that have this circuit breaker.
    pub(crate) fn notify_of_breaker(&self, breaker: BreakerName, change: Change) {
        self.notify(|observer, settings| {
            observer.breaker_changed(&BreakerEvent {
                settings,
                breaker,
                change,
            });
        });
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Listener>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listener")
    }
}

impl fmt::Debug for Listeners {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} listeners", self.lock().len())
    }
}
