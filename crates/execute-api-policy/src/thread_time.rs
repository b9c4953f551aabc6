//! For tests of what something costs.

use std::time::Duration;

/// For how long this thread has kept a processor busy. Unlike the time of day, this does not depend on what else the
/// machine does.
#[cfg(target_os = "linux")]
pub(crate) fn thread_time() -> Duration {
    let times = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    let running = times.split(' ').next().unwrap();
    Duration::from_nanos(running.parse().unwrap())
}

/// Here, the time of day has to do.
#[cfg(not(target_os = "linux"))]
pub(crate) fn thread_time() -> Duration {
    static START: std::sync::LazyLock<std::time::Instant> =
        std::sync::LazyLock::new(std::time::Instant::now);
    START.elapsed()
}
