//! `--access-log`: a line for each decision, in a file or on the standard output.

use std::{
    fs::{File, OpenOptions},
    io::{self, ErrorKind, Stdout, Write},
    sync::Arc,
    time::Duration,
};

use tower_lambda_authorizer::observing::{self, Observer};

use crate::{
    cli::{self, AccessLogFormat},
    failure::Failure,
    line_writer::{LineWriter, Output},
    log,
};

/// The longest wait for the last lines, because a reader may have stopped.
const LONGEST_FLUSH: Duration = Duration::from_secs(2);

/// The fields that API Gateway's console proposes, as far as a guard knows them.
const JSON: &str = concat!(
    r#"{"requestId":"$context.requestId","ip":"$context.identity.sourceIp","caller":"$context.authorizer.principalId","#,
    r#""requestTime":"$context.requestTime","httpMethod":"$context.httpMethod","path":"$context.path","#,
    r#""resourcePath":"$context.resourcePath","protocol":"$context.protocol","status":$context.status,"#,
    r#""responseType":"$context.error.responseType","error":"$context.error.message","#,
    r#""authorizerStatus":$context.authorizer.status,"authorizerLatency":$context.authorizer.latency,"#,
    r#""authorizerError":"$context.authorizer.error","authorizeError":"$context.authorize.error"}"#,
);
const CLF: &str = concat!(
    "$context.identity.sourceIp - $context.authorizer.principalId [$context.requestTime] ",
    r#""$context.httpMethod $context.path $context.protocol" $context.status $context.responseLength $context.requestId"#,
);
const CSV: &str = concat!(
    "$context.identity.sourceIp,$context.authorizer.principalId,$context.requestTime,$context.httpMethod,",
    "$context.path,$context.protocol,$context.status,$context.error.responseType,$context.requestId",
);
const XML: &str = concat!(
    r#"<request id="$context.requestId"><ip>$context.identity.sourceIp</ip>"#,
    "<caller>$context.authorizer.principalId</caller><requestTime>$context.requestTime</requestTime>",
    "<httpMethod>$context.httpMethod</httpMethod><path>$context.path</path><protocol>$context.protocol</protocol>",
    "<status>$context.status</status><responseType>$context.error.responseType</responseType></request>",
);

/// Clones write into the same log.
#[derive(Clone)]
pub(crate) struct AccessLog {
    observer: Arc<dyn Observer>,
    lines: Arc<LineWriter>,
}

impl AccessLog {
    /// Opens the log that the arguments ask for.
    pub(crate) fn open(arguments: &cli::AccessLog) -> Result<Option<Self>, Failure> {
        let Some(file) = &arguments.access_log else {
            return Ok(None);
        };
        let output = Lines {
            name: file.clone(),
            target: Target::open(file)?,
            is_cut: false,
            has_failed: false,
        };
        let lines = Arc::new(LineWriter::new(output));
        let format = match arguments.access_log_format {
            AccessLogFormat::Json => observing::AccessLog::json(JSON),
            AccessLogFormat::Clf => observing::AccessLog::clf(CLF),
            AccessLogFormat::Csv => observing::AccessLog::csv(CSV),
            AccessLogFormat::Xml => observing::AccessLog::xml(XML),
        };
        let written = Arc::clone(&lines);
        let observer = format
            .map_err(Failure::new)?
            .to_fn(move |line| written.write(format!("{line}\n")));
        Ok(Some(Self {
            observer: Arc::new(observer),
            lines,
        }))
    }

    pub(crate) fn observer(&self) -> Arc<dyn Observer> {
        Arc::clone(&self.observer)
    }

    pub(crate) fn last_lines(&self) -> LastLines {
        LastLines(Arc::clone(&self.lines))
    }
}

/// Waits on drop until everything is written.
pub(crate) struct LastLines(Arc<LineWriter>);

impl Drop for LastLines {
    fn drop(&mut self) {
        self.0.flush(LONGEST_FLUSH);
    }
}

enum Target {
    StandardOutput(Stdout),
    File(File),
}

impl Target {
    fn open(file: &str) -> Result<Self, Failure> {
        if file == "-" {
            return Ok(Self::StandardOutput(io::stdout()));
        }
        open(file).map(Self::File).map_err(|error| {
            Failure::of(
                file,
                format_args!("the access log cannot be written: {error}; name another file"),
            )
        })
    }
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::StandardOutput(output) => output.write(bytes),
            Self::File(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::StandardOutput(output) => output.flush(),
            Self::File(file) => file.flush(),
        }
    }
}

/// What a log is written to.
trait Destination: Write {
    /// Turns to the file that now has this name, and tells whether it is another one than before.
    fn follow(&mut self, name: &str) -> bool;
}

impl Destination for Target {
    /// Opens the file again if it has been moved, as programs that rotate logs do. If that fails, the moved file is still
    /// written.
    fn follow(&mut self, name: &str) -> bool {
        let Self::File(file) = self else { return false };
        if is_at(file, name) {
            return false;
        }
        let new = open(name);
        new.is_ok_and(|new| {
            *file = new;
            true
        })
    }
}

fn open(file: &str) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).open(file)
}

/// Whether the open file is the one under this name.
#[cfg(unix)]
fn is_at(file: &File, name: &str) -> bool {
    use std::{fs, os::unix::fs::MetadataExt};

    let (opened, named) = (file.metadata(), fs::metadata(name));
    let id = |it: &fs::Metadata| (it.dev(), it.ino());
    matches!((opened, named), (Ok(opened), Ok(named)) if id(&opened) == id(&named))
}

/// Elsewhere, a file that is open cannot be moved.
#[cfg(not(unix))]
fn is_at(_: &File, _: &str) -> bool {
    true
}

struct Lines<W> {
    name: String,
    target: W,
    /// Whether only the beginning of the last line is written. The next one must not become a part of it.
    is_cut: bool,
    /// Whether a message has said that lines are lost.
    has_failed: bool,
}

impl<W: Destination> Lines<W> {
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
        let mut lines = Lines {
            name: "log".to_owned(),
            target: Disk::default(),
            is_cut: false,
            has_failed: false,
        };
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
