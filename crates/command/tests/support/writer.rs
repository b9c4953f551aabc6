//! A program that writes a file in two parts, again and again.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

/// The command takes a file for complete that nobody has written for 50 ms. The times of files may be late by 10 ms.
const PAUSE: Duration = Duration::from_millis(40);

/// How often a writer begins again that the machine has stopped for too long.
const MOST_ROUNDS: usize = 20;

/// What was seen while a file was half-written for most of the time.
pub(crate) struct Round<T> {
    pub(crate) seen: T,
    longest_pause: Duration,
}

impl<T> Round<T> {
    /// Writes the first part and then the rest until `look` has ended. The file is complete at the end.
    pub(crate) fn of(
        write_first: impl Fn() + Send,
        write_rest: impl Fn() + Send,
        look: impl FnOnce() -> T,
    ) -> Self {
        let ends = &AtomicBool::new(false);
        thread::scope(|scope| {
            let writer = scope.spawn(move || {
                let (mut before, mut longest_pause) = (Instant::now(), Duration::ZERO);
                while !ends.load(Ordering::Relaxed) {
                    let begun = Instant::now();
                    write_first();
                    thread::sleep(Duration::from_millis(5));
                    write_rest();
                    longest_pause = longest_pause.max(before.elapsed());
                    before = begun;
                }
                longest_pause
            });
            let seen = look();
            ends.store(true, Ordering::Relaxed);
            Self {
                seen,
                longest_pause: writer.join().unwrap(),
            }
        })
    }
}

/// Fails if half of a file was used although its writer made no pause. A busy machine can stop the writer for longer than
/// the command waits: then a round tells nothing, and there is another one.
#[track_caller]
pub(crate) fn is_never_used_by_half<T: std::fmt::Debug>(
    mut round: impl FnMut() -> Round<T>,
    is_half_used: impl Fn(&T) -> bool,
) {
    for _ in 0..MOST_ROUNDS {
        let Round {
            seen,
            longest_pause,
        } = round();
        if !is_half_used(&seen) {
            return;
        }
        assert!(
            longest_pause >= PAUSE,
            "{seen:?}, and the longest pause was {longest_pause:?}"
        );
    }
    crate::skipped::skipped("half-written files, because the machine stops whoever writes them");
}
