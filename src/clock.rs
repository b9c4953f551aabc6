//! The clock of a layer, and one for tests that stands still until it is moved.

use std::{
    fmt,
    hash::Hash,
    sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use crate::{primitives::now, serial::Serial};

/// The clock of a layer: the system's, or one that a test controls.
///
/// The layer reads it for conditions on the time, such as `aws:CurrentTime`, and to expire cached results.
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
    /// The system's clock. This is the default.
    #[must_use]
    pub fn system() -> Self {
        Self::default()
    }

    /// The current time.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        match &self.0 {
            Source::System => SystemTime::now(),
            Source::Manual(clock) => clock.now(),
        }
    }
}

impl Clock {
    /// The current moment of a monotonic clock, to expire cached results.
    pub(crate) fn moment(&self) -> Instant {
        match &self.0 {
            Source::System => now(),
            Source::Manual(clock) => clock.moment(),
        }
    }
}

impl Clock {
    /// The system's monotonic clock at `moment`, which this clock has just shown. Leases of revocations need it, since a
    /// manual clock stands still.
    pub(crate) fn system_moment(&self, moment: Instant) -> Instant {
        match &self.0 {
            Source::System => moment,
            Source::Manual(_) => now(),
        }
    }

    /// Differs for different clocks.
    pub(crate) fn distinction(&self) -> impl Hash + use<> {
        match &self.0 {
            Source::System => None,
            Source::Manual(clock) => Some(clock.serial),
        }
    }
}

const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

/// The latest moment of a manual clock. It leaves room to add durations.
const LAST_MOMENT: Duration = YEAR.saturating_mul(1_000_000);

/// Adds a duration of at most a hundred years.
pub(crate) fn later(moment: Instant, by: Duration) -> Instant {
    const FAR: Duration = YEAR.saturating_mul(100);
    moment.checked_add(by.min(FAR)).unwrap_or(moment)
}

#[cfg(feature = "testing")]
impl Clock {
    /// The manual clock, unless this is the system's clock.
    pub(crate) fn manual(&self) -> Option<&ManualClock> {
        match &self.0 {
            Source::System => None,
            Source::Manual(clock) => Some(clock),
        }
    }

    /// Whether this manual clock moves it.
    pub(crate) fn is(&self, clock: &ManualClock) -> bool {
        self.manual()
            .is_some_and(|own| Arc::ptr_eq(&own.shown, &clock.shown))
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

/// A clock for tests that stands still until it is moved. Its clones share the time.
///
/// ```
/// use std::time::Duration;
/// use tower_lambda_authorizer::{LambdaAuthorizerLayer, testing::{Harness, MockAuthorizer}};
///
/// # tokio_test::block_on(async {
/// let harness = Harness::new(LambdaAuthorizerLayer::token(MockAuthorizer::allowing()));
/// let clock = harness.clock(); // a `ManualClock`
/// let get = || harness.get("/pets").header("authorization", "t").send();
///
/// get().await.assert_invocations(1);
/// clock.advance(Duration::from_secs(299));
/// get().await.assert_invocations(1); // cached
/// clock.advance(Duration::from_secs(1));
/// get().await.assert_invocations(2); // five minutes are over
/// # });
/// ```
#[derive(Debug, Clone)]
pub struct ManualClock {
    shown: Arc<Mutex<Shown>>,
    serial: Serial,
}

#[derive(Debug, Clone, Copy)]
struct Shown {
    time: SystemTime,
    /// What the monotonic clock shows. It stands still while the machine is suspended, and never goes back.
    passed: Duration,
}

impl Shown {
    fn move_on(&mut self, by: Duration) {
        let by = by.min(LAST_MOMENT);
        self.time = self.time.checked_add(by).unwrap_or(self.time);
    }

    fn pass(&mut self, by: Duration) {
        self.passed = self.passed.saturating_add(by).min(LAST_MOMENT);
    }
}

impl ManualClock {
    /// Creates a clock that starts at this time.
    #[must_use]
    pub fn new(time: SystemTime) -> Self {
        Self {
            shown: Arc::new(Mutex::new(Shown {
                time,
                passed: Duration::ZERO,
            })),
            serial: Serial::next(),
        }
    }

    /// A [`Clock`] that shares this time, for [`LambdaAuthorizerLayer::clock`](crate::LambdaAuthorizerLayer::clock).
    #[must_use]
    pub fn clock(&self) -> Clock {
        Clock(Source::Manual(self.clone()))
    }

    /// The current time.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        self.shown().time
    }

    #[cold] // Keeps this code out of the path of the system's clock.
    fn moment(&self) -> Instant {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        START.checked_add(self.shown().passed).unwrap_or(*START)
    }

    /// Moves the clock forward, by at most a million years.
    pub fn advance(&self, by: Duration) {
        let mut shown = self.shown();
        shown.move_on(by);
        shown.pass(by);
    }

    /// Moves the clock forward as if the machine were suspended meanwhile: on Linux, the monotonic clock, by which results
    /// expire, stands still.
    pub fn suspend(&self, by: Duration) {
        self.shown().move_on(by);
    }

    /// Sets the clock to any time, forward or back. The monotonic clock, by which results expire, goes forward with it, but
    /// never back. So setting the clock back does not prolong a result.
    pub fn set(&self, time: SystemTime) {
        let mut shown = self.shown();
        let forward = time.duration_since(shown.time);
        shown.pass(forward.unwrap_or_default());
        shown.time = time;
    }

    fn shown(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
