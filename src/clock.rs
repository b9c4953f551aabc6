//! The time, which a test can hold still and move.

use std::{
    fmt,
    sync::{Arc, LazyLock, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use crate::serial::Serial;

/// Where the layer reads the time: for conditions on `aws:CurrentTime` and the like, and for how long results
/// are kept.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use tower_lambda_authorizer::ManualClock;
///
/// let clock = ManualClock::new(SystemTime::UNIX_EPOCH);
/// let layers_clock = clock.clock();
/// clock.advance(Duration::from_secs(60));
/// assert_eq!(layers_clock.now(), SystemTime::UNIX_EPOCH + Duration::from_secs(60));
/// ```
#[derive(Clone, Default)]
pub struct Clock(Source);

#[derive(Clone, Default)]
enum Source {
    #[default]
    System,
    Manual(ManualClock),
}

impl Clock {
    /// The system's clock: the default.
    #[must_use]
    pub fn system() -> Self {
        Self::default()
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        match &self.0 {
            Source::System => SystemTime::now(),
            Source::Manual(clock) => clock.now(),
        }
    }
}

impl Clock {
    /// The time on a clock that never goes back: for how long results are kept.
    pub(crate) fn moment(&self) -> Instant {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        match &self.0 {
            Source::System => Instant::now(),
            Source::Manual(clock) => {
                let since = clock.now().duration_since(SystemTime::UNIX_EPOCH);
                let since = since.unwrap_or_default().min(LAST_MOMENT);
                START.checked_add(since).unwrap_or(*START)
            }
        }
    }
}

impl Clock {
    /// What tells it from others.
    pub(crate) fn distinction(&self) -> String {
        match &self.0 {
            Source::System => "system".to_owned(),
            Source::Manual(clock) => format!("manual {}", clock.serial),
        }
    }
}

const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

/// Of a manual clock. Leaves room for what is later.
const LAST_MOMENT: Duration = YEAR.saturating_mul(1_000_000);

/// So much later, but not more than a hundred years.
pub(crate) fn later(moment: Instant, by: Duration) -> Instant {
    const FAR: Duration = YEAR.saturating_mul(100);
    moment.checked_add(by.min(FAR)).unwrap_or(moment)
}

#[cfg(feature = "testing")]
impl Clock {
    /// The clock behind it, where a test can move it.
    pub(crate) fn manual(&self) -> Option<&ManualClock> {
        match &self.0 {
            Source::System => None,
            Source::Manual(clock) => Some(clock),
        }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Source::System => "Clock::System",
            Source::Manual(_) => "Clock::Manual",
        })
    }
}

/// A clock that stands still until it is moved. All clones show one time.
#[derive(Debug, Clone)]
pub struct ManualClock {
    time: Arc<Mutex<SystemTime>>,
    serial: Serial,
}

impl ManualClock {
    /// A clock that shows this time.
    #[must_use]
    pub fn new(time: SystemTime) -> Self {
        Self {
            time: Arc::new(Mutex::new(time)),
            serial: Serial::next(),
        }
    }

    /// This clock, for [`LambdaAuthorizerLayer::clock`](crate::LambdaAuthorizerLayer::clock).
    #[must_use]
    pub fn clock(&self) -> Clock {
        Clock(Source::Manual(self.clone()))
    }

    /// The time that it shows.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        *self.time.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves it forward, by a million years at the most.
    pub fn advance(&self, by: Duration) {
        let mut time = self.time.lock().unwrap_or_else(PoisonError::into_inner);
        *time = time.checked_add(by.min(LAST_MOMENT)).unwrap_or(*time);
    }

    /// Sets it, forward or back.
    pub fn set(&self, time: SystemTime) {
        *self.time.lock().unwrap_or_else(PoisonError::into_inner) = time;
    }
}
