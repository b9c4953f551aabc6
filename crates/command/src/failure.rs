//! Errors that keep the command from giving an answer.

use std::{
    error::Error,
    fmt,
    fs::File,
    io::{self, ErrorKind, Read},
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};

/// An argument or a file that cannot be used: which one, and what is wrong with it. It shows no headers or tokens.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    pub(crate) fn new(problem: impl fmt::Display) -> Self {
        Self(problem.to_string())
    }

    pub(crate) fn of(file: &str, problem: impl fmt::Display) -> Self {
        Self(format!("{}: {}", name(file), in_one_line(problem)))
    }

    pub(crate) fn at(file: &str, line: usize, problem: impl fmt::Display) -> Self {
        Self(format!("{}:{line}: {}", name(file), in_one_line(problem)))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A parser's message may quote a file from someone else, with characters that would start a new line or hide text.
pub(crate) fn in_one_line(text: impl fmt::Display) -> String {
    let visible = |c: char| match c {
        ' '..='~' => c.to_string(),
        c => c.escape_debug().to_string(),
    };
    text.to_string().chars().map(visible).collect()
}

/// The error with its causes.
pub(crate) fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}

/// Longer files are refused. A file can be larger than the memory, and some have no end.
const MAX_FILE_BYTES: u64 = 256 * 1024 * 1024;

/// Reads a file that is not too long.
pub(crate) fn read_bytes(file: impl AsRef<Path>) -> io::Result<Vec<u8>> {
    read_all(File::open(file)?)
}

/// Reads a file of UTF-8 text that is not too long, without the byte order mark of some editors.
pub(crate) fn read_text(file: impl AsRef<Path>) -> io::Result<String> {
    read_bytes(file).and_then(text)
}

fn text(bytes: Vec<u8>) -> io::Result<String> {
    let mut text = String::from_utf8(bytes).map_err(|_| ErrorKind::InvalidData)?;
    if text.starts_with('\u{feff}') {
        text.remove(0);
    }
    Ok(text)
}

fn read_all(source: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        Err(ErrorKind::FileTooLarge.into())
    } else {
        Ok(bytes)
    }
}

/// Reads a file, or the standard input for `-`.
pub(crate) fn read(file: &str) -> Result<String, Failure> {
    static HAS_READ_INPUT: AtomicBool = AtomicBool::new(false);
    let bytes = match file {
        "-" if HAS_READ_INPUT.swap(true, Ordering::Relaxed) => {
            return Err(Failure::new(
                "only one of the files can be `-`, the standard input; name the others",
            ));
        }
        "-" => read_all(io::stdin()),
        file => read_bytes(file),
    };
    bytes.and_then(text).map_err(|error| {
        let remedy = match error.kind() {
            ErrorKind::NotFound => "there is no such file; check the path",
            ErrorKind::IsADirectory => "this is a folder; name a file",
            ErrorKind::PermissionDenied => "this user may not read it; change its permissions",
            ErrorKind::FileTooLarge => {
                "this is longer than 256 MiB; name the file that is meant, or a part of it"
            }
            ErrorKind::InvalidData => "this is not text in UTF-8; save it as such",
            // A loop of symbolic links, a file that is used as a folder, a name that is too long, and the like.
            _ => return Failure::of(file, format_args!("{error}; check the path")),
        };
        Failure::of(file, remedy)
    })
}

pub(crate) fn name(file: &str) -> &str {
    match file {
        "-" => "standard input",
        "" => "an empty file name",
        file => file,
    }
}
