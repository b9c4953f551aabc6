//! The lines that a server writes while it serves, on the standard error.
//!
//! A thread of its own writes them, so that a reader that is slow does not delay requests. If it is too slow, lines are left
//! out, and a line says how many.

use std::sync::{
    OnceLock,
    atomic::{AtomicU64, Ordering},
    mpsc::{Receiver, Sender, SyncSender, channel, sync_channel},
};

use crate::failure::in_one_line;
use crate::output::{BAD, DOUBTFUL, with_beginning};

/// As many lines wait to be written.
const WAITING: usize = 1_000;

static LEFT_OUT: AtomicU64 = AtomicU64::new(0);

enum Message {
    Line(String),
    /// Tells when all lines before it are written.
    Flush(Sender<()>),
}

/// Begins with the status, which is coloured.
pub(crate) fn refusal(line: &str) {
    write(with_beginning(BAD, ' ', line));
}

pub(crate) fn note(text: &str) {
    write(format!("{DOUBTFUL}note{DOUBTFUL:#}: {text}"));
}

pub(crate) fn error(text: &str) {
    write(format!("{BAD}error{BAD:#}: {text}"));
}

/// A line that a function has printed.
pub(crate) fn of_function(name: &str, line: &str) {
    write(format!("[{name}] {}", in_one_line(line)));
}

/// Waits until everything is written.
pub(crate) fn flush() {
    let (written, is_written) = channel();
    if lines().send(Message::Flush(written)).is_ok() {
        let _ = is_written.recv();
    }
}

fn write(line: String) {
    if lines().try_send(Message::Line(line)).is_err() {
        LEFT_OUT.fetch_add(1, Ordering::Relaxed);
    }
}

fn lines() -> &'static SyncSender<Message> {
    static LINES: OnceLock<SyncSender<Message>> = OnceLock::new();
    LINES.get_or_init(|| {
        let (lines, waiting) = sync_channel(WAITING);
        std::thread::spawn(move || write_all(&waiting));
        lines
    })
}

fn write_all(waiting: &Receiver<Message>) {
    for message in waiting {
        match message {
            Message::Line(line) => anstream::eprintln!("{line}"),
            Message::Flush(written) => {
                let _ = written.send(());
            }
        }
        let left_out = LEFT_OUT.swap(0, Ordering::Relaxed);
        if left_out > 0 {
            anstream::eprintln!(
                "{DOUBTFUL}note{DOUBTFUL:#}: {left_out} lines are left out, because they are read too slowly"
            );
        }
    }
}
