//! What everything in a world shares: the clock, the random numbers and the oracle.

use std::{
    panic,
    sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
    time::{Duration, SystemTime},
};

use fastrand::Rng;
use tower_lambda_authorizer::ManualClock;

use crate::oracle::Oracle;

/// The time in milliseconds since the world began.
pub(crate) type Millis = u64;

/// The beginning of the messages of intended panics.
pub(crate) const EXPECTED: &str = "soak:";

#[derive(Debug)]
pub(crate) struct Scene {
    pub(crate) clock: ManualClock,
    start: SystemTime,
    /// Locked during each poll, so that the clock stands still while a decision is made.
    moving: RwLock<()>,
    random: Mutex<Rng>,
    oracle: Mutex<Oracle>,
}

impl Scene {
    pub(crate) fn new(seed: u64) -> Self {
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        Self {
            clock: ManualClock::new(start),
            start,
            moving: RwLock::default(),
            random: Mutex::new(Rng::with_seed(seed)),
            oracle: Mutex::default(),
        }
    }

    pub(crate) fn now(&self) -> Millis {
        let since = self.clock.now().duration_since(self.start).unwrap();
        u64::try_from(since.as_millis()).unwrap()
    }

    /// The time in a policy's format, in seconds.
    pub(crate) fn date(&self, at: Millis) -> String {
        let since_1970 = self.start.duration_since(SystemTime::UNIX_EPOCH).unwrap();
        let seconds = since_1970.as_secs() + at / 1_000;
        let timestamp = jiff::Timestamp::from_second(i64::try_from(seconds).unwrap());
        timestamp.unwrap().to_string()
    }

    pub(crate) fn stand_still(&self) -> RwLockReadGuard<'_, ()> {
        self.moving.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn advance(&self, by: Duration) {
        let _alone: RwLockWriteGuard<'_, ()> =
            self.moving.write().unwrap_or_else(PoisonError::into_inner);
        self.clock.advance(by);
    }

    pub(crate) fn random<R>(&self, choose: impl FnOnce(&mut Rng) -> R) -> R {
        let mut random = self.random.lock().unwrap_or_else(PoisonError::into_inner);
        choose(&mut random)
    }

    pub(crate) fn oracle(&self) -> MutexGuard<'_, Oracle> {
        self.oracle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Hides intended panics from the standard error.
pub(crate) fn silence_expected_panics() {
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let payload = info.payload();
        let message = payload.downcast_ref::<&str>().copied();
        let message = message.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        if !message.is_some_and(|message| message.starts_with(EXPECTED)) {
            report(info);
        }
    }));
}
