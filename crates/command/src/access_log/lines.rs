//! Appends whole lines, even after a full disk has cut one.

use std::io::{self, ErrorKind, Write};

use crate::{line_writer::Output, log};

/// What a log is written to.
pub(super) trait Destination: Write {
    /// Turns to the file that now has this name, and tells whether it is another one than before.
    fn follow(&mut self, name: &str) -> bool;
}

pub(super) struct Lines<W> {
    name: String,
    target: W,
    /// Whether only the beginning of the last line is written. The next one must not become a part of it.
    is_cut: bool,
    /// Whether a message has said that lines are lost.
    has_failed: bool,
}

impl<W: Destination> Lines<W> {
    pub(super) fn new(name: String, target: W) -> Self {
        Self {
            name,
            target,
            is_cut: false,
            has_failed: false,
        }
    }

    fn append(&mut self, line: &[u8]) -> io::Result<()> {
        if self.target.follow(&self.name) {
            self.is_cut = false;
        }
        if self.is_cut {
            self.target.write_all(b"\n")?;
            self.is_cut = false;
        }
        let mut rest = line;
        while !rest.is_empty() {
            match self.target.write(rest) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(written) => {
                    rest = rest.get(written..).unwrap_or_default();
                    self.is_cut = !rest.is_empty();
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.target.flush()
    }
}

impl<W: Destination + Send + 'static> Output for Lines<W> {
    fn write(&mut self, line: &str) {
        match self.append(line.as_bytes()) {
            Ok(()) => self.has_failed = false,
            Err(_) if self.has_failed => {}
            Err(error) => {
                self.has_failed = true;
                log::error(&format!(
                    "{}: lines of the access log are lost: {error}",
                    self.name
                ));
            }
        }
    }

    fn tell_left_out(&mut self, count: u64) {
        log::error(&format!(
            "{}: {count} lines of the access log are left out, because it is too slow",
            self.name
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A disk that is full, until somebody makes room.
    #[derive(Default)]
    struct Disk {
        text: Vec<u8>,
        room: usize,
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let written = bytes.len().min(self.room);
            if written == 0 {
                return Err(ErrorKind::StorageFull.into());
            }
            self.room -= written;
            self.text.extend_from_slice(&bytes[..written]);
            Ok(written)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Destination for Disk {
        fn follow(&mut self, _: &str) -> bool {
            false
        }
    }

    #[test]
    fn a_line_that_was_cut_does_not_swallow_the_next_one() {
        let mut lines = Lines::new("log".to_owned(), Disk::default());
        for (room, line) in [
            (4, "one\n"),
            (2, "two\n"),
            (0, "three\n"),
            (1, "four\n"),
            (5, "five\n"),
        ] {
            lines.target.room += room;
            lines.write(line);
        }
        assert_eq!(lines.target.text, b"one\ntw\nfive\n");
    }
}
