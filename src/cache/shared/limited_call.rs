//! Limits calls to the tier, which is the application's code: a timeout ends them, and their panics become errors.

use std::{future::Future, pin::pin, time::Duration};

use super::SharedTierError;
use crate::{
    cache::tier_outcome::TierFault,
    contained::{
        Contained, Panicked, contain,
        deadline::{Deadline, DeadlineError},
    },
};

/// Calls the tier.
pub(super) async fn within<T, F>(
    timeout: Duration,
    call: impl FnOnce() -> F,
) -> Result<T, SharedTierError>
where
    F: Future<Output = Result<T, SharedTierError>>,
{
    let deadline = Deadline::after(timeout).map_err(not_in_time)?;
    let call = contain(call).map_err(panicked)?;
    let mut call = pin!(Contained::new(call));
    let answered = deadline.race(call.as_mut()).await;
    answered.map_err(not_in_time)?.map_err(panicked)?
}

fn panicked(_: Panicked) -> SharedTierError {
    SharedTierError::with(TierFault::Panicked, "the shared tier panicked")
}

fn not_in_time(late: DeadlineError) -> SharedTierError {
    match late {
        DeadlineError::TimedOut { limit } => SharedTierError::with(
            TierFault::TimedOut,
            format!("the shared tier did not answer within {limit:?}"),
        ),
        DeadlineError::NoTimer => SharedTierError::with(
            TierFault::NoTimer,
            "the shared tier's timeout needs tokio's timer: run inside a tokio runtime with \
             `enable_time`",
        ),
    }
}
