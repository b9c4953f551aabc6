//! Locks, atomics, the monotonic clock, timers and tasks: those of std and tokio. The model checks replace them, so that
//! they can run threads in every order and move the time.

#[cfg(all(test, shuttle))]
pub(crate) mod model;
#[cfg(not(all(test, shuttle)))]
mod real;

#[cfg(all(test, shuttle))]
pub(crate) use self::model::{now, runtime, sync, time};
#[cfg(all(feature = "shared-cache", not(all(test, shuttle))))]
pub(crate) use self::real::runtime;
#[cfg(not(all(test, shuttle)))]
pub(crate) use self::real::{now, sync, time};
