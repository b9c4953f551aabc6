//! The processor time of a thread, for tests of what something costs.

use std::{
    sync::LazyLock,
    time::{Duration, Instant},
};

/// For how long this thread has kept a processor busy. Unlike the time of day, this does not depend on what else the
/// machine does.
#[cfg(target_os = "linux")]
pub(crate) fn thread_time() -> Duration {
    let Ok(times) = std::fs::read_to_string("/proc/thread-self/schedstat") else {
        // A sandbox, or a kernel that does not count.
        return time();
    };
    let running = times.split(' ').next().unwrap();
    Duration::from_nanos(running.parse().unwrap())
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn thread_time() -> Duration {
    time()
}

/// Where nothing else is known, this has to do.
fn time() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed()
}
