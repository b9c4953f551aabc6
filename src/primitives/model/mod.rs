//! What the model checks use: shuttle's threads, which it can switch at every lock and atomic, and a clock that stands
//! still until a model moves it.

pub(crate) mod runtime;
pub(crate) mod time;

use std::{env, sync::LazyLock, time::Instant};

pub(crate) use shuttle::sync;

/// The current moment of the model's clock.
pub(crate) fn now() -> Instant {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    *START + time::elapsed()
}

/// In how many orders to run a scene: so many, or the number in `MODEL_ITERATIONS`.
pub(crate) fn iterations(default: usize) -> usize {
    let asked = env::var("MODEL_ITERATIONS").ok();
    asked.map_or(default, |asked| asked.parse().unwrap())
}
