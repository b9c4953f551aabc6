//! Writes lines in a separate thread, so that a slow reader or disk does not delay requests. If it is too slow, lines
//! are left out.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, Sender, SyncSender, TrySendError, channel, sync_channel},
    },
    thread::{self, sleep},
    time::{Duration, Instant},
};

/// The most lines that wait to be written.
const WAITING: usize = 1_000;

/// How long to wait for a place while the program ends.
const BETWEEN_TRIES: Duration = Duration::from_millis(10);

pub(crate) struct LineWriter {
    messages: SyncSender<Message>,
    left_out: Arc<AtomicU64>,
}

enum Message {
    Line(String),
    /// Asks for a message when all lines before it are written.
    Flush(Sender<()>),
}

/// Where lines are written.
pub(crate) trait Output: Send + 'static {
    fn write(&mut self, line: &str);

    /// Says how many lines were left out before the next one.
    fn tell_left_out(&mut self, count: u64);
}

impl LineWriter {
    pub(crate) fn new(output: impl Output) -> Self {
        let (messages, waiting) = sync_channel(WAITING);
        let left_out = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&left_out);
        thread::spawn(move || write_all(&waiting, output, &counted));
        Self { messages, left_out }
    }

    pub(crate) fn write(&self, line: String) {
        if self.messages.try_send(Message::Line(line)).is_err() {
            self.left_out.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Waits until everything is written, or until this time has passed: a reader may have stopped.
    pub(crate) fn flush(&self, within: Duration) {
        let begun = Instant::now();
        let (written, is_written) = channel();
        let mut flush = Message::Flush(written);
        while let Err(TrySendError::Full(unsent)) = self.messages.try_send(flush) {
            if begun.elapsed() > within {
                return;
            }
            flush = unsent;
            sleep(BETWEEN_TRIES);
        }
        let _ = is_written.recv_timeout(within.saturating_sub(begun.elapsed()));
    }
}

fn write_all(waiting: &Receiver<Message>, mut output: impl Output, left_out: &AtomicU64) {
    for message in waiting {
        match message {
            Message::Line(line) => output.write(&line),
            Message::Flush(written) => {
                let _ = written.send(());
            }
        }
        let count = left_out.swap(0, Ordering::Relaxed);
        if count > 0 {
            output.tell_left_out(count);
        }
    }
}
