//! Waits until nobody writes the files of a function any more: code that is half-written may allow more.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::stamp::{Seen, Stamp};

/// An event waits at most this long while somebody writes the files.
const MAX_WAIT: Duration = Duration::from_secs(1);

/// The files, as soon as they have not changed for a moment.
pub(super) async fn complete<F>(look: impl Fn() -> F) -> Result<Stamp, String>
where
    F: Future<Output = Seen>,
{
    let begun = Instant::now();
    loop {
        // The last look begins after that time, because a busy machine may have stopped this process meanwhile.
        let is_last = begun.elapsed() >= MAX_WAIT;
        let seen = look().await;
        if seen.rest_of_pause.is_zero() {
            return Ok(seen.stamp);
        }
        if is_last {
            return Err("its files are being written; let only its build write them".to_owned());
        }
        sleep(seen.rest_of_pause).await;
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use tokio::time::advance;

    use super::*;

    const PAUSE: Duration = Duration::from_millis(50);

    fn written_just_now() -> Seen {
        Seen {
            rest_of_pause: PAUSE,
            ..Seen::NOTHING
        }
    }

    #[tokio::test(start_paused = true)]
    async fn files_are_complete_after_a_pause() {
        let (begun, looks) = (Instant::now(), Cell::new(0));
        let stamp = complete(async || match looks.replace(looks.get() + 1) {
            0..3 => written_just_now(),
            _ => Seen::NOTHING,
        });
        assert_eq!(stamp.await, Ok(Seen::NOTHING.stamp));
        assert_eq!(begun.elapsed(), 3 * PAUSE);
    }

    #[tokio::test(start_paused = true)]
    async fn somebody_who_goes_on_writing_is_waited_for_a_second() {
        let begun = Instant::now();
        let error = complete(async || written_just_now()).await.unwrap_err();
        assert!(error.starts_with("its files are being written"), "{error}");
        assert_eq!(begun.elapsed(), MAX_WAIT);
    }

    /// A busy machine may stop the command while it looks, or while it waits.
    #[tokio::test(start_paused = true)]
    async fn a_stop_is_not_taken_for_somebody_who_writes() {
        let has_stopped = Cell::new(false);
        let stamp = complete(async || {
            if has_stopped.replace(true) {
                return Seen::NOTHING;
            }
            advance(2 * MAX_WAIT).await;
            written_just_now()
        });
        assert!(stamp.await.is_ok());
    }
}
